// What docs/extending.md says between the code of the example.

interface Step {
  readonly title: string
  readonly text: string
  /** The paths of its files. */
  readonly files: RegExp
  readonly order: (path: string) => number
  /** What comes after the files. */
  readonly end?: string
}

/** Returns the place of the first pattern that a path matches. */
const by =
  (...patterns: readonly RegExp[]) =>
  (path: string) => {
    const index = patterns.findIndex((it) => it.test(path))
    return index < 0 ? patterns.length : index
  }

const shell = (...lines: readonly string[]) => `\`\`\`console\n${lines.join('\n')}\n\`\`\``

export const steps: readonly Step[] = [
  {
    title: 'The contract',
    text: `Each component is a file named after it, and each URL is a file with its slashes as underscores. An
operation states what is particular to it; [contract.md](contract.md#what-the-bundle-adds) has the rest.`,
    files: /^(openapi\/|redocly|docs\/)/,
    order: by(/schemas/, /parameters/, /responses/, /paths\/.*note/i, /paths/, /openapi\.yaml/),
    end: shell('$ npm run contract:lint', 'the contract keeps the rules', '$ npm run codegen'),
  },
  {
    title: 'The migration',
    text: 'The name of the file starts with the current time. Each foreign key has an index.',
    files: /^migrations\//,
    order: () => 0,
    end: shell('$ npx knex migrate:latest', 'Batch 2 run: 1 migrations'),
  },
  {
    title: 'The feature',
    text: `Until step 4, \`npm run types\` reports the missing handlers. When a handler runs, the caller is
authorized and the request is valid; a result that the contract does not allow does not compile.`,
    files: /^src\/features\//,
    order: by(/model/, /repository/, /presenter/, /handlers/),
  },
  {
    title: 'The wiring',
    text: 'Only the composition roots connect parts. The tests of the contract get one entry for each operation.',
    files: /^src\/|^tests\/(?!operations)|^seeds\//,
    order: by(/^src/, /requests/, /columns/),
    end: shell('$ npm run types'),
  },
  {
    title: 'The tests',
    text: 'They run against the whole service on a database of their own; [testing.md](testing.md) has the helpers.',
    files: /./,
    order: () => 0,
  },
]

/** What a file is for, by its path. */
export const purposes: readonly (readonly [RegExp, string])[] = [
  [/schemas\/\w+Create\.yaml$/, 'is the body of a create:'],
  [/schemas\/\w+Update\.yaml$/, 'is the body of an update:'],
  [/schemas\/\w+Page\.yaml$/, 'is a page of the list:'],
  [/schemas\/Note\.yaml$/, 'is what responses show:'],
  [/schemas\/Note\w+\.yaml$/, 'stands apart, because several schemas use it:'],
  [/parameters\//, 'is the parameter of the path:'],
  [/paths\/.*notes\.yaml$/, 'lists and creates; `x-owner` admits that user and superusers:'],
  [
    /paths\/.*notes.*\.yaml$/,
    'reads and changes one; a write names the reads that it changes in `x-invalidates`:',
  ],
  [/paths\//, 'frees a username, and with it the URLs below it:'],
  [/openapi\.yaml$/, 'is the index:'],
  [/model\.ts$/, 'is a row:'],
  [/repository\.ts$/, 'has the queries, each of which asks for the owner:'],
  [/presenter\.ts$/, 'turns a row into a response body:'],
  [/handlers\.ts$/, 'answers the operations; `owner` is the user whom the path names:'],
  [
    /requests\.ts$/,
    'has a request for each operation, from which the contract suite derives all others:',
  ],
  [/columns\.test\.ts$/, 'compares schemas with columns:'],
  [/^seeds\//, 'creates some on a local machine:'],
]

/** Returns the commands at the end. */
export const closing = (name: string) =>
  shell(
    `$ npm test -- tests/operations/${name}.test.ts tests/contract/columns.test.ts`,
    '$ npm test',
  )

// The lines of a resource in files that all resources share.
import type { Changes } from './changes.ts'
import { sentence, withArticle } from './names.ts'
import {
  codeOf,
  hasSummary,
  idName,
  isAuthored,
  isOwned,
  itemPath,
  listPath,
  operationsOf,
  type Resource,
} from './resource.ts'
import { sampleOf } from './samples.ts'
import { withElements, withImports, withNamedImports, withStatementsBefore } from './typescript.ts'
import { withEntry } from './yaml.ts'

/** Adds a resource to the index of the contract, the composition roots and the tests of the contract. */
export async function wire(changes: Changes, resource: Resource): Promise<void> {
  await changes.edit('openapi/openapi.yaml', (text) => inIndex(text, resource))
  await changes.edit('src/app.ts', (text) => inApp(text, resource))
  if (resource.isSoftDeleted)
    await changes.edit('src/worker-app.ts', (text) => inWorker(text, resource))
  if (resource.fields.some((it) => it.isUnique)) {
    await changes.edit('openapi/components/schemas/ProblemCode.yaml', (text) =>
      withEntry(text, ['enum'], codeLines(resource)),
    )
    await changes.edit('docs/problems.md', (text) => `${text.trimEnd()}\n${problems(resource)}`)
  }
  await changes.edit('tests/contract/suite/requests.ts', (text) => inSuite(text, resource))
  await changes.edit('tests/contract/columns.test.ts', (text) => inColumns(text, resource))
}

/** Returns the file of a path of the contract. */
export const contractFile = (path: string) =>
  `openapi/paths/${path.slice(1).replaceAll('/', '_')}.yaml`

function inIndex(text: string, resource: Resource): string {
  const { many, access } = resource
  const whose = {
    owner: 'what users keep for themselves',
    public: 'what users share with everyone',
    admin: 'what superusers keep',
  }
  const description = `${sentence(many.spoken)}, ${whose[access]}.`
  const tag = `  - name: ${many.pascal}\n    description: ${description}`
  const paths = [listPath(resource), itemPath(resource)].map(
    (it) => `  ${it}:\n    $ref: ${contractFile(it).replace(/^openapi./, '')}`,
  )
  return withEntry(withEntry(text, ['tags'], tag), ['paths'], paths.join('\n'))
}

function inApp(text: string, { one, many }: Resource): string {
  const folder = `./features/${many.kebab}`
  const imported = withImports(text, [
    `import { ${one.camel}Handlers } from '${folder}/handlers.ts'`,
    `import { ${one.camel}Repository } from '${folder}/repository.ts'`,
  ])
  const repository = `${one.camel}Repository(db, clock)`
  const handlers = `...${one.camel}Handlers({ ${many.camel}: ${repository}, urlFor }),`
  return withElements(imported, 'handlers', handlers)
}

function inWorker(text: string, { one, many }: Resource): string {
  const folder = `./features/${many.kebab}`
  const imported = withImports(text, [
    `import { ${one.camel}Jobs } from '${folder}/jobs.ts'`,
    `import { ${one.camel}Repository } from '${folder}/repository.ts'`,
  ])
  const repository = `${one.camel}Repository(db, clock)`
  const jobs = `...${one.camel}Jobs({ ${many.camel}: ${repository}, clock, days: deletedDays }),`
  return withElements(imported, 'jobs', jobs)
}

const unique = ({ fields }: Resource) => fields.filter((it) => it.isUnique)

const codeLines = (resource: Resource) =>
  unique(resource)
    .map((it) => `  - ${codeOf(resource, it)}\n`)
    .join('')

function problems(resource: Resource): string {
  return unique(resource)
    .map((field) => {
      const code = codeOf(resource, field)
      const { spoken } = field.name
      return `
## ${sentence(code.replaceAll('_', ' '))}

Status 409, code \`${code}\`.

**When:** Another ${resource.one.spoken} has this ${spoken}.

**What to do:** Choose another ${spoken}.
`
    })
    .join('')
}

function inSuite(text: string, resource: Resource): string {
  const { one, many } = resource
  const ops = operationsOf(resource)
  const values = resource.fields.map((it) => {
    if (!it.isUnique)
      return `${it.name.camel}: ${JSON.stringify(sampleOf(it)).replaceAll('"', "'")}`
    const value =
      it.type === 'integer'
        ? 'Date.now() % 1_000_000_000'
        : `randomUUID().slice(0, ${Math.min(it.max ?? 36, 36)})`
    return `${it.name.camel}: ${value}`
  })
  const sent = `new${one.pascal}`
  const creator = resource.access === 'admin' ? 'await world.superuser()' : 'await world.person()'
  const path = isOwned(resource)
    ? `\`/users/\${as.username}/${many.kebab}\``
    : `'${listPath(resource)}'`
  const username = isOwned(resource) ? 'username: as.username, ' : ''
  const made = `own${one.pascal}`
  const anyone = isAuthored(resource)
  const helpers = `/** What a person sends for ${withArticle(one.spoken)}. */
const ${sent} = () => ({ ${values.join(', ')} })

async function ${made}(world: World) {
  const as = ${creator}
  const ${idName(resource)} = await world.made(as, ${path}, ${sent}())
  return { as, params: { ${username}${idName(resource)} } }
}
`
  const creating = isOwned(resource)
    ? `async (world) => ({ ...(await own(world)), ...json(${sent}()) })`
    : `async (world) => ({ as: ${creator}, ...json(${sent}()) })`
  const listing = isOwned(resource)
    ? 'own'
    : anyone
      ? 'async () => ({})'
      : `async (world) => ({ as: ${creator} })`
  const change = resource.fields[0]
  const changed = change
    ? `json({ ${change.name.camel}: ${sent}().${change.name.camel} })`
    : 'json({})'
  const successes = `  ${ops.list}: ${listing},
  ${ops.create}: ${creating},
  ${ops.get}: ${anyone ? `async (world) => ({ params: (await ${made}(world)).params })` : made},
  ${ops.update}: async (world) => ({ ...(await ${made}(world)), ...${changed} }),
  ${ops.delete}: ${made},
`
  const failing = failures(resource, { made, sent, changed })
  const withHelpers = withStatementsBefore(text, 'successes', helpers)
  const withSuccesses = withElements(withHelpers, 'successes', successes)
  const complete = withElements(withSuccesses, 'failures', failing)
  const hasUuid = unique(resource).some((it) => it.type === 'string')
  return hasUuid ? withNamedImports(complete, 'node:crypto', ['randomUUID']) : complete
}

/** Returns the requests that only the operations themselves refuse. */
function failures(
  resource: Resource,
  { made, sent, changed }: { made: string; sent: string; changed: string },
): string {
  const ops = operationsOf(resource)
  const first = unique(resource)[0]
  const of: Record<string, string[]> = {
    [ops.list]: [],
    [ops.create]: [],
    [ops.get]: [],
    [ops.update]: [],
    [ops.delete]: [],
  }
  if (isOwned(resource)) {
    of[ops.list]?.push('404: ofUnknown,')
    of[ops.create]?.push(
      `404: async (world) => ({ ...(await ofUnknown(world)), ...json(${sent}()) }),`,
    )
  }
  if (isAuthored(resource)) {
    const another = `{ ...(await ${made}(world)), as: await world.person()`
    of[ops.update]?.push(`403: async (world) => (${another}, ...${changed} }),`)
    of[ops.delete]?.push(`403: async (world) => (${another} }),`)
  }
  if (resource.access !== 'owner') {
    const id = idName(resource)
    const as =
      resource.access === 'admin' ? 'as: await world.superuser(), ' : 'as: await world.person(), '
    of[ops.get]?.push(
      `404: async (${isAuthored(resource) ? '' : 'world'}) => ({ ${isAuthored(resource) ? '' : as}params: { ${id}: noId } }),`,
    )
    of[ops.update]?.push(`404: async (world) => ({ ${as}params: { ${id}: noId }, ...${changed} }),`)
    of[ops.delete]?.push(`404: async (world) => ({ ${as}params: { ${id}: noId } }),`)
  }
  if (first) {
    const name = first.name.camel
    const path = isOwned(resource)
      ? `\`/users/\${as.username}/${resource.many.kebab}\``
      : `'${listPath(resource)}'`
    const taken = `const taken = ${sent}()\n      await world.made(as, ${path}, taken)`
    of[ops.create]?.push(
      `409: async (world) => {
      const { as, params } = await ${made}(world)
      ${taken}
      return { as, ${isOwned(resource) ? 'params' : ''}, ...json({ ...${sent}(), ${name}: taken.${name} }) }
    },`
        .replace('as, params }', isOwned(resource) ? 'as, params }' : 'as }')
        .replace(', ,', ','),
    )
    of[ops.update]?.push(`409: async (world) => {
      const { as, params } = await ${made}(world)
      ${taken}
      return { as, params, ...json({ ${name}: taken.${name} }) }
    },`)
  }
  return Object.entries(of)
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([operation, lines]) =>
        `  ${operation}: {\n${lines.map((it) => `    ${it}\n`).join('')}  },\n`,
    )
    .join('')
}

function inColumns(text: string, resource: Resource): string {
  const { one, many } = resource
  const lines = ['', ...(hasSummary(resource) ? ['Summary'] : []), 'Create', 'Update'].map(
    (it) => `  ${one.pascal}${it}: '${many.snake}',\n`,
  )
  return withElements(text, 'stored', lines.join(''))
}

// Removing a feature takes its entries out of shared TypeScript and JSON files, and nothing else.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeReferences } from '../../scripts/eject/syntax.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eject-'))
})
afterEach(() => rm(folder, { recursive: true }))

const feature = {
  'src/features/notes/handlers.ts': `export function noteHandlers(deps: object) {
  return { async listNotes() { return deps } }
}
type Prints = { [T in 'print' as \`note.\${T}\`]: object }
import type { JobPayloads } from '../../jobs.ts'
export type Jobs = keyof JobPayloads
declare module '../../jobs.ts' {
  interface JobPayloads extends Prints { purgeNotes: object }
}
export interface NoteDeps { readonly a: string }
`,
  'src/features/users/jobs.ts': `declare module '../../jobs.ts' {
  interface JobPayloads { eraseUsers: object }
}
`,
  'src/jobs.ts': 'export interface JobPayloads { purgeUsers: object }\n',
  'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "noLib": true, "types": [] } }\n',
}
const removed = {
  paths: new Set([
    'src/features/notes/handlers.ts',
    'src/features/notes/model.ts',
    'src/features/notes',
    'tests/notes.test.ts',
  ]),
  features: new Set(['notes']),
  operations: new Set(['listNotes', 'createNote']),
  components: new Set(['Note']),
  urls: new Set(['/notes']),
  tables: new Set(['notes']),
  problems: new Set(['note_full']),
}

/** Returns what is left of files, by path, and the places that cannot be taken out. */
async function remove(shared: Record<string, string>) {
  const files = Object.entries({ ...feature, ...shared })
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const { texts, left } = removeReferences(
    folder,
    files.map(([path]) => path),
    removed,
  )
  return { texts: Object.fromEntries(texts), left }
}

/** Returns what is left of one file. */
async function rest(text: string, path = 'src/app.ts'): Promise<string | undefined> {
  return (await remove({ [path]: text })).texts[path]
}

it('removes an import with everything that needs it, and keeps the header of the file', async () => {
  const left = await rest(`// The composition root.
import { noteHandlers, type NoteDeps } from './features/notes/handlers.ts'
import { userHandlers } from './users.ts'

const limit = 3
/** Where notes are. */
const deps: NoteDeps = { a: 'x' } // one
const users = userHandlers()

export const handlers = {
  ...users, // all
  // Notes of users.
  ...noteHandlers(deps),
  limit,
}
`)
  expect(left).toBe(`// The composition root.
import { userHandlers } from './users.ts'

const limit = 3
const users = userHandlers()

export const handlers = {
  ...users, // all
  limit,
}
`)
})

it('removes declarations and imports that only removed code has used', async () => {
  const left = await rest(`import { clock, now } from './clock.ts'
import { noteHandlers } from './features/notes/handlers.ts'

const unused = 1
const options = { now }
let seen: object
function all() { return noteHandlers(options) }
export const start = () => clock()
export const run = () => { seen = all() }
`)
  expect(left).toBe(`import { clock } from './clock.ts'

const unused = 1
export const start = () => clock()
export const run = () => { }
`)
})

it('follows what other files import from a shared one', async () => {
  const left = await remove({
    'src/wiring.ts': `import { noteHandlers } from './features/notes/handlers.ts'
export const notes = noteHandlers({})
export const others = 1
`,
    'src/server.ts': `import { notes, others } from './wiring.ts'
export const all = [others, notes]
`,
  })
  expect(left.texts).toEqual({
    'src/wiring.ts': 'export const others = 1\n',
    'src/server.ts': `import { others } from './wiring.ts'\nexport const all = [others]\n`,
  })
})

it('removes entries that name an operation, a schema, a table, a job, a URL or a file', async () => {
  const left = await rest(
    `export const successes = {
  listUsers: 1,
  listNotes: 2,
  // Creates one.
  async createNote() {},
}
export const stored = { User: 'users', Note: 'notes', Other: 'notes' }
export const derived = ['User.password', 'Note.excerpt', 'NoteBook.x']
export const exemptions = [
  { operation: 'listUsers', status: 404 },
  { operation: 'listNotes', status: 404 },
]
export const rows = [['listNotes', 'get', 1], ['listUsers', 'get', 2]]
export const reads = ['listUsers', 'listNotes']
export const words = [['see', 'notes'], 'see notes']
export const urls = { '/notes': 1, '/users': 2 }
export const files = ['src/features/notes/handlers.ts', '../src/features/notes', 'src/features']
export type Ids = 'listUsers' | 'listNotes'
export type Only =
  | 'createNote'
  | 'listUsers'
export const jobs = { 'note.print': 1, purgeNotes: 2, purgeUsers: 3 }
`,
    'tests/tables.ts',
  )
  expect(left).toBe(`export const successes = {
  listUsers: 1,
}
export const stored = { User: 'users' }
export const derived = ['User.password', 'NoteBook.x']
export const exemptions = [
  { operation: 'listUsers', status: 404 },
]
export const rows = [['listUsers', 'get', 2]]
export const reads = ['listUsers']
export const words = [['see', 'notes'], 'see notes']
export const urls = { '/users': 2 }
export const files = ['src/features']
export type Ids = 'listUsers'
export type Only =
  | 'listUsers'
export const jobs = { purgeUsers: 3 }
`)
})

it('removes a test with a statement about the feature, a group without tests, and a file without any', async () => {
  const test = (body: string) => `import { describe, expect, it } from 'vitest'
import { noteHandlers } from '../src/features/notes/handlers.ts'
${body}`
  const left = await remove({
    'tests/some.test.ts': test(`
it('stays', () => {
  expect(1).toBe(1)
})

describe('notes', () => {
  it.each([1])('has %i', () => {
    const all = noteHandlers({})
    expect(all).toEqual({})
  })
})
`),
    'tests/none.test.ts': test(`it('lists', () => void noteHandlers({}))\n`),
  })
  expect(left.texts).toEqual({
    'tests/some.test.ts': `import { expect, it } from 'vitest'

it('stays', () => {
  expect(1).toBe(1)
})
`,
    'tests/none.test.ts': undefined,
  })
})

it('takes helpers of tests along, and closes what their own file alone still uses', async () => {
  const helpers = `export const one = 1
export function two() { return one }
export const three = 3
`
  const left = await remove({
    'tests/support/helpers.ts': helpers,
    'tests/notes.test.ts': "import { one, three } from './support/helpers.ts'\n",
    'tests/users.test.ts': "import { two } from './support/helpers.ts'\n",
    'src/helpers.ts': helpers,
    'src/features/notes/model.ts': "import { three } from '../../helpers.ts'\n",
  })
  expect(left.texts).toEqual({
    'tests/support/helpers.ts': 'const one = 1\nexport function two() { return one }\n',
  })
})

it('reports what it cannot take out: a function that other code may call', async () => {
  const { left } = await remove({
    'src/app.ts': `import { noteHandlers } from './features/notes/handlers.ts'
export function createApp() {
  return noteHandlers({})
}
`,
  })
  expect(left).toEqual(['src/app.ts:3: return noteHandlers({})'])
})

it('removes a script of package.json that runs a removed file', async () => {
  const left = await rest(
    `{
  "scripts": {
    "dev": "node dev.ts",
    "notes": "node run.mjs src/features/notes/handlers.ts --all"
  }
}
`,
    'package.json',
  )
  expect(JSON.parse(left ?? '')).toEqual({ scripts: { dev: 'node dev.ts' } })
})

// `npm run eject` in a copy of the repository: each example feature goes alone, then all of them go.
// Slow because the copy is compiled, linted and tested after each step.
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'
import { root, shell, sources } from '../../support/guides.ts'

/** A service without the examples loses the entries of this list. */
const examples: string[] = ['posts', 'tasks', 'registration']
const author = '-c user.name=T -c user.email=t@example.com -c commit.gpgSign=false'
const inCopy = (line: string, env: Record<string, string> = {}) => shell(line, { cwd: copy, env })
const eject = (words: string, env = {}) =>
  inCopy(`node --import tsx scripts/eject/eject.ts ${words}`, env)
const messageOf = (words: string, env = {}) => eject(words, env).catch((it: Error) => it.message)
const commit = (name: string) => inCopy(`git add -A && git ${author} commit -qm '${name}'`)
const changes = () => inCopy('git status --porcelain')

let copy: string
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'eject-command-'))
  for (const file of await sources()) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  await inCopy('git init -q')
  await commit('first')
})
afterAll(() => rm(copy, { recursive: true, force: true }))

describe('npm run eject', () => {
  it.each([
    ['notes', 'there is no feature notes: the features are accounts, health'],
    ['accounts', 'imports src/features/accounts/model.ts'],
    ['accounts --applied --not-applied', 'exclude each other'],
    ['', 'usage: npm run eject -- <feature>'],
  ])('refuses "%s" and says "%s"', async (words, said) => {
    expect(await messageOf(words)).toContain(said)
    expect(await changes()).toBe('')
  })

  it('asks what it cannot read in the database', async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    expect(await messageOf('posts', env)).toMatch(/ECONNREFUSED.*--applied .*or --not-applied/)
    expect(await changes()).toBe('')
  })

  it('names the command that was meant, where npm took the options', async () => {
    const said = await shell('npm run --silent eject accounts --dry-run').catch((it: Error) => it)
    expect(String(said)).toContain('npm run eject -- accounts --dry-run')
  })

  it('refuses a work tree with changes', async () => {
    await inCopy('echo >> README.md')
    expect(await messageOf('accounts')).toMatch(/the work tree has changes(.*\n)+ M README.md/)
    await inCopy('git checkout -q .')
  })
})

const operations = ['tests/operations', 'tests/contract/suite.test.ts']
/** Whatever else has lines of features; tests/slow/own-service.test.ts runs the whole suite without one. */
const others = ['tests/contract/columns', 'tests/contract/security', 'tests/db', 'tests/jobs']

it.each(examples)(
  '%s can go alone, and the others stay green',
  { timeout: 600_000 },
  async (name) => {
    const database = await temporaryDatabase()
    const printed = await eject(name, { DATABASE_URL: database.url }).finally(database.drop)
    expect(printed).toContain('  git diff\n')
    // The database has the tables, so their migration stays.
    const hasTable = (await inCopy('git ls-files migrations')).includes(`_${name}.ts`)
    expect(/\d{14}_drop_\w+\.ts/.test(printed)).toBe(hasTable)
    expect(await inCopy(`git ls-files --deleted src/features`)).toContain(`/${name}`)
    await inCopy('biome ci && depcruise src generated && knip')
    await inCopy('node --import tsx scripts/contract-lint.ts')
    await inCopy(`vitest run ${operations.join(' ')}`)
    await inCopy('git checkout -q . && git clean -fdq')
  },
)

it('a resource with every kind of field replaces all examples, is green, and goes without a trace', {
  timeout: 1_200_000,
}, async () => {
  if (examples.length > 0) await eject(`${examples.join(' ')} --not-applied`)
  // It is about the whole template, and npm run init leaves it out.
  await inCopy('rm tests/init.test.ts')
  await commit('empty')
  const fields =
    'body:string(1..2000) rating:integer(1..5)? tags:string[] dueOn:date? at:datetime? ' +
    'kind:enum(note,question) isPinned:boolean price:number(0..)? meta:json author:ref(users) ' +
    'slug:string(3..40)!'
  await inCopy(`node --import tsx scripts/new/new.ts resource comments "${fields}"`)
  await commit('comments')
  await inCopy('node --import tsx scripts/test/check.ts')
  await inCopy(`vitest run ${[...operations, ...others].join(' ')}`)
  await eject('comments --not-applied')
  expect(await inCopy('git add -A && git diff --stat HEAD~1 -- . ":!docs"')).toBe('')
})

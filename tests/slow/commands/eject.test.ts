// `npm run eject` in a copy of the repository: each example feature goes alone, then all of them.
// Slow because the copy is compiled, linted and tested after each of them.
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'
import { root, shell, sources } from '../../support/guides.ts'

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
    ['notes', 'there is no feature notes: the features are accounts, health, posts, registration'],
    ['accounts', 'src/features/posts/model.ts imports src/features/accounts/model.ts'],
    ['accounts', 'has a foreign key to users'],
    ['posts --applied --not-applied', 'exclude each other'],
    ['', 'usage: npm run eject -- <feature>'],
  ])('refuses "%s" and says "%s"', async (words, said) => {
    expect(await messageOf(words)).toContain(said)
    expect(await changes()).toBe('')
  })

  it('asks which databases have the tables where it cannot reach the configured one', async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    expect(await messageOf('posts', env)).toMatch(/ECONNREFUSED.*--applied .*or --not-applied/)
    expect(await changes()).toBe('')
  })

  it('names the command that was meant, where npm took the options', async () => {
    const said = await inCopy('npm run --silent eject posts --dry-run').catch((it: Error) => it)
    expect(String(said)).toContain('npm run eject -- posts --dry-run')
  })

  it('refuses a work tree with changes', async () => {
    await inCopy('echo >> README.md')
    expect(await messageOf('posts')).toMatch(/the work tree has changes(.*\n)+ M README.md/)
    await inCopy('git checkout -q .')
  })
})

/** Checks the copy, and runs the tests that files of it name. */
async function expectGreen(...tests: string[]): Promise<void> {
  await inCopy('node --import tsx scripts/test/check.ts')
  await inCopy(`node node_modules/vitest/vitest.mjs run ${tests.join(' ')}`)
}

const others = ['tests/operations', 'tests/contract/suite.test.ts', 'tests/db', 'tests/jobs']

describe('without one example', () => {
  beforeEach(() => inCopy('git checkout -q . && git clean -fdq'))

  it('posts go, and a migration drops the table of a database that has it', async () => {
    const database = await temporaryDatabase()
    const printed = await eject('posts', { DATABASE_URL: database.url }).finally(database.drop)
    expect(printed).toMatch(/created:\n {2}migrations\/\d{14}_drop_posts.ts/)
    expect(printed).toMatch(/prose that still names it:\n {2}\S+\.md:\d+: /)
    expect(await readdir(join(copy, 'src/features'))).not.toContain('posts')
    await expectGreen(...others)
  })

  it.each(['tasks', 'registration'])('%s go', async (name) => {
    await eject(`${name} --not-applied`)
    await expectGreen(...others)
  })
})

describe('without any example', () => {
  beforeAll(async () => {
    await inCopy('git checkout -q . && git clean -fdq')
    await eject('posts tasks registration --not-applied')
    await commit('empty')
  })

  it('everything is green', async () => {
    await inCopy('node --import tsx scripts/test/test.ts')
  })

  it('a resource with every kind of field is added, is green, and goes without a trace', async () => {
    const fields =
      'body:string(1..2000) rating:integer(1..5)? tags:string[] dueOn:date? at:datetime? ' +
      'kind:enum(note,question) isPinned:boolean price:number(0..)? meta:json author:ref(users) ' +
      'slug:string(3..40)!'
    await inCopy(`node --import tsx scripts/new/new.ts resource comments "${fields}"`)
    await commit('comments')
    await expectGreen('tests/operations/comments.test.ts', 'tests/contract', 'tests/db')
    await eject('comments --not-applied')
    expect(await inCopy('git add -A && git diff --stat HEAD~1 -- . ":!docs"')).toBe('')
  })
})

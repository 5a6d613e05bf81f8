// `npm run new -- resource` in a copy of the repository: resources of every field type and access, which
// compile, keep the rules, and pass their own tests and the contract suite.
// Slow because the copy is compiled, linted and tested.
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'
import { root, shell, sources } from '../../support/guides.ts'

let copy: string
const inCopy = (line: string) => shell(line, { cwd: copy })
const create = (line: string) => inCopy(`node --import tsx scripts/new/new.ts resource ${line}`)
const messageOf = (line: string) => create(line).catch((error: Error) => error.message)

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'new-resource-'))
  for (const file of await sources()) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const author = '-c user.name=T -c user.email=t@example.com -c commit.gpgSign=false'
  await inCopy(`git init -q && git add -A && git ${author} commit -qm first`)
})
afterAll(() => rm(copy, { recursive: true, force: true }))

it.each([
  ['notes "title:text"', 'text is no type'],
  ['notes "title:string(9..2)"', 'expected bounds'],
  ['notes "code:string(1..4)!"', 'a unique value has'],
  ['notes "title:string" --sort=rating', 'there is no field rating; there are title'],
  ['notes "tags:string[]" --filter=tags', 'tags cannot be used'],
  ['notes "author:ref(users)" --public', 'the service fills authorId'],
  ['notes "author:ref(users)" --cache=60', '--cache and a ref exclude each other'],
  ['notes "title:string" --public --admin', 'exclude each other'],
  ['notes "title:string" --of=sheep', 'the contract needs a GET'],
  ['users "title:string"', 'is used in what is written'],
])('refuses %s and writes nothing', async (line, said) => {
  expect(await messageOf(line)).toContain(said)
  expect(await inCopy('git status --porcelain')).toBe('')
})

/** Of every field type and access, with every kind of list. */
const resources = [
  `reports "body:string(1..2000) rating:integer(1..5)? tags:string[] dueOn:date? seenAt:datetime?
    kind:enum(note,question) isPinned:boolean price:number(0..)? meta:json reviewer:ref(users)
    slug:string(8..40)!" --sort=rating,seenAt --filter=kind,isPinned --search=body --soft-delete`,
  `questions "title:string(2..80) number:integer level:enum(easy,hard)?" --public --cache=60 --sort=title
    --filter=level --search=title`,
  `products "name:string(8..80)! price:number(0..) colors:enum(red,green)[]?" --admin --sort=name,price`,
  `replies "text:string(1..500)" --of=questions --public --soft-delete`,
].map((it) => it.replace(/\s+/g, ' '))
const names = resources.map((it) => it.split(' ')[0])

it('writes resources that compile, keep the rules and pass their tests', async () => {
  const start = performance.now()
  for (const it of resources) await create(it)
  const written = performance.now()
  await inCopy('node_modules/.bin/tsc')
  await inCopy('node_modules/.bin/biome ci --error-on-warnings --colors=off')
  await inCopy('node_modules/.bin/knip')
  const own = names.map((it) => `tests/operations/${it}.test.ts`).join(' ')
  const shared =
    'tests/contract/suite.test.ts tests/contract/columns.test.ts tests/db/indexes.test.ts'
  const output = await inCopy(`npx vitest run ${own} ${shared}`)
  expect(output).not.toContain('failed')
  const seconds = (ms: number) => (ms / 1000).toFixed(0)
  const [generated, checked] = [written - start, performance.now() - written]
  console.log(
    `${resources.length} resources: ${seconds(generated)} s written, ${seconds(checked)} s checked`,
  )
}, 600_000)

it('writes seeds that create some of each on a local machine, once', async () => {
  const database = await temporaryDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const knex = (line: string) =>
    shell(`node node_modules/knex/bin/cli.js ${line}`, {
      cwd: copy,
      env: { DATABASE_URL: database.url },
    })
  await knex('migrate:latest')
  for (let time = 0; time < 2; time++) {
    await knex('seed:run')
    for (const name of names) {
      const { rowCount } = await client.query(`select from ${name}`)
      expect([name, rowCount]).toEqual([name, 2])
    }
  }
  await client.end()
  await database.drop()
})

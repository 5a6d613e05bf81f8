// `npm run new` in a copy of the repository: resources of every field type and access, operations, jobs and
// migrations, which pass the checks, their own tests and the contract suite together.
// Slow because the copy is compiled, linted and tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryDatabase } from '../../support/database.ts'
import { commandsOf, root, shell, sources, walk } from '../../support/guides.ts'
import { until } from '../../support/until.ts'

let copy: string
const inCopy = (line: string) => shell(line, { cwd: copy })
const create = (line: string) => inCopy(`node --import tsx scripts/new/new.ts ${line}`)
const messageOf = (line: string) => create(line).catch((error: Error) => error.message)

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'new-command-'))
  for (const file of await sources()) await cp(join(root, file), join(copy, file))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const author = '-c user.name=T -c user.email=t@example.com -c commit.gpgSign=false'
  await inCopy(`git init -q && git add -A && git ${author} commit -qm first`)
})
afterAll(() => rm(copy, { recursive: true, force: true }))

const written = async () =>
  (await inCopy('git status --porcelain --untracked-files=all')).split('\n').slice(0, -1)

describe('npm run new', () => {
  it('writes nothing for --dry-run, and prints the tree of the files and the difference', async () => {
    const printed = await create('job sendReminder --in=accounts "userId:ref(users)" --dry-run')
    expect(printed).toContain('src/\n  features/accounts/send-reminder.ts\n  worker-app.ts\n')
    expect(printed).toContain('+    sendReminder,\n')
    expect(await written()).toEqual([])
  })

  it.each([
    ['job purgeUsers --in=accounts', 'src/features/accounts/jobs.ts declares a job purgeUsers'],
    ['migration add_username_to_users', 'users has a column username already'],
    ['operation getUser POST /people', 'the contract has getUser already: get /users/{username}'],
    ['operation setUser PUT "/users/{username}"', 'takes If-Match, as getUser has an ETag'],
    ['operation endIt POST "/users/{username}/a/{aId}"', 'no handler of a finds {aId}'],
    ['resource notes "title:text"', 'text is no type'],
    ['resource notes "title:string(9..2)"', 'expected bounds'],
    ['resource notes "code:string(1..4)!"', 'a unique value has'],
    ['resource notes "title:string" --sort=rating', 'there is no field rating; there are title'],
    ['resource notes "tags:string[]" --filter=tags', 'tags cannot be used'],
    ['resource notes "author:ref(users)" --public', 'the service fills authorId'],
    ['resource notes "author:ref(users)" --cache=60', '--cache and a ref exclude each other'],
    ['resource notes "title:string" --public --admin', 'exclude each other'],
    ['resource notes "title:string" --of=sheep', 'the contract needs a GET'],
    ['resource users "title:string"', 'is used in what is written'],
  ])('refuses %s and writes nothing', async (line, said) => {
    expect(await messageOf(line)).toContain(said)
    expect(await written()).toEqual([])
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interrupted-'))
    const copies = async () => (await readdir(folder)).filter((it) => it.startsWith('new-'))
    const args = ['--import', 'tsx', 'scripts/new/new.ts', 'migration', 'tidyUp']
    const child = spawn(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, TMPDIR: folder },
    })
    await until('the copy', async () => (await copies()).length > 0 || undefined)
    child.kill('SIGINT')
    await once(child, 'exit')
    expect([await copies(), await written()]).toEqual([[], []])
    await rm(folder, { recursive: true })
  })

  it('names the command that was meant, where npm took the flags', async () => {
    const line = 'npm run --silent new job sendReminder "userId:ref(users)" --in accounts'
    const said = await shell(line).catch((error: Error) => error.message)
    expect(said).toContain('npm run new -- job sendReminder "userId:ref(users)" --in=accounts')
  })
})

/** Of every field type and access, with every kind of list. */
const resources = [
  `surveys "body:string(1..2000) rating:integer(1..5)? tags:string[] dueOn:date? seenAt:datetime?
    kind:enum(note,question) isPinned:boolean price:number(0..)? meta:json reviewer:ref(users)
    slug:string(8..40)!" --sort=rating,seenAt --filter=kind,isPinned --search=body --soft-delete`,
  `questions "title:string(2..80) number:integer level:enum(easy,hard)?" --public --cache=60 --sort=title
    --filter=level --search=title`,
  `products "name:string(8..80)! price:number(0..) colors:enum(red,green)[]?" --admin --sort=name,price`,
  `replies "text:string(1..500)" --of=questions --public --soft-delete`,
].map((it) => it.replace(/\s+/g, ' '))

describe('what npm run new writes', () => {
  it('are resources of every field type and access', { timeout: 300_000 }, async () => {
    for (const it of resources) await create(`resource ${it}`)
    const files = await written()
    for (const it of resources) {
      expect(files).toContain(`?? tests/operations/${it.split(' ')[0]}.test.ts`)
    }
  })

  it('is what docs/extending.md says, command by command', { timeout: 300_000 }, async () => {
    const [guide] = walk
    const blocks = guide?.blocks.filter((it) => it.kind === 'console') ?? []
    const lines = blocks.flatMap(commandsOf).map((it) => it.line)
    for (const line of lines) {
      const [, rest] = /^npm run new -- (.+)$/.exec(line) ?? []
      if (rest) await create(rest)
    }
    const files = await written()
    for (const path of [
      'src/features/notes/handlers.ts',
      'tests/operations/notes-share-note.test.ts',
      'tests/operations/statistics.test.ts',
      'tests/jobs/accounts-send-reminder.test.ts',
      'tests/jobs/accounts-nightly-report.test.ts',
    ]) {
      expect(files).toContain(`?? ${path}`)
    }
    expect(files.join('\n')).toMatch(/^\?\? migrations\/\d{14}_notes_add_language\.ts$/m)
  })

  it('are operations that everyone, each user or superusers alone may call', async () => {
    await create(
      'operation publishReport POST "/reports/{reportId}/publish" "note:string(1..200)?"',
    )
    await create('operation getBadges GET /badges --public --returns="names:string[]"')
    await create('operation getCounts GET /admin/counts --returns="users:integer on:date"')
  })

  it('are migrations with a way back, named so that they go with their table', async () => {
    await create('migration add_summary_to_users "summary:string(1..500)? points:integer?"')
    await create('migration fillSummaries')
    const files = (await readdir(join(copy, 'migrations'))).sort().slice(-2)
    expect(files.map((it) => it.slice(15))).toEqual(['users_add_summary.ts', 'fill_summaries.ts'])
    const text = await readFile(join(copy, 'migrations', files[0] ?? ''), 'utf8')
    expect(text).toContain("table.string('summary', 500)\n    table.integer('points')\n")
  })

  it('passes the checks and its tests', { timeout: 600_000 }, async () => {
    const sourceFiles = (await written()).map((it) => it.slice(3)).filter((it) => /\.ts$/.test(it))
    await inCopy(`biome ci --colors=off ${sourceFiles.join(' ')}`)
    await inCopy('tsc && depcruise src generated && knip && cspell lint --no-progress src tests')
    await inCopy('node --import tsx scripts/codegen.ts --check')
    const tests = (await written())
      .map((it) => it.slice(3))
      .filter((it) => /^tests.(jobs|operations).*test\.ts$/.test(it))
    const shared =
      'tests/db tests/contract/suite.test.ts tests/contract/columns.test.ts tests/contract/security'
    await inCopy(`node --import tsx scripts/test/test.ts ${shared} ${tests.join(' ')}`)
  })

  it('are seeds that create some of each on a local machine, once', async () => {
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
      for (const it of resources) {
        const [name = ''] = it.split(' ')
        const { rowCount } = await client.query(`select from ${name}`)
        expect([name, rowCount]).toEqual([name, 2])
      }
    }
    await client.end()
    await database.drop()
  })
})

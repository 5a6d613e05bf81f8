// `npm run new` in a copy of the repository: what it writes passes the checks and its own tests.
// Slow because the copy is compiled, linted and tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  ])('refuses %s, whose name is taken, and writes nothing', async (line, said) => {
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

describe('what npm run new writes', () => {
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
    const shared = 'tests/db/migrations tests/contract/suite.test.ts tests/contract/security'
    await inCopy(`node --import tsx scripts/test/test.ts ${shared} ${tests.join(' ')}`)
  })
})

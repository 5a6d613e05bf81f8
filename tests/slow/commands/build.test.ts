// The build in an empty folder, without npm and packages, as in an image: its server and its commands.
// Slow because it bundles the service and starts its files.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { bundleService } from '../../../scripts/build/bundle.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import { temporaryDatabase } from '../../support/database.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { until } from '../../support/until.ts'

let folder: string
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let db: pg.Client
let env: Record<string, string>

beforeAll(async () => {
  database = await temporaryDatabase()
  db = new pg.Client(database.url)
  await db.connect()
  folder = await mkdtemp(join(tmpdir(), 'build-'))
  await bundleService(resolve(), join(folder, 'dist'))
  env = {
    DATABASE_URL: database.url,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(inject('redisPort')),
    REDIS_PREFIX: `build-${randomUUID()}`,
    REDIS_CACHE_DEADLINE_MS: '5000',
    ADMIN_USERNAME: 'root',
    ADMIN_PASSWORD: 'Correct-horse-7',
  }
})
afterAll(async () => {
  await db.end()
  await database.drop()
  await rm(folder, { recursive: true })
})

/** Runs a file of the build. Returns the exit code and the output. */
async function run(file: string, args: string, variables: Record<string, string> = env) {
  const words = [`dist/${file}.js`, ...args.split(' ').filter((it) => it !== '')]
  const { code, output } = await startCommand(process.execPath, words, {
    ...{ cwd: folder, env: variables },
  }).ended
  return [code, output] as const
}

/** Starts a server that may open 64 files, and resolves when it listens. */
async function startServer() {
  const port = await freePort()
  const script = 'ulimit -n 64; exec "$0" dist/server.js'
  const { child, printed } = startCommand('sh', ['-c', script, process.execPath], {
    ...{ cwd: folder, env: { ...env, PORT: String(port) } },
  })
  onTestFinished(() => killGroup(child))
  await until('the server', () => printed().includes('"listening"') || undefined)
  return { origin: `http://127.0.0.1:${port}`, printed }
}

const names = async () => (await readdir('migrations')).map((it) => it.replace('.ts', '')).sort()

describe('migrate', () => {
  /** What it needs alone. */
  const migrate = (args: string) =>
    run('migrate', args, { ENVIRONMENT: 'production', DATABASE_URL: database.url })

  it('knows the migrations of the folder by their names, and needs PostgreSQL alone', async () => {
    const all = await names()
    const lines = (verb: string, some = all) => some.map((it) => `${verb} ${it}\n`).join('')
    expect(await migrate('list')).toEqual([0, lines('applied ')])
    expect(await migrate('rollback --all')).toEqual([0, lines('undid', all.toReversed())])
    expect(await migrate('status')).toEqual([1, `0 applied, ${all.length} missing\n`])
    expect(await migrate('up')).toEqual([0, `applied ${all[0]}\n`])
    expect(await migrate('')).toEqual([0, lines('applied', all.slice(1))])
    expect(await migrate('latest')).toEqual([0, 'nothing to do\n'])
    expect(await migrate('status')).toEqual([0, `${all.length} applied, 0 missing\n`])
  })

  it('changes nothing on the schema of a newer version, and undoes nothing of it', async () => {
    await db.query("insert into knex_migrations (name, batch) values ('2099_newer', 9)")
    const [code, output] = await migrate('latest')
    expect([code, output]).toEqual([0, 'nothing to do\nanother version has applied 2099_newer\n'])
    expect(await migrate('rollback')).toEqual([1, expect.stringContaining('2099_newer')])
    await db.query("delete from knex_migrations where name = '2099_newer'")
  })

  it('names the lock of a killed migration, and the command that removes it', async () => {
    await db.query('update knex_migrations_lock set is_locked = 1')
    expect(await migrate('down')).toEqual([1, expect.stringContaining('migrate.js unlock')])
    expect(await migrate('unlock')).toEqual([0, 'the lock is removed\n'])
    expect(await migrate('latest')).toEqual([0, 'nothing to do\n'])
  })

  it('rejects wrong arguments with its usage', async () => {
    for (const args of ['later', 'list all', 'latest --all', '--force']) {
      expect(await migrate(args), args).toEqual([2, expect.stringContaining('usage: ')])
    }
  })
})

it('stacks of a build are printed with the places of the sources', async () => {
  // A file in place of a folder: the problem pages cannot be read.
  const line = (await readFile('src/http/system.ts', 'utf8'))
    .split('\n')
    .findIndex((it) => it.includes('await readFile(problemTexts'))
  await rename(join(folder, 'dist/docs'), join(folder, 'dist/docs.away'))
  onTestFinished(() => rename(join(folder, 'dist/docs.away'), join(folder, 'dist/docs')))
  const server = await startServer()
  await fetch(`${server.origin}/problems/not-found`)
  const log = await until('the logged error', () => {
    return server
      .printed()
      .split('\n')
      .find((it) => it.includes('ENOENT'))
  })
  expect(log).toContain('/dist/chunks/')
  const command = ['--import', 'tsx', 'scripts/build/symbolicate.ts', `--build=${folder}/dist`]
  const printed = execFileSync(process.execPath, command, { input: log, encoding: 'utf8' })
  expect(printed).toContain(`src/http/system.ts:${line + 1}:`)
  expect(printed).not.toContain('/dist/chunks/')
})

describe('admin', () => {
  const admin = (args: string, more: Record<string, string> = {}) =>
    run('admin', args, { ...env, ...more })

  async function addFailedJob(job: string): Promise<string> {
    const id = randomUUID()
    await db.query(
      `insert into outbox (id, job, payload, attempts, failed_at, error)
       values ($1, $2, '{}', 5, now(), 'out of luck')`,
      [id, job],
    )
    return id
  }

  it('checks the configuration', async () => {
    expect(await admin('config:check')).toEqual([0, expect.stringContaining('is valid')])
    const [code, output] = await admin('config:check', { PORT: 'no', BCRYPT_COST: '1' })
    expect([code, output]).toEqual([1, expect.stringMatching(/2 errors.*PORT.*BCRYPT_COST/s)])
  })

  it('lists failed jobs, puts them back and discards them', async () => {
    const [one, two, three] = [
      await addFailedJob('purgeUsers'),
      await addFailedJob('purgeUsers'),
      await addFailedJob('purgeSessions'),
    ]
    const [code, output] = await admin('jobs list --job=purgeUsers')
    expect([code, output]).toEqual([0, expect.stringMatching(/out of luck\n2 failed\n$/)])
    expect(output).toContain(one)
    expect(output).not.toContain(three)
    expect(await admin(`jobs retry ${one}`)).toEqual([0, '1 retried\n'])
    const { rows } = await db.query('select * from outbox where id = $1', [one])
    expect(rows[0]).toMatchObject({ attempts: 0, failed_at: null, error: null })
    const again = await admin(`jobs discard ${one} ${two}`)
    expect(again).toEqual([1, `1 discarded; no failed job has the id ${one}\n`])
    expect(await admin('jobs discard --all --job=purgeUsers')).toEqual([0, '0 discarded\n'])
    expect(await admin('jobs discard --all')).toEqual([0, '1 discarded\n'])
  })

  it('rejects wrong arguments with its usage', async () => {
    const wrong = ['', 'purge', 'jobs retry', 'jobs retry --all 1']
    for (const args of [...wrong, 'cache:clear getNothing', 'jobs list --state=done']) {
      expect(await admin(args), args).toEqual([2, expect.stringContaining('usage: ')])
    }
  })

  it('says that Redis cannot be used', async () => {
    const [code, output] = await admin('cache:clear', { REDIS_CACHE_PORT: '1' })
    expect([code, output]).toEqual([1, expect.stringContaining('nothing is cleared')])
  })

  it('acts on a running server, which opens less than 64 files', async () => {
    expect(await admin('create-superuser')).toEqual([0, 'root is a superuser now\n'])
    const { origin } = await startServer()
    const api = `${origin}/api/v1`
    const body = new URLSearchParams({ username: 'root', password: 'Correct-horse-7' })
    const login = await fetch(`${api}/login`, { method: 'POST', body })
    const { access_token } = (await login.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${access_token}` }
    const me = () => fetch(`${api}/users/me`, { headers })
    const named = async () => {
      const response = await fetch(`${api}/users/root`)
      return ((await response.json()) as { name: string }).name
    }

    expect((await me()).status).toBe(200)
    expect(await named()).toBe('Admin')
    await db.query("update users set name = 'Renamed'")
    expect(await named()).toBe('Admin')
    expect(await admin('cache:clear getUser')).toEqual([0, 'cleared getUser\n'])
    expect(await named()).toBe('Renamed')
    await db.query("update users set name = 'Again'")
    expect(await admin('cache:clear')).toEqual([0, 'cleared everything\n'])
    expect(await named()).toBe('Again')

    expect(await admin('sessions revoke root')).toEqual([0, 'ended all sessions of root\n'])
    expect((await me()).status).toBe(401)
    expect(await admin('sessions revoke unknown')).toEqual([1, expect.stringContaining('unknown')])
    // Pages and files that are read from disk.
    for (const path of [
      'docs',
      'docs/swagger-ui-bundle.js',
      'problems/not-found',
      'openapi.yaml',
    ]) {
      expect((await fetch(`${origin}/${path}`)).status, path).toBe(200)
    }
  })
})

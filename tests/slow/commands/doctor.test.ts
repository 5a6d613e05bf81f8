// `npm run doctor` as an operator runs it, on machines that are really broken.
// Slow because each case starts node, compiles the sources and generates the code.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import knex from 'knex'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Finding } from '../../../src/cli/doctor.ts'
import { temporaryDatabase } from '../../support/database.ts'
import { killGroup, startCommand } from '../../support/process.ts'
import { useRedis } from '../../support/redis.ts'
import { copyOfProduct } from '../../support/servers.ts'
import { until } from '../../support/until.ts'

const secret = 'Correct-horse-7'
const redis = useRedis()
let copy: Awaited<ReturnType<typeof copyOfProduct>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let healthy: Record<string, string>

beforeAll(async () => {
  copy = await copyOfProduct()
  for (const file of ['package-lock.json', '.env.example', 'knexfile.ts']) {
    cpSync(file, join(copy.folder, file))
  }
  database = await temporaryDatabase()
  healthy = {
    DATABASE_URL: database.url,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(inject('redisPort')),
    PORT: String(await freePort()),
    MOCK_PORT: String(await freePort()),
  }
})
afterAll(async () => {
  await database.drop()
  await copy.remove()
})

/** Runs the command in the copy. Returns its exit code and its findings, by check. */
async function doctor(env: Record<string, string>) {
  const args = ['scripts/doctor/doctor.mjs', '--json']
  const { code, output } = await startCommand(process.execPath, args, { cwd: copy.folder, env })
    .ended
  expect(output).not.toContain(secret)
  const { ok, findings }: { ok: boolean; findings: Finding[] } = JSON.parse(output)
  expect(code).toBe(ok ? 0 : 1)
  const of = (check: string) => findings.filter((it) => it.check === check)
  const wrong = findings.filter((it) => it.state === 'wrong').map((it) => it.check)
  return { findings, of, wrong }
}

/** Changes a file of the copy until the test ends. */
function change(file: string, text: string | undefined) {
  const path = join(copy.folder, file)
  const before = read(path)
  const set = (to: string | undefined) =>
    to === undefined ? rmSync(path, { force: true }) : writeFileSync(path, to)
  set(text)
  onTestFinished(() => set(before))
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

async function listen(onConnection: () => void = () => {}): Promise<number> {
  const server: Server = createServer(onConnection)
  const port = await freePort()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return port
}

async function query(sql: string, url = database.url) {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  await db.raw(sql).finally(() => db.destroy())
}

it('prints a table that ends with success where nothing is wrong', async () => {
  await query(`insert into users (id, name, username, email, password_hash, is_superuser, created_at, updated_at)
    values (gen_random_uuid(), 'Root', 'root', 'root@example.com', '', true, now(), now())`)
  change('database-url', `${database.url}\n`)
  const { DATABASE_URL: _url, ...others } = healthy
  const env = { ...others, DATABASE_URL_FILE: './database-url' }
  const options = { cwd: copy.folder, env }
  const { code, output } = await startCommand('npm', ['run', '--silent', 'doctor'], options).ended
  expect(output).toMatch(/^ok {7}Node {2,}v\d+/)
  expect(output).toMatch(/^ok {7}migrations {2,}all \d+ applied$/m)
  expect(output).toMatch(/^ok {7}superuser {2,}1 active$/m)
  expect(output).toMatch(/\n\nNothing is wrong\.\n$/)
  expect(output).not.toMatch(/^(warning|wrong)/m)
  expect(code).toBe(0)
})

it('reports everything that is wrong at once, without any secret', async () => {
  const taken = await listen()
  const lines = [
    ...['REDIS_CACHE_HOSTS=x', `export SECRET_KEY="${secret}`, `${secret}"`],
    ...['PORT=1', 'PORT=2', secret, ''],
  ]
  change('.env', lines.join('\n'))
  change('generated/openapi.json', '{}')
  change('generated/old.ts', '')
  const url = new URL(database.url)
  url.password = secret
  const { of, wrong } = await doctor({
    ...healthy,
    DATABASE_URL: url.href,
    REDIS_QUEUE_HOST: '127.0.0.1',
    REDIS_QUEUE_PORT: '1',
    LOG_LEVEL: 'loud',
    ADMIN_PASSWORD_FILE: secret,
    MOCK_PORT: String(taken),
  })
  expect(wrong).toEqual([
    ...['configuration', 'configuration', 'configuration', 'PostgreSQL', 'Redis, queue'],
    ...['generated/', `port ${taken}`],
  ])
  expect(of('.env').map((it) => it.found)).toEqual([
    'line 6 is not NAME=value',
    'PORT is set twice; the last one counts',
    'REDIS_CACHE_HOSTS is not a variable of the service',
  ])
  expect(of('configuration').map((it) => it.fix)).toEqual([
    'LOG_LEVEL=info',
    expect.stringMatching(/^SECRET_KEY=/),
    'ADMIN_PASSWORD_FILE=/run/secrets/admin_password',
  ])
  expect(of('PostgreSQL')[0]?.found).toMatch(/password authentication failed for user "postgres"$/)
  expect(of('PostgreSQL')[0]?.fix).toContain('POSTGRES_PASSWORD')
  expect(of('Redis, queue')[0]).toMatchObject({
    found: expect.stringContaining('127.0.0.1:1: connect ECONNREFUSED'),
    fix: 'start Redis, or correct REDIS_QUEUE_URL or REDIS_QUEUE_HOST',
  })
  expect(of('generated/')).toMatchObject([
    { found: 'stale: openapi.json, old.ts', fix: 'npm run codegen' },
  ])
  expect(of(`port ${taken}`)[0]?.found).toContain(`used by process ${process.pid} (`)
  // It writes nothing.
  expect(read(join(copy.folder, 'generated/openapi.json'))).toBe('{}')
})

it('does not wait for servers that are silent', async () => {
  const silent = String(await listen())
  const started = Date.now()
  const { of, wrong } = await doctor({
    ...healthy,
    DATABASE_URL: `postgres://app:${secret}@127.0.0.1:${silent}/app`,
    REDIS_CACHE_PORT: silent,
  })
  expect(wrong).toEqual(['PostgreSQL', 'Redis, cache and queue'])
  expect(of('PostgreSQL')[0]?.found).toBe(`127.0.0.1:${silent}/app: does not answer in time`)
  expect(of('Redis, cache and queue')[0]?.found).toContain('does not answer within 3 s')
  expect(Date.now() - started).toBeLessThan(60_000)
})

it('compares the migrations, the superusers and the clock with the database', async () => {
  const own = await temporaryDatabase()
  onTestFinished(own.drop)
  const name = new URL(own.url).pathname.slice(1)
  await query(
    `create function clock_timestamp() returns timestamptz language sql
       return pg_catalog.clock_timestamp() - interval '1 minute';
     alter database ${name} set search_path = public, pg_catalog;
     update knex_migrations_lock set is_locked = 1`,
    own.url,
  )
  const old = join(copy.folder, 'migrations/20261122000500_schedules.ts')
  const renamed = join(copy.folder, 'migrations/29990101000000_later.ts')
  renameSync(old, renamed)
  onTestFinished(() => renameSync(renamed, old))
  const { of, wrong } = await doctor({ ...healthy, DATABASE_URL: own.url })
  expect(wrong).toEqual(['migrations', 'clock'])
  expect(of('migrations')).toMatchObject([
    {
      found: expect.stringMatching(/^1 of \d+ pending: 29990101000000_later$/),
      fix: 'npx knex migrate:latest',
    },
    { state: 'warning', found: expect.stringContaining('has 20261122000500_schedules, which') },
    { state: 'warning', fix: 'if none runs: npx knex migrate:unlock' },
  ])
  expect(of('superuser')).toMatchObject([{ state: 'warning', found: 'none' }])
  expect(of('clock')[0]?.found).toMatch(/^this machine is (59|60|61) s ahead of PostgreSQL$/)
})

describe('of Redis', () => {
  const at = (port: number, more = {}) => ({
    ...healthy,
    REDIS_CACHE_PORT: String(port),
    ...more,
  })

  it('finds a policy that evicts jobs, and accepts it for a cache alone', async () => {
    const port = await freePort()
    await redis.start(port, { settings: ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'] })
    const shared = await doctor(at(port))
    expect(shared.wrong).toEqual(['eviction, cache and queue'])
    const queue = { REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(inject('redisPort')) }
    expect((await doctor(at(port, queue))).wrong).toEqual([])
  })

  it('finds a wrong password and a replica', async () => {
    const [port, queuePort] = [await freePort(), await freePort()]
    await redis.start(port)
    const client = new Redis(port, '127.0.0.1')
    await client.config('SET', 'requirepass', 'other')
    client.disconnect()
    await redis.start(queuePort, { settings: [`replicaof 127.0.0.1 ${inject('redisPort')}`] })
    const queue = { REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(queuePort) }
    const { of, wrong } = await doctor(at(port, { ...queue, REDIS_CACHE_PASSWORD: secret }))
    expect(wrong).toEqual(['Redis, cache', 'Redis, queue'])
    expect(of('Redis, cache')[0]?.fix).toContain('REDIS_CACHE_PASSWORD')
    expect(of('Redis, queue')[0]?.fix).toBe('REDIS_QUEUE_URL of the primary')
  })
})

it('says that a contract which cannot be read has to be linted', async () => {
  change('openapi/paths/health.yaml', 'get: [')
  const { of } = await doctor(healthy)
  expect(of('generated/')).toMatchObject([
    { state: 'wrong', found: expect.stringContaining('health.yaml'), fix: 'npm run contract:lint' },
  ])
})

describe('where node_modules', () => {
  /** Gives the copy a folder with links to the packages that are chosen by their entry in the lock file. */
  function install(isChosen: (entry: { dev?: boolean; devOptional?: boolean }) => boolean) {
    const folder = join(copy.folder, 'node_modules')
    rmSync(folder)
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true })
      symlinkSync(resolve('node_modules'), folder)
    })
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    for (const [path, entry] of Object.entries<{ dev?: boolean }>(packages)) {
      if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || !isChosen(entry)) continue
      mkdirSync(dirname(join(copy.folder, path)), { recursive: true })
      if (read(`${path}/package.json`)) symlinkSync(resolve(path), join(copy.folder, path))
    }
    return folder
  }

  it('is absent, it checks what it can and names npm ci', async () => {
    install(() => false)
    mkdirSync(join(copy.folder, 'node_modules'), { recursive: true })
    const { findings, wrong } = await doctor({})
    expect(findings.map((it) => it.check)).toEqual(['Node', 'packages', '.env', 'everything else'])
    expect(wrong).toEqual(['packages'])
    expect(findings[1]?.fix).toBe('npm ci')
  })

  it('is older than the lock file, it names the packages', async () => {
    const folder = install(() => true)
    rmSync(join(folder, 'croner'))
    rmSync(join(folder, 'uuid'))
    mkdirSync(join(folder, 'uuid'))
    writeFileSync(join(folder, 'uuid/package.json'), '{ "name": "uuid", "version": "1.0.0" }')
    const { of, wrong } = await doctor(healthy)
    expect(wrong).toContain('packages')
    expect(of('packages')[0]?.found).toMatch(
      /^2 of \d+ .*: croner is missing, uuid is 1\.0\.0, not \d/,
    )
    expect(of('packages')[0]?.fix).toBe('npm ci')
  })

  it('has the packages of production alone or none, it checks the build', async () => {
    // The copy has no tests, which the check of the types reads too.
    const args = ['--import', 'tsx', 'scripts/build/build.ts', '--noCheck']
    execFileSync(process.execPath, args, { cwd: copy.folder, stdio: 'inherit' })
    onTestFinished(() => rmSync(join(copy.folder, 'dist'), { recursive: true }))
    const packages = install((entry) => !entry.dev && !entry.devOptional)
    // What a machine in production has.
    const hidden = ['src', 'openapi', 'generated', 'migrations'].map((it) => join(copy.folder, it))
    for (const it of hidden) renameSync(it, `${it}.hidden`)
    onTestFinished(() => {
      for (const it of hidden) renameSync(`${it}.hidden`, it)
    })
    const production = {
      ...healthy,
      PORT: String(await freePort()),
      ENVIRONMENT: 'production',
      HOST: '127.0.0.1',
      SECRET_KEY: secret.repeat(4),
      WORKER_PORT: String(await freePort()),
    }
    const { findings, of, wrong } = await doctor(production)
    expect(wrong).toEqual([])
    expect(of('packages')[0]?.found).toBe('as in package-lock.json, without those for development')
    expect(of('migrations')[0]?.state).toBe('ok')
    expect(findings.at(-1)).toMatchObject({ check: `port ${production.WORKER_PORT}`, state: 'ok' })

    const server = startCommand(process.execPath, ['dist/server.js'], {
      ...{ cwd: copy.folder, env: production },
    })
    onTestFinished(() => killGroup(server.child))
    await until('a log line', () => server.printed().includes('listening') || undefined)
    const running = await doctor(production)
    expect(running.of(`port ${production.PORT}`)[0]?.found).toBe(
      `used by this service (process ${server.child.pid}), for PORT`,
    )

    rmSync(packages, { recursive: true })
    const unset = await doctor({ ENVIRONMENT: 'production' })
    expect(unset.of('packages')[0]?.found).toBe('none, and the build in dist/ needs none')
    expect(unset.of('configuration').map((it) => it.found.split(':')[0])).toEqual([
      ...['DATABASE_URL', 'REDIS_CACHE_URL', 'SECRET_KEY'],
    ])
  })
})

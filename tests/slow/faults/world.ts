// What the fault suite breaks: a PostgreSQL and a Redis of its own, the API and workers as processes,
// each to be stopped, killed and started again while tasks are on their way.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startPostgres } from '../../../scripts/dev/postgres.ts'
import { partSteps, type Running, startProcess } from '../../../scripts/dev/processes.ts'
import { startRedis } from '../../../scripts/dev/redis.ts'
import { databaseName } from '../../../src/config/names.ts'
import { closeDatabase, createDatabase, type Database } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { type Person, person } from '../../support/builders.ts'
import { bundleProduct } from '../../support/bundle.ts'
import { type Client, createClient } from '../../support/client.ts'
import { until } from '../../support/until.ts'

/** A server that a test takes away and brings back. */
interface Part {
  stop(): Promise<void>
  start(): Promise<void>
}

export interface World {
  readonly db: Database
  readonly postgres: Part
  /** Comes back empty each time. */
  readonly redis: Part
  readonly redisPort: number
  startWorker(): Promise<Running>
  /** Starts the worker of the product, which answers its probes at this port. */
  startProductWorker(port: number): Promise<Running>
  /** Stops all processes of PostgreSQL where they are. Returns how to let them go on. */
  freezePostgres(): Promise<() => void>
  /** Has as many tasks accepted by the API. */
  submit(count: number, name?: string): Promise<void>
  close(): Promise<void>
}

interface Options {
  /** How long each task takes. */
  readonly workMs: number
  /** Variables of the processes beside those that are set here. */
  readonly env?: Record<string, string>
}

const concurrency = 8
const entries = {
  server: 'src/server.ts',
  worker: 'tests/slow/faults/worker.ts',
  'product-worker': 'src/worker.ts',
}

export async function createWorld({ workMs, env: variables }: Options): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  await chmod(folder, 0o755)
  const ports = { postgres: await freePort(), redis: await freePort(), api: await freePort() }
  const postgres = part(() =>
    startPostgres({ dataDir: join(folder, 'postgres'), port: ports.postgres }),
  )
  const redis = part(() =>
    startRedis({ dataDir: join(folder, 'redis'), port: ports.redis, durable: false }),
  )
  await Promise.all([postgres.start(), redis.start(), bundleProduct(folder, resolve(), entries)])
  const url = `postgres://postgres:postgres@127.0.0.1:${ports.postgres}/${databaseName}`
  const quiet = createLogger({ level: 'silent', part: 'test' })
  const db = createDatabase({ url, poolMax: 2 }, quiet)
  await db.migrate.latest()
  await db.schema.createTable('effects', (table) => table.uuid('task_id').index())

  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: url,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(ports.redis),
    BCRYPT_COST: '4',
    PORT: String(ports.api),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    WORKER_CONCURRENCY: String(concurrency),
    WORK_MS: String(workMs),
    JOB_LEASE_SECONDS: '2',
    JOB_BACKOFF_MS: '100',
    JOB_ATTEMPTS: '20',
    ...variables,
  }
  const running: Running[] = []
  const start = async (entry: string, more: Record<string, string> = {}) => {
    const options = {
      env: { ...env, ...more },
      stdio: ['ignore', 'inherit', 'inherit'] as StdioThrough,
    }
    const started = await startProcess(
      process.execPath,
      [join(folder, `dist/src/${entry}.js`)],
      options,
      partSteps,
    )
    running.push(started)
    return started
  }
  await start('server')
  const api = createClient(`http://127.0.0.1:${ports.api}`)
  await until('an answer of the API', async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.api}/livez`).catch(() => undefined)
    return answer?.ok || undefined
  })
  const someone = await person({ api, db })
  return {
    db,
    postgres,
    redis,
    redisPort: ports.redis,
    startWorker: () => start('worker'),
    startProductWorker: (port) => start('product-worker', { WORKER_PORT: String(port) }),
    freezePostgres: () => freeze(db),
    submit: (count, name = 'Ada') => submit(api, someone, count, name),
    async close() {
      await Promise.all(running.map((it) => it.stop()))
      await closeDatabase(db)
      await Promise.all([postgres.stop(), redis.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type StdioThrough = ['ignore', 'inherit', 'inherit']

function part(begin: () => Promise<Running>): Part {
  let running: Running | undefined
  return {
    async start() {
      running = await begin()
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
  }
}

async function freeze(db: Database) {
  const { rows } = await db.raw(`
    select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid
    union all select pid from pg_stat_activity`)
  const pids: number[] = rows.map(({ pid }: { pid: number }) => pid)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}

async function submit(api: Client, someone: Person, count: number, name: string) {
  const caller = api.as(someone)
  let left = count
  const lane = async () => {
    while (left-- > 0) {
      const { status } = await caller.post('/tasks', { type: 'greet', input: { name } })
      if (status !== 202) throw new Error(`createTask answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane))
}

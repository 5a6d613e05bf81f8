// What the fault suite breaks: a PostgreSQL and a Redis of its own, and workers as processes, each to be
// stopped, killed and started again while jobs are on their way.
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleService } from '../../../scripts/build/bundle.ts'
import { freePort } from '../../../scripts/dev/ports.ts'
import { startPostgres } from '../../../scripts/dev/postgres.ts'
import { partSteps, type Running, startProcess } from '../../../scripts/dev/processes.ts'
import { startRedis } from '../../../scripts/dev/redis.ts'
import { databaseName } from '../../../src/config/names.ts'
import { closeDatabase, createDatabase, type Database } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { submitJob } from '../../support/jobs.ts'

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
  /** Commits as many jobs, each with its own transaction. Returns their ids. */
  submit(count: number, name?: string): Promise<string[]>
  /** Returns the jobs that have ended, with their attempts. */
  ended(): Promise<{ readonly id: string; readonly attempts: number }[]>
  /** Removes all jobs and their traces. */
  clear(): Promise<void>
  close(): Promise<void>
}

interface Options {
  /** How long each job takes. */
  readonly workMs: number
  /** Variables of the processes beside those that are set here. */
  readonly env?: Record<string, string>
}

const concurrency = 8
const entries = {
  worker: 'tests/slow/faults/worker.ts',
  'product-worker': 'src/worker.ts',
}

export async function createWorld({ workMs, env: variables }: Options): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  await chmod(folder, 0o755)
  const ports = { postgres: await freePort(), redis: await freePort() }
  const postgres = part(() =>
    startPostgres({ dataDir: join(folder, 'postgres'), port: ports.postgres }),
  )
  const redis = part(() =>
    startRedis({ dataDir: join(folder, 'redis'), port: ports.redis, durable: false }),
  )
  await Promise.all([
    postgres.start(),
    redis.start(),
    bundleService(resolve(), join(folder, 'dist'), { entries }),
  ])
  const url = `postgres://postgres:postgres@127.0.0.1:${ports.postgres}/${databaseName}`
  const quiet = createLogger({ level: 'silent', part: 'test' })
  const db = createDatabase({ url, poolMax: 2 }, quiet)
  await db.migrate.latest()
  await db.raw(`
    create table effects (job_id uuid);
    create table ended (id uuid, attempts integer);
    create function note_end() returns trigger language plpgsql as
      $$ begin insert into ended values (old.id, old.attempts); return old; end $$;
    create trigger note_end after delete on outbox for each row execute function note_end()`)

  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: url,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(ports.redis),
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
      [join(folder, `dist/${entry}.js`)],
      options,
      partSteps,
    )
    running.push(started)
    return started
  }
  return {
    db,
    postgres,
    redis,
    redisPort: ports.redis,
    startWorker: () => start('worker'),
    startProductWorker: (port) => start('product-worker', { WORKER_PORT: String(port) }),
    freezePostgres: () => freeze(db),
    submit: (count, name) => submit(db, count, name),
    ended: () => db('ended').select('id', 'attempts'),
    clear: () => db.raw('truncate outbox, effects, ended'),
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

async function submit(db: Database, count: number, name?: string): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push((await submitJob(db, randomUUID(), name)).id)
  return ids
}

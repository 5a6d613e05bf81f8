// Runs the service, composed as in production, for the tests of one file: with its own database, Redis
// prefix and port. An internal error, or a response that breaks the contract, fails the test that caused
// it.
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { createApi } from '../../src/app.ts'
import { type Environment, loadConfig } from '../../src/config/config.ts'
import type { Invalidate } from '../../src/contract.ts'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import { isReset } from '../../src/http/app.ts'
import { createHttpServer } from '../../src/http/server.ts'
import type { WorkerTiming } from '../../src/jobs/worker.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/log.ts'
import type { Metrics } from '../../src/lib/metrics.ts'
import { createWorker, type featureJobs } from '../../src/worker-app.ts'
import { type Client, createClient } from './client.ts'
import { temporaryDatabase } from './database.ts'
import { expectNoSecrets } from './secrets.ts'

export interface Service {
  readonly url: string
  readonly db: Database
  readonly api: Client
  /** Drops responses from its cache. */
  readonly invalidate: Invalidate
  /** The internal errors so far; a test that provokes one removes it. */
  readonly errors: unknown[]
  readonly env: Environment
  /** Returns the lines of its log so far. */
  readonly logged: () => Record<string, unknown>[]
}

interface Options {
  readonly env?: Environment
  readonly clock?: Clock
  readonly worker?: boolean
  /** Returns the jobs of its worker, instead of those of all features. */
  readonly jobs?: typeof featureJobs
  readonly metrics?: Metrics
  /** Shortens intervals of its worker. */
  readonly timing?: WorkerTiming
}

/** Runs a service for the tests of a file; its fields are set in `beforeAll`. */
export function useService(options: Options = {}): Service {
  const service = { errors: [] as unknown[] } as { -readonly [Key in keyof Service]: Service[Key] }
  let stop: () => Promise<void>

  beforeAll(async () => {
    const database = await temporaryDatabase()
    const env = { ...testEnvironment(database.url), ...options.env }
    const running = await startService(env, options)
    const db = createDatabase(
      { url: database.url, poolMax: 2 },
      createLogger({ level: 'silent', part: 'test' }),
    )
    running.app.on('error', (error, ctx) => {
      if (!isReset(error, ctx)) service.errors.push(error)
    })
    const { url, logged, cache } = running
    const { invalidate } = cache
    Object.assign(service, { env, db, url, logged, invalidate, api: createClient(url) })
    stop = async () => {
      await running.stop()
      await closeDatabase(db)
      await database.drop()
    }
  })
  afterEach(() => expect(service.errors.splice(0), 'internal errors of the service').toEqual([]))
  afterAll(async () => {
    await stop()
  })
  return service
}

/** Returns the environment of a process under test. */
function testEnvironment(databaseUrl: string): Environment {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_CACHE_HOST: '127.0.0.1',
    REDIS_CACHE_PORT: String(inject('redisPort')),
    REDIS_PREFIX: `test-${randomBytes(6).toString('hex')}`,
    BCRYPT_COST: '4',
    RATE_LIMIT_FACTOR: '10000',
    LOG_LEVEL: 'info',
    JOB_BACKOFF_MS: '20',
  }
}

/** Composes the service in this process and listens on a free port. */
export async function startService(
  env: Environment,
  { clock = systemClock, worker, jobs, metrics, timing = {} }: Options = {},
) {
  const config = loadConfig(env)
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const log = createLogger({ level: config.log.level, part: 'test' }, { write })
  const api = createApi({ config, log, clock, metrics })
  const { server } = createHttpServer(api.app, api.headers)
  await api.settled
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const running = worker
    ? createWorker({ config, log, clock, timing, ...(jobs && { jobs }) })
    : undefined
  const { port } = server.address() as AddressInfo
  return {
    app: api.app,
    cache: api.cache,
    logged: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await running?.stop(5000)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.close()
      expectNoSecrets(lines.join(''))
    },
  }
}

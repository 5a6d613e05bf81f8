// The service behind PgBouncer in transaction mode, where each transaction may run on another connection.
// Slow: it runs the whole contract suite once more.
import { beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, createDatabase } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { allCases } from '../../contract/suite/cases.ts'
import { isExempt } from '../../contract/suite/exemptions.ts'
import { type Target, violationsOfCase } from '../../contract/suite/run.ts'
import { person } from '../../support/builders.ts'
import { createClient } from '../../support/client.ts'
import { temporaryDatabase } from '../../support/database.ts'
import { submitJob } from '../../support/jobs.ts'
import { worldOf } from '../../support/past-the-api.ts'
import { type PgBouncer, startPgBouncer } from '../../support/pgbouncer.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const service = useService()
const settings = { DATABASE_PREPARE: 'off', DATABASE_SERVER_TIMEOUTS: 'off' }
let pgbouncer: PgBouncer
let target: Target
let pooled: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  // Fewer connections than the service opens, so that they are shared.
  pgbouncer = await startPgBouncer(service.env.DATABASE_URL ?? '', { default_pool_size: 4 })
  const env = { ...service.env, ...settings, DATABASE_URL: pgbouncer.url }
  pooled = await startService(env, { worker: true })
  const limited = await startService({
    ...env,
    RATE_LIMIT_FACTOR: '0.0001',
    REDIS_PREFIX: `${service.env.REDIS_PREFIX}-limited`,
  })
  const outage = await startService({ ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  target = {
    name: 'app',
    origin: pooled.url,
    limitedOrigin: limited.url,
    outageOrigin: outage.url,
    world: worldOf({ url: pooled.url, db: service.db }),
  }
  return async () => {
    await Promise.all([pooled.stop(), limited.stop(), outage.stop()])
    await pgbouncer.stop()
  }
})

describe('through PgBouncer', () => {
  const cases = allCases().filter((it) => !isExempt('app', it.operation, it.status))
  it.each(cases.map((it) => [it.operation, it.status, it] as const))(
    '%s answers %i',
    async (_, __, one) => {
      expect(await violationsOfCase(target, one)).toEqual([])
    },
  )

  it('many parallel callers share few connections', async () => {
    const api = createClient(pooled.url)
    const people = await Promise.all(
      Array.from({ length: 8 }, () => person({ api, db: service.db })),
    )
    const changes = people.flatMap((someone) =>
      Array.from({ length: 5 }, (_, index) =>
        api.as(someone).patch('/users/me', { name: `No. ${index}` }),
      ),
    )
    expect(new Set((await Promise.all(changes)).map((it) => it.status))).toEqual(new Set([200]))
  })

  it('the worker runs jobs', async () => {
    await (await submitJob(service.db)).is('over')
  })

  it('migrations apply and roll back', async () => {
    const database = await temporaryDatabase()
    const { pathname } = new URL(database.url)
    const url = Object.assign(new URL(pgbouncer.url), { pathname }).href
    const log = createLogger({ level: 'silent', part: 'test' })
    const db = createDatabase({ url, poolMax: 1, prepare: false, serverTimeouts: false }, log)
    try {
      await db.migrate.rollback(undefined, true)
      expect((await db.migrate.list())[0]).toEqual([])
      await db.migrate.latest()
      expect((await db.migrate.list())[1]).toEqual([])
    } finally {
      await closeDatabase(db)
      await database.drop()
    }
  })
})

it('if the limits of PostgreSQL are on, the log names the variable that turns them off', async () => {
  const env = { ...service.env, DATABASE_URL: pgbouncer.url, DATABASE_PREPARE: 'off' }
  const started = await startService(env)
  try {
    const line = await until('a warning', () =>
      started.logged().find((it) => it.level === 'warn' && String(it.msg).startsWith('not ready')),
    )
    expect(line.err).toMatchObject({
      message: expect.stringMatching(/unsupported startup parameter.*DATABASE_SERVER_TIMEOUTS=off/),
    })
    expect((await fetch(`${started.url}/readyz`)).status).toBe(503)
  } finally {
    await started.stop()
  }
})

// A worker that waits for PostgreSQL or Redis: it says so, it recovers within seconds once they
// respond, and each job runs once. Slow: it waits for the limits of docs/running.md.
import { afterEach, describe, expect, inject, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { type Environment, loadConfig } from '../../../src/config/config.ts'
import { channels } from '../../../src/jobs/outbox.ts'
import { listen } from '../../../src/jobs/relay.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { createWorker } from '../../../src/worker-app.ts'
import { submitJob, type Work, withOwnJob } from '../../support/jobs.ts'
import { useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const service = useService()
const log = createLogger({ level: 'silent', part: 'test' })
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

/** How many attempts each job has had. */
const attempts = new Map<string, number>()

async function startWorker(env: Environment = {}, work: Work = async () => undefined) {
  const config = loadConfig({ ...service.env, DATABASE_QUERY_TIMEOUT_MS: '1000', ...env })
  const jobs = withOwnJob({
    run: (_payload, context) => {
      attempts.set(context.id, context.attempt)
      return work(context)
    },
  })
  const worker = createWorker({ config, log, clock: systemClock, jobs })
  stops.push(() => worker.stop(1000))
  await isReady(worker)
  return worker
}

type Worker = ReturnType<typeof createWorker>

const isReady = (worker: Worker) =>
  until('the worker being ready', async () => (await worker.notReady()) === undefined || undefined)

const notReady = (worker: Worker) =>
  until('the worker not being ready', async () => await worker.notReady())

/** A tunnel to PostgreSQL, and the variable that leads through it. */
async function tunnelToPostgres() {
  const url = new URL(service.env.DATABASE_URL ?? '')
  const port = await freePort()
  const tunnel = await openTunnel(port, Number(url.port))
  url.port = String(port)
  return { tunnel, env: { DATABASE_URL: url.href } }
}

async function tunnelToRedis() {
  const port = await freePort()
  const tunnel = await openTunnel(port, inject('redisPort'))
  return { tunnel, env: { REDIS_QUEUE_HOST: '127.0.0.1', REDIS_QUEUE_PORT: String(port) } }
}

/** Enqueues a job. Returns a function that waits for its end and returns how many attempts it took. */
async function submit() {
  const job = await submitJob(service.db)
  return async () => {
    await job.is('over')
    return attempts.get(job.id)
  }
}

describe('a worker', () => {
  it('continues when its idle connections to PostgreSQL go silent', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const worker = await startWorker(env)
    expect(await (await submit())()).toBe(1)
    tunnel.drop()
    expect(await (await submit())()).toBe(1)
    await isReady(worker)
  })

  it('completes a job whose connections went silent meanwhile', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    await startWorker(env, async () => {
      tunnel.drop()
      return undefined
    })
    expect(await (await submit())()).toBe(1)
  })

  it.each([
    ['has arrived', true],
    ['has not arrived', false],
  ])('ends a job once when its COMMIT is not answered, and %s', async (_, isForwarded) => {
    const { tunnel, env } = await tunnelToPostgres()
    let blocked = Promise.resolve()
    let effects = 0
    await startWorker(env, async () => async () => {
      // Not earlier: the scheduler commits too.
      if (effects === 0) blocked = tunnel.blockAt('COMMIT', { isForwarded })
      effects++
    })
    const ended = await submit()
    await until('a COMMIT', async () => effects || undefined)
    await blocked
    tunnel.unblock()
    expect(await ended()).toBe(1)
    expect(effects).toBe(isForwarded ? 1 : 2)
  })

  it('is not ready while PostgreSQL accepts and never responds, and continues afterwards', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const worker = await startWorker(env)
    tunnel.block()
    const ended = await submit()
    expect(await notReady(worker)).toMatch(/database|PostgreSQL/)
    expect(worker.notAlive()).toBeUndefined()
    tunnel.unblock()
    expect(await ended()).toBe(1)
    await isReady(worker)
  })

  it('waits while another transaction has the outbox locked', async () => {
    const worker = await startWorker()
    const ended = await submit()
    await service.db.transaction(async (trx) => {
      await trx.raw('set local idle_in_transaction_session_timeout = 0')
      await trx.raw('lock table outbox in access exclusive mode')
      expect(await notReady(worker)).toContain('PostgreSQL')
    })
    expect(await ended()).toBe(1)
    await isReady(worker)
    expect(await (await submit())()).toBe(1)
  })

  it('waits while another transaction has a table locked that its job writes', async () => {
    await service.db.schema.createTable('effects', (table) => table.uuid('job_id'))
    await startWorker({}, async ({ id }) => async (trx) => {
      await trx('effects').insert({ job_id: id })
    })
    let ended = await submit()
    await service.db.transaction(async (trx) => {
      await trx.raw('lock table effects in access exclusive mode')
      await until('an attempt that waits', async () => {
        const { rows } = await trx.raw(
          `select pid from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        )
        return rows[0]
      })
    })
    await ended()
    ended = await submit()
    expect(await ended()).toBe(1)
  })

  it('is not ready while PostgreSQL is read-only, and continues afterwards', async () => {
    const worker = await startWorker()
    const name = new URL(service.env.DATABASE_URL ?? '').pathname.slice(1)
    const readOnly = (value: 'on' | 'off') =>
      service.db.raw(`alter database "${name}" set default_transaction_read_only = ${value}`)
    const ended = await service.db.transaction(async (trx) => {
      await trx.raw('set transaction read write')
      return submit()
    })
    await ended()
    await readOnly('on')
    await service.db.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    await notReady(worker)
    await service.db.raw('set default_transaction_read_only = off')
    await service.db.transaction(async (trx) => {
      await trx.raw('set transaction read write')
      await trx.raw(`alter database "${name}" reset default_transaction_read_only`)
    })
    await isReady(worker)
    expect(await (await submit())()).toBe(1)
  })

  it('is not ready while Redis accepts and never responds, and continues afterwards', async () => {
    const { tunnel, env } = await tunnelToRedis()
    const worker = await startWorker(env)
    tunnel.block()
    const ended = await submit()
    expect(await notReady(worker)).toContain('Redis')
    expect(worker.notAlive()).toBeUndefined()
    tunnel.unblock()
    expect(await ended()).toBe(1)
    await isReady(worker)
  })

  it('continues when only the connection on which it waits for jobs goes silent', async () => {
    const { tunnel, env } = await tunnelToRedis()
    tunnel.silenceAt('brpoplpush')
    await startWorker(env)
    expect(await (await submit())()).toBe(1)
  })

  it('stops in time while PostgreSQL accepts and never responds', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const worker = await startWorker(env)
    tunnel.block()
    stops.pop()
    const start = performance.now()
    await worker.stop(5000)
    expect(performance.now() - start).toBeLessThan(15_000)
  })
})

describe('notifications', () => {
  it('arrive again after their connection went silent', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const { database } = loadConfig({ ...service.env, ...env })
    let heard = 0
    const notifications = listen(database, { [channels.added]: () => heard++ }, log)
    stops.push(notifications.stop)
    const hears = async (what: string) => {
      const before = heard
      await until(what, async () => {
        await service.db.raw(`notify ${channels.added}`)
        return heard > before || undefined
      })
    }
    await hears('a notification')
    tunnel.drop()
    await hears('a notification on a new connection')
  })
})

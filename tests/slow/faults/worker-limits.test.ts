// A worker that waits for PostgreSQL or Redis: it says so, it recovers within seconds once they
// respond, and each task runs once. Slow: it waits for the limits of docs/running.md.
import { afterEach, describe, expect, inject, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { type Environment, loadConfig } from '../../../src/config/config.ts'
import type { TaskKinds } from '../../../src/features/tasks/jobs.ts'
import { channels } from '../../../src/jobs/outbox.ts'
import { listen } from '../../../src/jobs/relay.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { createWorker, taskKinds } from '../../../src/worker-app.ts'
import { submitTask } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'
import { openTunnel } from '../../support/tunnel.ts'
import { until } from '../../support/until.ts'

const service = useService()
const log = createLogger({ level: 'silent', part: 'test' })
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function startWorker(env: Environment = {}, kinds: Partial<TaskKinds> = {}) {
  const config = loadConfig({ ...service.env, DATABASE_QUERY_TIMEOUT_MS: '1000', ...env })
  const worker = createWorker({
    config,
    log,
    clock: systemClock,
    kinds: { ...taskKinds, ...kinds },
  })
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

const submit = () => submitTask(service)

const once = expect.objectContaining({ attempts: 1 })

describe('a worker', () => {
  it('continues when its idle connections to PostgreSQL go silent', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const worker = await startWorker(env)
    expect(await (await submit())()).toEqual(once)
    tunnel.drop()
    expect(await (await submit())()).toEqual(once)
    await isReady(worker)
  })

  it('stores the result of a task whose connections went silent meanwhile', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const run = async () => {
      tunnel.drop()
      return { message: 'done' }
    }
    await startWorker(env, { greet: { run } })
    expect(await (await submit())()).toEqual(once)
  })

  it.each([
    ['has arrived', true],
    ['has not arrived', false],
  ])('ends a task once when its COMMIT is not answered, and %s', async (_, isForwarded) => {
    const { tunnel, env } = await tunnelToPostgres()
    let blocked = Promise.resolve()
    let effects = 0
    const run = async () => {
      blocked = tunnel.blockAt('COMMIT', { isForwarded })
      return async () => {
        effects++
        return { message: 'done' }
      }
    }
    await startWorker(env, { greet: { run } })
    const succeeded = await submit()
    await until('a COMMIT', async () => effects || undefined)
    await blocked
    tunnel.unblock()
    expect(await succeeded()).toEqual(once)
    await until('the end of its job', async () => {
      const rows = await service.db('outbox')
      return rows.length === 0 || undefined
    })
    expect(effects).toBe(isForwarded ? 1 : 2)
  })

  it('is not ready while PostgreSQL accepts and never responds, and continues afterwards', async () => {
    const { tunnel, env } = await tunnelToPostgres()
    const worker = await startWorker(env)
    tunnel.block()
    const succeeded = await submit()
    expect(await notReady(worker)).toMatch(/database|PostgreSQL/)
    expect(worker.notAlive()).toBeUndefined()
    tunnel.unblock()
    expect(await succeeded()).toEqual(once)
    await isReady(worker)
  })

  it('waits while another transaction has the outbox locked', async () => {
    const worker = await startWorker()
    const succeeded = await submit()
    await service.db.transaction(async (trx) => {
      await trx.raw('set local idle_in_transaction_session_timeout = 0')
      await trx.raw('lock table outbox in access exclusive mode')
      expect(await notReady(worker)).toContain('PostgreSQL')
    })
    expect(await succeeded()).toEqual(once)
    await isReady(worker)
    expect(await (await submit())()).toEqual(once)
  })

  it('waits while another transaction has the tasks locked', async () => {
    await startWorker()
    let succeeded = await submit()
    await service.db.transaction(async (trx) => {
      await trx.raw('lock table tasks in access exclusive mode')
      await until('an attempt that waits', async () => {
        const { rows } = await trx.raw(
          `select pid from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        )
        return rows[0]
      })
    })
    await succeeded()
    succeeded = await submit()
    expect(await succeeded()).toEqual(once)
  })

  it('is not ready while PostgreSQL is read-only, and continues afterwards', async () => {
    const worker = await startWorker()
    const name = new URL(service.env.DATABASE_URL ?? '').pathname.slice(1)
    const readOnly = (value: 'on' | 'off') =>
      service.db.raw(`alter database "${name}" set default_transaction_read_only = ${value}`)
    const succeeded = await service.db.transaction(async (trx) => {
      await trx.raw('set transaction read write')
      return submit()
    })
    await succeeded()
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
    expect(await (await submit())()).toEqual(once)
  })

  it('is not ready while Redis accepts and never responds, and continues afterwards', async () => {
    const { tunnel, env } = await tunnelToRedis()
    const worker = await startWorker(env)
    tunnel.block()
    const succeeded = await submit()
    expect(await notReady(worker)).toContain('Redis')
    expect(worker.notAlive()).toBeUndefined()
    tunnel.unblock()
    expect(await succeeded()).toEqual(once)
    await isReady(worker)
  })

  it('continues when only the connection on which it waits for jobs goes silent', async () => {
    const { tunnel, env } = await tunnelToRedis()
    tunnel.silenceAt('brpoplpush')
    await startWorker(env)
    expect(await (await submit())()).toEqual(once)
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

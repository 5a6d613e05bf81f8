// What operators and machines do to workers, in real processes: each job takes effect once.
// Slow: leases and limits have to pass.
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Running } from '../../../scripts/dev/processes.ts'
import { sendSignal } from '../../support/signal.ts'
import { until } from '../../support/until.ts'
import { createWorld, type World } from './world.ts'

let world: World
let redis: Redis
let workers: Running[] = []

beforeAll(async () => {
  world = await createWorld({ workMs: 300 })
})
afterAll(() => world?.close())
afterEach(async () => {
  redis?.disconnect()
  await Promise.all(workers.map((it) => it.stop()))
  workers = []
  await world.clear()
})

async function startWorkers(count: number) {
  workers = await Promise.all(Array.from({ length: count }, () => world.startWorker()))
  return workers
}

async function startProductWorker() {
  const port = await freePort()
  workers.push(await world.startProductWorker(port))
  const probe = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
    return answer?.status
  }
  const readyIs = (status: number) =>
    until(
      `/readyz answering ${status}`,
      async () => ((await probe('/readyz')) === status ? true : undefined),
      30_000,
    )
  return { probe, readyIs }
}

function connectRedis() {
  redis = new Redis(world.redisPort, '127.0.0.1')
  return redis
}

const ended = (count: number) =>
  until(
    `the end of ${count} jobs`,
    async () => {
      const jobs = await world.ended()
      return jobs.length === count ? jobs : undefined
    },
    60_000,
  )

async function expectEffectsOnce(count: number) {
  await ended(count)
  const effects = await world.db('effects')
  expect(effects).toHaveLength(count)
  expect(new Set(effects.map((it) => it.job_id)).size).toBe(count)
}

const running = () =>
  until('a running job', () => world.db('outbox').whereNotNull('run_id').first())

describe('jobs take effect once', () => {
  it('when Redis is flushed while they run', async () => {
    await startWorkers(2)
    await world.submit(40)
    await running()
    await connectRedis().flushall()
    await expectEffectsOnce(40)
  })

  it('when a worker is frozen for longer than its lease, and continues', async () => {
    const [worker] = await startWorkers(2)
    await world.submit(40)
    await running()
    sendSignal(worker?.pid, 'SIGSTOP')
    await ended(40)
    sendSignal(worker?.pid, 'SIGCONT')
    await world.submit(10)
    await expectEffectsOnce(50)
  })

  it('when their workers stop', async () => {
    await startWorkers(2)
    await world.submit(40)
    await running()
    await Promise.all(workers.map((it) => it.stop()))
    await startWorkers(1)
    await expectEffectsOnce(40)
    const { rows } = await world.db.raw('select max(attempts) as attempts from ended')
    expect(rows).toEqual([{ attempts: 1 }])
  })

  it('when Redis is full for a while', async () => {
    await startWorkers(2)
    const client = connectRedis()
    await client.config('SET', 'maxmemory', '1')
    await world.submit(20)
    await client.config('SET', 'maxmemory', '0')
    await expectEffectsOnce(20)
  })

  it('when Redis asks for a password for a while', async () => {
    const client = connectRedis()
    await startWorkers(1)
    await world.submit(1)
    await expectEffectsOnce(1)
    await client.config('SET', 'requirepass', 'secret')
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await world.submit(10)
    await client.config('SET', 'requirepass', '')
    await expectEffectsOnce(11)
  })
})

describe('the worker of the product', () => {
  it('is not ready while PostgreSQL is frozen, and continues afterwards', async () => {
    const { probe, readyIs } = await startProductWorker()
    await readyIs(200)
    const thaw = await world.freezePostgres()
    const start = performance.now()
    await readyIs(503).finally(thaw)
    expect(performance.now() - start).toBeLessThan(20_000)
    expect(await probe('/livez')).toBe(200)
    await readyIs(200)
    await world.submit(10)
    const jobs = await ended(10)
    expect(jobs.map(({ attempts }) => attempts)).toEqual(Array(10).fill(1))
  })

  it('is not ready while Redis is down, and continues afterwards', async () => {
    const { probe, readyIs } = await startProductWorker()
    await readyIs(200)
    await world.redis.stop()
    await readyIs(503).finally(() => world.redis.start())
    expect(await probe('/livez')).toBe(200)
    await readyIs(200)
    await world.submit(10)
    await ended(10)
  })
})

// Jobs that block the event loop of their worker, in real processes. It is slow because leases and
// timeouts have to pass.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Running } from '../../../scripts/dev/processes.ts'
import { until } from '../../support/until.ts'
import { createWorld, type World } from './world.ts'

let world: World
let workers: Running[] = []

beforeAll(async () => {
  const env = { JOB_LEASE_SECONDS: '2', JOB_TIMEOUT_SECONDS: '6', JOB_ATTEMPTS: '2' }
  world = await createWorld({ workMs: 100, env })
})
afterAll(() => world?.close())
afterEach(async () => {
  await Promise.all(workers.map((it) => it.stop()))
  workers = []
  await world.clear()
})

async function startWorkers(count: number) {
  workers = await Promise.all(Array.from({ length: count }, () => world.startWorker()))
}

const completed = (count: number) =>
  until(
    `the end of ${count} jobs`,
    async () => {
      const jobs = await world.ended()
      return jobs.length === count ? jobs : undefined
    },
    60_000,
  )

const failed = () =>
  until('a failed job', () => world.db('outbox').whereNotNull('failed_at').first(), 60_000)

const livingCount = () =>
  workers.filter(({ pid }) => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }).length

describe('a job that blocks the event loop', () => {
  it('for longer than its lease runs once', async () => {
    const [blocking] = await world.submit(1, 'block 5500')
    await world.submit(9)
    await startWorkers(2)
    expect(await completed(10)).toContainEqual({ id: blocking, attempts: 1 })
    expect(await world.db('effects')).toHaveLength(10)
  })

  it('past its timeout loses its row and writes nothing', async () => {
    await startWorkers(2)
    await world.submit(1, 'block 12000 once')
    expect(await completed(1)).toMatchObject([{ attempts: 2 }])
    await world.submit(20)
    await completed(21)
    expect(await world.db('effects')).toHaveLength(21)
    expect(livingCount()).toBe(2)
  })

  it('forever ends its worker, and fails after its last attempt', async () => {
    await startWorkers(3)
    await world.submit(1, 'block 600000')
    expect((await failed()).error).toBe('the worker ended during the last attempt')
    await until('the end of both workers', () => livingCount() === 1 || undefined, 60_000)
    await world.submit(3)
    await completed(3)
  })
})

// Every committed job finishes and takes effect once, whatever is killed meanwhile: real processes, and
// the figures of each run. `npm run test:slow` runs the short form, `npm run test:faults` the long one.
// Slow because servers and workers are killed and come back.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Running } from '../../../scripts/dev/processes.ts'
import { sendSignal } from '../../support/signal.ts'
import { until } from '../../support/until.ts'
import { createWorld, type World } from './world.ts'

const isLong = process.env.FAULTS === 'long'
const total = isLong ? 1000 : 60
const outageMs = isLong ? 10_000 : 500
const workMs = isLong ? 50 : 100
const deadlineMs = isLong ? 120_000 : 20_000

let world: World
let workers: Running[] = []
let startedAt = 0

beforeAll(async () => {
  world = await createWorld({ workMs })
}, 60_000)
afterAll(() => world?.close())

beforeEach(() => {
  startedAt = performance.now()
})
afterEach(async () => {
  await Promise.all(workers.map((it) => it.stop()))
  workers = []
  await world.clear()
})

async function startWorkers(count: number) {
  const started = await Promise.all(Array.from({ length: count }, () => world.startWorker()))
  workers.push(...started)
  return started
}

async function kill(worker: Running | undefined) {
  if (worker === undefined) throw new Error('there is no such worker')
  process.kill(worker.pid, 'SIGKILL')
  await worker.exited
}

const finishedCount = async () => {
  const row = await world.db('effects').count('* as count').first()
  return Number(row?.count)
}

/** Waits until so many jobs have had their effect. */
const finished = (count: number) =>
  until(
    `the end of ${count} jobs`,
    async () => {
      const now = await finishedCount().catch(() => 0)
      return now >= count ? now : undefined
    },
    deadlineMs,
  )

/** All jobs have finished, and none had its effect twice. Prints what it took. */
async function expectAllOnce(what: string) {
  await finished(total)
  const { rows } = await world.db.raw(`
    select count(*)::int as finished, sum(attempts)::int as runs,
      (select count(*)::int from outbox) as unfinished,
      (select count(*)::int from effects) as effects,
      (select count(distinct job_id)::int from effects) as once
    from ended`)
  const [figures] = rows
  const seconds = (performance.now() - startedAt) / 1000
  const text = `${figures.finished} finished, ${figures.runs} attempts, ${
    figures.effects - figures.once
  } twice in effect, ${seconds.toFixed(1)} s`
  console.log(`${what}: ${text}`)
  expect(figures).toMatchObject({ finished: total, unfinished: 0, effects: total, once: total })
}

const options = { timeout: deadlineMs + 60_000 }
const eachByItself = () => {
  it('with two workers and two relays at once', async () => {
    await startWorkers(2)
    await world.submit(total)
    await expectAllOnce('two workers')
  })

  it('when workers are killed while they run jobs', async () => {
    await startWorkers(2)
    await world.submit(total)
    for (const share of isLong ? [0.2, 0.4, 0.6] : [0.3]) {
      await finished(total * share)
      await kill(workers.shift())
      await startWorkers(1)
    }
    await expectAllOnce('kill -9 in mid-job')
  })

  it('when the worker is killed between the commit and the relay', async () => {
    const [worker] = await startWorkers(1)
    // It is there, and gets no further: what is committed from now on, it does not relay.
    sendSignal(worker?.pid, 'SIGSTOP')
    await world.submit(total)
    await kill(workers.shift())
    expect(await finishedCount()).toBe(0)
    await startWorkers(1)
    await expectAllOnce('kill -9 between commit and relay')
  })

  it('when Redis restarts empty', async () => {
    await startWorkers(2)
    await world.submit(total)
    await finished(total * 0.3)
    await world.redis.stop()
    await world.redis.start()
    await expectAllOnce('Redis restarted empty')
  })

  it(`when Redis is gone for ${outageMs / 1000} s, during which more is committed`, async () => {
    await startWorkers(2)
    await world.submit(total / 2)
    await finished(total * 0.2)
    await world.redis.stop()
    await world.submit(total / 2)
    await wait(outageMs)
    await world.redis.start()
    await expectAllOnce(`Redis gone for ${outageMs / 1000} s`)
  })

  it('when PostgreSQL restarts', async () => {
    await startWorkers(2)
    await world.submit(total)
    await finished(total * 0.3)
    await world.postgres.stop()
    await world.postgres.start()
    await expectAllOnce('PostgreSQL restarted')
  })
}

const allInARow = () => {
  it('when a worker, Redis and PostgreSQL fail one after the other', async () => {
    await startWorkers(2)
    await world.submit(total)
    await finished(total * 0.2)
    await kill(workers.shift())
    await world.redis.stop()
    await wait(outageMs)
    await Promise.all([world.redis.start(), startWorkers(1)])
    await finished(total * 0.6)
    await world.postgres.stop()
    await world.postgres.start()
    await expectAllOnce('a worker, Redis and PostgreSQL')
  })
}

describe('no job is lost, and none takes effect twice', options, isLong ? eachByItself : allInARow)

// The heartbeat of a worker: runs keep their rows while the event loop is blocked. In `npm test` although it
// takes more than 5 s, since any change of a job can break it.
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { type Heartbeat, startHeartbeat } from '../../src/jobs/heartbeat.ts'
import { createLogger } from '../../src/lib/log.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()
const log = createLogger({ level: 'silent', part: 'test' })
const leaseSeconds = 2
const heartbeats: Heartbeat[] = []

afterEach(async () => {
  for (const heartbeat of heartbeats.splice(0)) await heartbeat.stop()
  await service.db('outbox').delete()
})

function start() {
  const { database } = loadConfig(service.env)
  const heartbeat = startHeartbeat({ database, leaseSeconds, log })
  heartbeats.push(heartbeat)
  return heartbeat
}

/** Inserts a row that a run has just claimed. */
async function claimed() {
  const run = { id: randomUUID(), runId: randomUUID() }
  await insert(run)
  return run
}

async function insert({ id, runId }: { id: string; runId: string }) {
  await service.db('outbox').insert({
    ...{ id, job: 'purgeUsers', payload: '{}', attempts: 1, run_id: runId },
    leased_until: service.db.raw("now() + ? * interval '1 second'", [leaseSeconds]),
  })
}

const secondsLeft = async (id: string): Promise<number> => {
  const left = service.db.raw('extract(epoch from leased_until - now())::float as left')
  return (await service.db('outbox').select(left).where({ id }).first()).left
}

/** Waits until the lease ends later than it does now. */
async function renewed(id: string) {
  const end = async () => new Date((await service.db('outbox').where({ id }).first()).leased_until)
  const before = await end()
  await until('a renewal', async () => (await end()) > before || undefined)
}

const expired = (id: string) =>
  until('the end of the lease', async () => ((await secondsLeft(id)) < 0 ? true : undefined))

/** Blocks this thread without using the processor. */
function blockEventLoop(ms: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

describe('the heartbeat', () => {
  it('keeps the rows of all runs while the event loop is blocked', async () => {
    const heartbeat = start()
    const runs = [await claimed(), await claimed()]
    for (const { id, runId } of runs) heartbeat.hold(id, runId).limit(60_000, () => {})
    for (const { id } of runs) await renewed(id)
    blockEventLoop(leaseSeconds * 1250)
    for (const { id } of runs) expect(await secondsLeft(id)).toBeGreaterThan(0)
  })

  it('stops renewing a row when its run releases it', async () => {
    const heartbeat = start()
    const { id, runId } = await claimed()
    const held = heartbeat.hold(id, runId)
    held.limit(60_000, () => {})
    await renewed(id)
    held.release()
    await expired(id)
  })

  it('renews the other rows while a transaction has one of them locked', async () => {
    const heartbeat = start()
    const [locked, free] = [await claimed(), await claimed()]
    for (const { id, runId } of [locked, free]) heartbeat.hold(id, runId).limit(60_000, () => {})
    await service.db.transaction(async (trx) => {
      await trx('outbox').where({ id: locked.id }).forUpdate()
      await expired(locked.id)
      await renewed(free.id)
    })
    await renewed(locked.id)
  })

  it('reports to a run that it was cancelled or has lost its row', async () => {
    const heartbeat = start()
    const [cancelled, lost] = [await claimed(), await claimed()]
    const states: Record<string, string> = {}
    for (const { id, runId } of [cancelled, lost]) {
      heartbeat.hold(id, runId).limit(60_000, (state) => {
        states[id] = state
      })
    }
    await service.db('outbox').where({ id: cancelled.id }).update({ cancelled_at: new Date() })
    await service.db('outbox').where({ id: lost.id }).update({ run_id: randomUUID() })
    await until('both states', () => (Object.keys(states).length === 2 ? true : undefined))
    expect(states).toEqual({ [cancelled.id]: 'cancelled', [lost.id]: 'lost' })
  })

  it('renews a row for a run that has not claimed it yet', async () => {
    const heartbeat = start()
    const run = { id: randomUUID(), runId: randomUUID() }
    const states: string[] = []
    const held = heartbeat.hold(run.id, run.runId)
    const other = await claimed()
    heartbeat.hold(other.id, other.runId).limit(60_000, () => {})
    // By now the heartbeat has looked for the row of the run, which does not exist yet.
    await renewed(other.id)
    await insert(run)
    await renewed(run.id)
    held.limit(60_000, (state) => states.push(state))
    expect(states).toEqual([])
  })
})

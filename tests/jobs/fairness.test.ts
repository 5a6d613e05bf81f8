// Owners of jobs take turns: many jobs of some owners do not delay another owner's first one.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { enqueue, lease } from '../../src/jobs/outbox.ts'
import { ownJob, submitJob, withOwnJob } from '../support/jobs.ts'
import { useService } from '../support/service.ts'

const concurrency = 2
const order: string[] = []
let open = () => {}
const opened = new Promise<void>((resolve) => {
  open = resolve
})
const service = useService({
  env: { WORKER_CONCURRENCY: String(concurrency) },
  worker: true,
  jobs: withOwnJob({
    run: async (_payload, { id }) => {
      await opened
      order.push(id)
      return undefined
    },
  }),
})

/** Adds jobs of an owner in one transaction. Returns their ids. */
async function addJobs(count: number, ownerId: string): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID())
  await service.db.transaction(async (trx) => {
    for (const id of ids) await enqueue(trx, ownJob, {}, id, ownerId)
  })
  return ids
}

describe('a lease', () => {
  const unknown = 'noWorkerRunsThis'

  it('takes one job of each owner before the second of any', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()]
    const rows = await service.db.transaction(async (trx) => {
      const added: { id: string; ownerId: string }[] = []
      for (const ownerId of [ada, ada, ada, bob, bob]) {
        const id = randomUUID()
        await enqueue(trx, ownJob, {}, id, ownerId)
        await trx('outbox').where({ id }).update({ job: unknown })
        added.push({ id, ownerId })
      }
      return added
    })
    const ownersOf = (ids: readonly { id: string }[]) =>
      ids.map((it) => rows.find((row) => row.id === it.id)?.ownerId).sort()
    const leased = await lease(service.db, [unknown], 2, 30)
    expect(ownersOf(leased)).toEqual([ada, bob].sort())
    const next = await lease(service.db, [unknown], 2, 30)
    expect(ownersOf(next)).toEqual([ada, bob].sort())
  })

  it('takes jobs that are due again beside new ones', async () => {
    const [again, ...fresh] = [randomUUID(), randomUUID(), randomUUID()]
    await service.db.transaction(async (trx) => {
      for (const id of [again, ...fresh]) await enqueue(trx, ownJob, {}, id, randomUUID())
      await trx('outbox')
        .whereIn('id', [again, ...fresh])
        .update({ job: unknown })
      await trx('outbox').where({ id: again }).update({ turn: null })
    })
    const leased = await lease(service.db, [unknown], 2, 30)
    expect(leased.map((it) => it.id)).toContain(again)
    expect(leased).toHaveLength(2)
  })
})

describe('with 11 owners of 20 jobs each', () => {
  it('runs the first job of another owner within a few jobs', async () => {
    const owners = 11
    for (let owner = 0; owner < owners; owner += 1) await addJobs(20, randomUUID())
    const first = await submitJob(service.db, randomUUID(), undefined, randomUUID())
    open()
    await first.is('over')
    const before = order.indexOf(first.id)
    // Those that run, those in the queue, and one or two jobs of each other owner.
    expect(before).toBeLessThan(3 * owners)
  })
})

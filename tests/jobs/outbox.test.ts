// Claims of rows by late copies in the queue.
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Transaction } from '../../src/db/connection.ts'
import { purgeFailed } from '../../src/jobs/failed.ts'
import * as outbox from '../../src/jobs/outbox.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

async function added() {
  const id = randomUUID()
  await service.db.transaction((trx) => outbox.enqueue(trx, 'purgeUsers', {}, id))
  return id
}

async function leased(id: string) {
  await service.db('outbox').where({ id }).update({ leased_until: '2020-01-01' })
  const copies = await outbox.lease(service.db, ['purgeUsers'], 100, 30)
  const copy = copies.find((it) => it.id === id)
  if (copy === undefined) throw new Error('the row was not leased')
  return copy
}

const claim = (copy: outbox.QueuedJob) => outbox.claim(service.db, copy, randomUUID(), 30)

it('does not let a late copy in the queue end a pause', async () => {
  const id = await added()
  const [late, copy] = [await leased(id), await leased(id)]
  const run = await claim(copy)
  if (run === undefined) throw new Error('it was not claimed')
  await service.db.transaction((trx) => outbox.reschedule(3600, 'not yet')(trx, run))
  expect(await claim(late)).toBeUndefined()
  await outbox.endLeases(service.db, [late])
  expect(await outbox.lease(service.db, ['purgeUsers'], 100, 30)).toEqual([])
  expect(await claim(await leased(id))).toMatchObject({ attempts: 2 })
})

it('keeps a failed job that is enqueued again during a purge', async () => {
  const id = await added()
  await service.db('outbox').where({ id }).update({ failed_at: '2020-01-01' })
  const purging = await service.db.transaction(async (trx) => {
    await outbox.enqueue(trx, 'purgeUsers', {}, id)
    const removed = purgeFailed(service.db, new Date(), 100)
    await untilBlocked(trx)
    return { removed }
  })
  expect(await purging.removed).toBe(0)
  expect(await service.db('outbox').where({ id })).toHaveLength(1)
})

/** Waits until a statement waits for a lock. */
const untilBlocked = (trx: Transaction) =>
  until('a statement that waits', async () => {
    await trx.raw('select pg_stat_clear_snapshot()')
    const { rows } = await trx.raw(
      `select pid from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows[0]
  })

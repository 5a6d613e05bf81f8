// Who holds a row of the outbox, asked of the outbox itself: what copies that are too late can do.
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Transaction } from '../../src/db/connection.ts'
import * as outbox from '../../src/jobs/outbox.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

async function added() {
  const id = randomUUID()
  await service.db.transaction((trx) => outbox.enqueue(trx, 'purgeTasks', {}, id))
  return id
}

async function leased(id: string) {
  await service.db('outbox').where({ id }).update({ leased_until: '2020-01-01' })
  const copies = await outbox.lease(service.db, ['purgeTasks'], 100, 30)
  const copy = copies.find((it) => it.id === id)
  if (copy === undefined) throw new Error('the row was not leased')
  return copy
}

const begin = (copy: outbox.Copy) => outbox.begin(service.db, copy, randomUUID(), 30)

it('a copy that the queue held for too long does not cut a pause short', async () => {
  const id = await added()
  const [late, copy] = [await leased(id), await leased(id)]
  const run = await begin(copy)
  if (run === undefined) throw new Error('it was not begun')
  await service.db.transaction((trx) => outbox.postpone(3600, 'not yet')(trx, run))
  expect(await begin(late)).toBeUndefined()
  await outbox.release(service.db, [late])
  expect(await outbox.lease(service.db, ['purgeTasks'], 100, 30)).toEqual([])
  expect(await begin(await leased(id))).toMatchObject({ attempts: 2 })
})

it('what is tried again while what was given up is removed stays', async () => {
  const id = await added()
  await service.db('outbox').where({ id }).update({ failed_at: '2020-01-01' })
  const purging = await service.db.transaction(async (trx) => {
    await outbox.enqueue(trx, 'purgeTasks', {}, id)
    const removed = outbox.purgeFailed(service.db, new Date(), 100)
    await untilSomebodyWaits(trx)
    return { removed }
  })
  expect(await purging.removed).toBe(0)
  expect(await service.db('outbox').where({ id })).toHaveLength(1)
})

/** Until a statement waits for a row that a transaction holds. */
const untilSomebodyWaits = (trx: Transaction) =>
  until('a statement that waits', async () => {
    await trx.raw('select pg_stat_clear_snapshot()')
    const { rows } = await trx.raw(
      `select pid from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows[0]
  })

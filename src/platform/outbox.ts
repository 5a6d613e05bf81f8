// The outbox: work that a transaction asks for, as rows of the same transaction. A commit means that
// the work is done at least once, a rollback that it never is. The queue only carries copies.
import { v7 as uuidv7 } from 'uuid'
import type { Database, Transaction } from './database.ts'

export interface OutboxRow {
  readonly id: string
  readonly job: string
  readonly payload: unknown
}

/** For how long a copied row is left to the queue before it is copied again. */
export const leaseSeconds = 30

/** Puts work into the outbox; to be called in the transaction that causes it. */
export async function enqueue(db: Transaction, job: string, payload: object) {
  await db('outbox').insert({ id: uuidv7(), job, payload: JSON.stringify(payload) })
}

/**
 * Takes rows that nobody holds, oldest first, and leases them to the caller. Several callers take
 * different rows.
 */
export async function lease(db: Database, limit: number): Promise<OutboxRow[]> {
  const free = db('outbox')
    .select('id')
    .where('leased_until', '<=', db.fn.now())
    .orderBy('leased_until')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  return db('outbox')
    .whereIn('id', free)
    .update({ leased_until: leaseEnd(db) })
    .returning(['id', 'job', 'payload'])
}

/** Prolongs a lease while the work goes on. @returns false when the work was finished elsewhere. */
export async function renew(db: Database, id: string): Promise<boolean> {
  return (
    (await db('outbox')
      .where({ id })
      .update({ leased_until: leaseEnd(db) })) > 0
  )
}

/** Gives rows back at once, because they could not be handed on. */
export async function release(db: Database, ids: readonly string[]) {
  await db('outbox')
    .whereIn('id', [...ids])
    .update({ leased_until: db.fn.now() })
}

/** Takes finished work out. A crash before this has the job run again, which finds it is done. */
export async function finish(db: Database, id: string) {
  await db('outbox').where({ id }).delete()
}

function leaseEnd(db: Database) {
  return db.raw("now() + ? * interval '1 second'", [leaseSeconds])
}

// Jobs as an operator sees them: those that failed are put back or discarded.
import type { Knex } from 'knex'
import type { Database } from '../db/connection.ts'
import { channels, fresh, state } from './outbox.ts'

export const states = ['waiting', 'running', 'failed'] as const

interface ListedJob {
  readonly id: string
  readonly job: string
  readonly attempts: number
  readonly createdAt: string
  readonly failedAt: string | null
  readonly error: string | null
}

interface Filter {
  readonly job?: string | undefined
  readonly ids?: readonly string[] | undefined
}

/** Returns up to `limit` jobs in a state, the oldest first. */
export async function listJobs(
  db: Database,
  { job, in: wanted, limit }: Filter & { in: (typeof states)[number]; limit: number },
): Promise<ListedJob[]> {
  return db('outbox')
    .select('id', 'job', 'attempts', 'error', 'created_at as createdAt', 'failed_at as failedAt')
    .whereRaw(`(${state}) = ?`, [wanted])
    .modify(matching, { job })
    .orderBy('created_at')
    .limit(limit)
}

/** Puts failed jobs back, with all of their attempts. A commit notifies the relays. Returns their ids. */
export async function retryFailed(db: Database, filter: Filter): Promise<string[]> {
  const rows = await db('outbox')
    .whereNotNull('failed_at')
    .modify(matching, filter)
    .update({ ...fresh, leased_until: db.fn.now() })
    .returning(['id', db.raw("pg_notify(?, '')", [channels.added])])
  return rows.map(({ id }) => id)
}

/** Deletes failed jobs. Returns their ids. */
export async function discardFailed(db: Database, filter: Filter): Promise<string[]> {
  const rows = await db('outbox')
    .whereNotNull('failed_at')
    .modify(matching, filter)
    .delete()
    .returning('id')
  return rows.map(({ id }) => id)
}

/** Removes up to `limit` jobs that failed before a time. Returns how many it has removed. */
export async function purgeFailed(db: Database, before: Date, limit: number): Promise<number> {
  const old = () => db('outbox').where('failed_at', '<', before)
  // The condition is repeated: a row that the subquery found can have been enqueued again meanwhile.
  return old().whereIn('id', old().select('id').limit(limit)).delete()
}

function matching(query: Knex.QueryBuilder, { job, ids }: Filter) {
  if (job !== undefined) query.where({ job })
  if (ids !== undefined) query.whereIn('id', [...ids])
}

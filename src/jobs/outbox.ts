// The outbox: work that a transaction asks for, as rows of the same transaction. A commit means that
// the work is done at least once, a rollback that it never is. Rows are the truth about what is to be
// done, how often it was begun and who is at it; the queue only carries their ids.
import { v7 as uuidv7 } from 'uuid'
import type { Connection, Database, Transaction } from '../db/connection.ts'
import type { JobName, JobPayloads } from './jobs.ts'

/** What the queue carries of a row. */
export interface Copy {
  readonly id: string
  readonly job: string
  /** How often the row had been begun: a copy that is older than the last attempt begins no other. */
  readonly attempts: number
}

/** A row that a run holds. */
export interface Begun {
  readonly id: string
  readonly runId: string
  readonly job: JobName
  readonly payload: unknown
  /** How often it was begun, this time included. */
  readonly attempts: number
  readonly isCancelled: boolean
}

/** Where relays hear of new rows, and runs of ids that were called off. */
export const channels = { added: 'outbox_added', cancelled: 'outbox_cancelled' } as const

const now = (db: Connection) => db.fn.now()
const inSeconds = (db: Connection, seconds: number) =>
  db.raw("now() + ? * interval '1 second'", [seconds])

/**
 * Puts work into the outbox; to be called in the transaction that causes it. Relays hear of it when
 * that commits. Work of an id that was given up before is begun anew.
 */
export async function enqueue<Name extends JobName>(
  trx: Transaction,
  job: Name,
  payload: JobPayloads[Name],
  id: string = uuidv7(),
) {
  const fresh = { attempts: 0, run_id: null, cancelled_at: null, failed_at: null, error: null }
  await trx('outbox')
    .insert({ id, job, payload: JSON.stringify(payload) })
    .onConflict('id')
    .merge({ ...fresh, leased_until: now(trx) })
    .returning(trx.raw("pg_notify(?, '')", [channels.added]))
}

/**
 * Takes rows of these jobs that nobody holds, oldest first, and leases them to the caller; a run that
 * was silent for a lease has lost its row by this. Several callers take different rows.
 */
export async function lease(
  db: Database,
  jobs: readonly string[],
  limit: number,
  seconds: number,
): Promise<Copy[]> {
  const free = db('outbox')
    .select('id')
    .where('leased_until', '<=', now(db))
    .whereNull('failed_at')
    .whereIn('job', [...jobs])
    .orderBy('leased_until')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  return db('outbox')
    .whereIn('id', free)
    .update({ leased_until: inSeconds(db, seconds), run_id: null })
    .returning(['id', 'job', 'attempts'])
}

/** Gives rows back at once, because they could not be handed on. */
export async function release(db: Database, copies: readonly Copy[]) {
  await db('outbox')
    .whereIn(
      ['id', 'attempts'],
      copies.map((it) => [it.id, it.attempts]),
    )
    .whereNull('run_id')
    .update({ leased_until: now(db) })
}

/**
 * Begins a run, and counts it before it does anything: a job that takes its worker along has had its
 * attempt. May be called again for a run of which it is not known whether it has begun.
 * @returns undefined for what is done, given up, held by a run, or was begun since it was copied.
 */
export async function begin(
  db: Database,
  copy: Copy,
  runId: string,
  seconds: number,
): Promise<Begun | undefined> {
  const { id } = copy
  const attempts = copy.attempts + 1
  const [row] = await db('outbox')
    .where({ id })
    .whereNull('failed_at')
    .where((free) => {
      free.where({ attempts: copy.attempts, run_id: null }).orWhere({ attempts, run_id: runId })
    })
    .update({
      attempts,
      run_id: runId,
      leased_until: inSeconds(db, seconds),
    })
    .returning(['job', 'payload', 'cancelled_at'])
  if (row === undefined) return undefined
  const { job, payload } = row
  return { id, runId, job, payload, attempts, isCancelled: row.cancelled_at !== null }
}

type Held = Pick<Begun, 'id' | 'runId'>
const held = (db: Connection, { id, runId }: Held) => db('outbox').where({ id, run_id: runId })
const wanted = (db: Connection, run: Held) => held(db, run).whereNull('cancelled_at')

/**
 * Renews the leases of runs, given as ids of rows ($1) and of runs ($2), by so many seconds ($3). Returns
 * the runs that still hold their rows. A row that another transaction has locked is left for later, so
 * that it does not keep the others waiting.
 */
export const renewal = `
  with held as (
    select outbox.id, run_id, cancelled_at
    from outbox join unnest($1::uuid[], $2::uuid[]) as run (id, run_id) using (id, run_id)
  ), free as materialized (
    select id from outbox where (id, run_id) in (select id, run_id from held)
    for update skip locked
  ), renewed as (
    update outbox set leased_until = now() + $3 * interval '1 second'
    from free where outbox.id = free.id
    returning run_id
  )
  select held.run_id as "runId", cancelled_at is not null as "isCancelled",
    renewed.run_id is not null as "isRenewed"
  from held left join renewed using (run_id)`

/** Takes a row out that is done. @returns false where the run does not hold it any more. */
export async function finish(trx: Transaction, run: Held): Promise<boolean> {
  return (await held(trx, run).delete()) > 0
}

/**
 * Leaves a row for a later attempt. @returns false, like the next two, where the run does not hold it
 * any more or it was called off: there is no later attempt then.
 */
export const postpone = (seconds: number, error: string) => async (trx: Transaction, run: Held) => {
  const changes = { run_id: null, leased_until: inSeconds(trx, seconds), error }
  return (await wanted(trx, run).update(changes)) > 0
}

/** Gives a row back that its worker had no time for: it is begun elsewhere, and this did not count. */
export async function handBack(trx: Transaction, run: Held): Promise<boolean> {
  const attempts = trx.raw('attempts - 1')
  return (await wanted(trx, run).update({ run_id: null, leased_until: now(trx), attempts })) > 0
}

/** Gives a row up; it stays to be looked at. */
export const giveUp = (error: string) => async (trx: Transaction, run: Held) =>
  (await wanted(trx, run).update({ run_id: null, failed_at: now(trx), error })) > 0

/**
 * Holds a row, if it is there, until the transaction ends. Whoever changes a job and what it is about
 * takes the job first, as the end of a run does: in another order they could wait for each other.
 */
export async function hold(trx: Transaction, id: string) {
  await trx('outbox').select('id').where({ id }).forUpdate()
}

/** Calls work off: what runs hears of it when the transaction commits. */
export async function cancel(trx: Transaction, id: string) {
  await trx('outbox')
    .where({ id })
    .update({ cancelled_at: now(trx) })
    .returning(trx.raw('pg_notify(?, id::text)', [channels.cancelled]))
}

/** Takes work out that has not begun, or was given up. */
export async function remove(trx: Transaction, id: string) {
  await trx('outbox').where({ id }).delete()
}

/** Removes rows that were given up before a time. @returns how many. */
export async function purgeFailed(db: Database, before: Date, limit: number): Promise<number> {
  const old = () => db('outbox').where('failed_at', '<', before)
  // Said twice: a row that the first had to wait for may have been begun anew.
  return old().whereIn('id', old().select('id').limit(limit)).delete()
}

/** What waits, runs and was given up, by job, and how many seconds ago the oldest was asked for. */
export async function figures(db: Database) {
  const rows: { job: string; state: string; count: string; age: number }[] = await db('outbox')
    .select('job', db.raw(`${state} as state`))
    .count('* as count')
    .select(db.raw('extract(epoch from now() - min(created_at))::float as age'))
    .groupBy('job', db.raw(state))
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

const state = `case when failed_at is not null then 'failed'
  when run_id is not null then 'running' else 'waiting' end`

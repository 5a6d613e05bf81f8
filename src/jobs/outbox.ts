// The outbox: a transaction that needs later work inserts a row for it. If the transaction commits, the
// job runs at least once; if it rolls back, the job never runs. The rows decide which jobs are due and which
// run holds them. The queue only carries their ids.
import { v7 as uuidv7 } from 'uuid'
import type { Connection, Database, Transaction } from '../db/connection.ts'
import type { JobName, JobPayloads } from './jobs.ts'
import { tracingOf, whileSending } from './spans.ts'

/** What the queue carries of a row. */
export interface QueuedJob {
  readonly id: string
  readonly job: string
  /** How many attempts the row had when it was leased. After a later attempt, it can no longer be claimed. */
  readonly attempts: number
}

/** A row that a run holds. */
export interface ClaimedJob {
  readonly id: string
  readonly runId: string
  readonly job: JobName
  readonly payload: unknown
  /** How many attempts there were, including this one. */
  readonly attempts: number
  readonly isCancelled: boolean
  /** The trace of the transaction that enqueued it; null if that was not traced. */
  readonly traceContext: Readonly<Record<string, string>> | null
}

/** The channels on which PostgreSQL reports new rows, and the ids of cancelled ones. */
export const channels = { added: 'outbox_added', cancelled: 'outbox_cancelled' } as const

const now = (db: Connection) => db.fn.now()
const inSeconds = (db: Connection, seconds: number) =>
  db.raw("now() + ? * interval '1 second'", [seconds])

/** The columns of a job that has not begun. */
export const fresh = {
  attempts: 0,
  run_id: null,
  cancelled_at: null,
  failed_at: null,
  error: null,
} as const

/**
 * Returns the place of a new job among those that wait for their first attempt: owners take turns. It comes
 * one turn after the last waiting job of its owner, or else in the turn that is next.
 */
const turnOf = (db: Connection, ownerId: string | null) =>
  db.raw(
    `coalesce(
      (select turn + 1 from outbox where owner_id = ?::uuid and turn is not null
        order by turn desc limit 1),
      (select turn from outbox where turn is not null order by turn, id limit 1),
      0)`,
    [ownerId],
  )

/** Makes jobs of one owner take different turns, also if several transactions add them at once. */
async function lockTurns(trx: Transaction, ownerId: string) {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`outbox ${ownerId}`])
}

/**
 * Counts the jobs of an owner that wait for their first attempt, up to `limit`. No other transaction adds one until
 * this one ends.
 * @public for features
 */
export async function countWaiting(trx: Transaction, ownerId: string, limit: number) {
  await lockTurns(trx, ownerId)
  const waiting = trx('outbox').where({ owner_id: ownerId }).whereNotNull('turn').limit(limit)
  const rows = await waiting.select(trx.raw('1'))
  return rows.length
}

/**
 * Adds a job in the transaction that causes it. Its commit notifies the relays. A job that has failed
 * starts again if it is enqueued with its id.
 * @param ownerId for whom the job runs: owners with waiting jobs take turns.
 */
export async function enqueue<Name extends JobName>(
  trx: Transaction,
  job: Name,
  payload: JobPayloads[Name],
  id: string = uuidv7(),
  ownerId: string | null = null,
) {
  const tracing = tracingOf(trx)
  await whileSending(tracing, { id, job }, async () => {
    const trace_context = tracing?.current() ?? null
    if (ownerId !== null) await lockTurns(trx, ownerId)
    const turn = turnOf(trx, ownerId)
    await trx('outbox')
      .insert({ id, job, payload: JSON.stringify(payload), trace_context, owner_id: ownerId, turn })
      .onConflict('id')
      .merge({ ...fresh, trace_context, leased_until: now(trx), turn: trx.raw('excluded.turn') })
      .returning(trx.raw("pg_notify(?, '')", [channels.added]))
  })
}

/**
 * Leases due rows. Up to half of them had an attempt or a lease before; the others are those whose turn is
 * next. Each part reads one range of an index.
 */
const leasing = `
  with again as materialized (
    select id from outbox
    where turn is null and failed_at is null and leased_until <= now() and job = any(:jobs)
    order by leased_until limit (:limit + 1) / 2 for update skip locked
  ), next as materialized (
    select id, turn from outbox
    where turn is not null and failed_at is null and leased_until <= now() and job = any(:jobs)
    order by turn, id limit :limit for update skip locked
  )
  update outbox set leased_until = now() + :seconds * interval '1 second', run_id = null, turn = null
  where id in (
    select id from (
      select id, 1 as part, cast(null as bigint) as turn from again
      union all select id, 2, turn from next
    ) due order by part, turn, id limit :limit)
  returning id, job, attempts`

/**
 * Leases up to `limit` due rows of these jobs. A run whose lease has ended loses its row. Concurrent callers
 * lease different rows.
 */
export async function lease(
  db: Database,
  jobs: readonly string[],
  limit: number,
  seconds: number,
): Promise<QueuedJob[]> {
  const { rows } = await db.raw(leasing, { jobs: [...jobs], limit, seconds })
  return rows
}

/** Ends the leases of rows that could not be queued. */
export async function endLeases(db: Database, queued: readonly QueuedJob[]) {
  await db('outbox')
    .whereIn(
      ['id', 'attempts'],
      queued.map((it) => [it.id, it.attempts]),
    )
    .whereNull('run_id')
    .update({ leased_until: now(db) })
}

/**
 * Claims a row for a run and counts the attempt before the work starts. It can be repeated for the same run
 * if the outcome of the first call is unknown.
 * @returns undefined if the row is completed, failed, held by another run, or has had a later attempt.
 */
export async function claim(
  db: Database,
  queued: QueuedJob,
  runId: string,
  seconds: number,
): Promise<ClaimedJob | undefined> {
  const { id } = queued
  const attempts = queued.attempts + 1
  const [row] = await db('outbox')
    .where({ id })
    .whereNull('failed_at')
    .where((free) => {
      free.where({ attempts: queued.attempts, run_id: null }).orWhere({ attempts, run_id: runId })
    })
    .update({
      attempts,
      run_id: runId,
      leased_until: inSeconds(db, seconds),
    })
    .returning(['job', 'payload', 'cancelled_at', 'trace_context'])
  if (row === undefined) return undefined
  const { job, payload, trace_context: traceContext } = row
  return { id, runId, job, payload, attempts, isCancelled: row.cancelled_at !== null, traceContext }
}

type Run = Pick<ClaimedJob, 'id' | 'runId'>
const held = (db: Connection, { id, runId }: Run) => db('outbox').where({ id, run_id: runId })
const heldAndWanted = (db: Connection, run: Run) => held(db, run).whereNull('cancelled_at')

/**
 * Renews the leases of runs: $1 are ids of rows, $2 those of their runs, $3 the seconds. Returns the runs
 * that still hold their rows. It skips a row that another transaction has locked, so that the other rows do
 * not wait for it.
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

/** Deletes the row of a job that is completed or cancelled. Returns false if the run has lost it. */
export async function complete(trx: Transaction, run: Run): Promise<boolean> {
  return (await held(trx, run).delete()) > 0
}

/** Leaves a row for a later attempt. Returns false if the run has lost it or the job was cancelled. */
export const reschedule =
  (seconds: number, error: string) => async (trx: Transaction, run: Run) => {
    const changes = { run_id: null, leased_until: inSeconds(trx, seconds), error }
    return (await heldAndWanted(trx, run).update(changes)) > 0
  }

/**
 * Releases a row because its worker stops; the attempt does not count. Returns false if the run has lost it
 * or the job was cancelled.
 */
export async function release(trx: Transaction, run: Run): Promise<boolean> {
  const attempts = trx.raw('attempts - 1')
  const changes = { run_id: null, leased_until: now(trx), attempts }
  return (await heldAndWanted(trx, run).update(changes)) > 0
}

/**
 * Marks a job as failed for good; its row stays. Returns false if the run has lost it or the job was
 * cancelled.
 */
export const fail = (error: string) => async (trx: Transaction, run: Run) =>
  (await heldAndWanted(trx, run).update({ run_id: null, failed_at: now(trx), error })) > 0

/**
 * Locks a row, if it exists, until the transaction ends. A transaction that changes a job and its subject
 * locks the job first, as the end of a run does. Another order could deadlock.
 * @public for features
 */
export async function lock(trx: Transaction, id: string) {
  await trx('outbox').select('id').where({ id }).forUpdate()
}

/**
 * Cancels a job. A commit of the transaction notifies its run.
 * @public for features
 */
export async function cancel(trx: Transaction, id: string) {
  await trx('outbox')
    .where({ id })
    .update({ cancelled_at: now(trx) })
    .returning(trx.raw('pg_notify(?, id::text)', [channels.cancelled]))
}

/**
 * Deletes a job. The caller makes sure that no run holds it.
 * @public for features
 */
export async function remove(trx: Transaction, id: string) {
  await trx('outbox').where({ id }).delete()
}

/** Counts waiting, running and failed jobs by name, with the age of the oldest in seconds. */
export async function countJobs(db: Database) {
  const rows: { job: string; state: string; count: string; age: number }[] = await db('outbox')
    .select('job', db.raw(`${state} as state`))
    .count('* as count')
    .select(db.raw('extract(epoch from now() - min(created_at))::float as age'))
    .groupBy('job', db.raw(state))
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** The state of a row: waiting, running or failed. */
export const state = `case when failed_at is not null then 'failed'
  when run_id is not null then 'running' else 'waiting' end`

// Runs the jobs that the queue brings. A run claims the row, does the work within its timeout, and ends the
// row in one transaction: it completes, fails, reschedules or releases the job. A run that has lost its row
// changes nothing.
import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import type { Database, Transaction } from '../db/connection.ts'
import { retryUntilAvailable, unavailability } from '../db/errors.ts'
import { afterAbort, within } from '../lib/async.ts'
import type { ReportError } from '../lib/internal-errors.ts'
import type { Logger } from '../lib/log.ts'
import type { Tracing } from '../lib/tracing.ts'
import type { Heartbeat, HeldRow } from './heartbeat.ts'
import type {
  Changing,
  Completion,
  Job,
  JobLimits,
  Jobs,
  Observe,
  Outcome,
  UnsuccessfulOutcome,
} from './jobs.ts'
import * as outbox from './outbox.ts'
import { whileRunning } from './spans.ts'

export interface RunnerOptions {
  readonly db: Database
  readonly jobs: Jobs
  readonly limits: JobLimits
  readonly concurrency: number
  /** How long a run that is told to stop may still take, in milliseconds; 1000 by default. */
  readonly graceMs?: number | undefined
  readonly heartbeat: Heartbeat
  readonly log: Logger
  readonly observe?: Observe | undefined
  /** Is told of failed attempts. */
  readonly onInternalError?: ReportError | undefined
  readonly changing: Changing
  /** Undefined while tracing is off. */
  readonly tracing?: Tracing | undefined
}

/** Why a run is told to stop. */
type StopReason = 'timeout' | 'cancelled' | 'stopping' | 'lost'

/** What a job's handler returned or threw. */
type Result = { readonly value: Completion | undefined } | { readonly error: unknown }

/** Changes the row of a run. Returns false if the run has lost it. */
type Change = (trx: Transaction, run: outbox.ClaimedJob) => Promise<boolean>

type AnyJob = Job<never>

/** One run: its row, its job, and how to stop it. */
interface Run {
  readonly row: outbox.ClaimedJob
  readonly job: AnyJob
  readonly controller: AbortController
  readonly held: HeldRow
  readonly log: Logger
}

const longestBackoffSeconds = 3600
/** Node.js fires a timer at once if it is given more than 2 ** 31 milliseconds. */
const longestTimeoutSeconds = 2_000_000

export function createRunner(options: RunnerOptions) {
  const { db, jobs, limits, heartbeat, log: parent, observe, changing, graceMs = 1000 } = options
  const { tracing } = options
  const callHandler = <T>(call: () => Promise<T>) =>
    tracing ? tracing.during('handler', call) : call()
  const limit = pLimit(options.concurrency)
  const pending = new Set<Promise<void>>()
  const running = new Set<Run>()
  let isStopping = false
  const attemptsOf = (job: AnyJob) => job.attempts ?? limits.attempts
  const timeoutMsOf = (job: AnyJob) =>
    Math.min(job.timeoutSeconds ?? limits.timeoutSeconds, longestTimeoutSeconds) * 1000

  /** Repeats work while PostgreSQL is unavailable, but not past the lease: the row is free after that. */
  const whileLeased = <T>(work: () => Promise<T>) =>
    retryUntilAvailable(limits.leaseSeconds * 1000, () => isStopping, work)

  /** Changes the row and writes what belongs to that, in one transaction, and invalidates around it. */
  function end<T extends Outcome>(
    { row, job }: Run,
    outcome: T,
    change: Change,
    write?: (trx: Transaction) => Promise<void> | undefined,
  ): Promise<T | 'lost'> {
    const transaction = () =>
      db.transaction(async (trx) => {
        if (!(await change(trx, row))) return 'lost'
        await write?.(trx)
        return outcome
      })
    const values = row.payload as Readonly<Record<string, unknown>>
    return whileLeased(() => changing(job.invalidates, values, transaction))
  }

  const recording =
    ({ row, job }: Run, outcome: UnsuccessfulOutcome) =>
    (trx: Transaction) => {
      const attempts = Math.min(row.attempts, attemptsOf(job))
      return job.recordOutcome?.(row.payload as never, outcome, attempts, trx)
    }

  const cancel = (run: Run) => endForGood(run, 'cancelled', () => outbox.complete)

  const fail = (run: Run, reason: string) =>
    endForGood(run, 'failed', (suffix) => outbox.fail(`${reason}${suffix}`))

  /** Ends a job that does not run again, even if its `recordOutcome` throws. Otherwise it would never end. */
  async function endForGood<T extends 'cancelled' | 'failed'>(
    run: Run,
    outcome: T,
    change: (suffix: string) => Change,
  ): Promise<T | 'lost'> {
    try {
      return await end(run, outcome, change(''), recording(run, outcome))
    } catch (error) {
      if (unavailability(error)) throw error
      run.log.error({ err: error }, `the job is ${outcome}, but its outcome could not be recorded`)
      const unrecorded = { ...run, job: { ...run.job, invalidates: [] } }
      return end(unrecorded, outcome, change(`; not recorded: ${messageOf(error)}`))
    }
  }

  async function complete(run: Run, completion: Completion | undefined): Promise<Outcome> {
    const write = (trx: Transaction) => completion && within(timeoutMsOf(run.job), completion(trx))
    try {
      return await end(run, 'completed', outbox.complete, write)
    } catch (error) {
      return endUnsuccessfully(run, error)
    }
  }

  async function endUnsuccessfully(run: Run, error: unknown): Promise<Outcome> {
    const { row, controller, log } = run
    log.warn({ err: error, attempt: row.attempts }, 'an attempt failed')
    const { signal } = controller
    const reason: StopReason | undefined = signal.aborted ? signal.reason : undefined
    if (reason === 'lost') return 'lost'
    if (reason === 'cancelled') return cancel(run)
    const { id: jobId, attempts: attempt } = row
    if (reason !== 'stopping') options.onInternalError?.(error, { job: row.job, jobId, attempt })
    const outcome = await retryLater(run, error, reason)
    // A row that only seems lost was cancelled a moment ago.
    return outcome === 'lost' ? cancel(run) : outcome
  }

  function retryLater(run: Run, error: unknown, stopReason?: StopReason) {
    const { row, job } = run
    const record = recording(run, 'rescheduled')
    if (stopReason === 'stopping') return end(run, 'released', outbox.release, record)
    const reason = stopReason === 'timeout' ? 'the attempt timed out' : messageOf(error)
    if (row.attempts >= attemptsOf(job)) return fail(run, reason)
    const pause = backoffSeconds(row.attempts, limits.backoffMs)
    return end(run, 'rescheduled', outbox.reschedule(pause, reason), record)
  }

  async function attempt(run: Run): Promise<Outcome> {
    const { row, job, held } = run
    if (row.isCancelled) return cancel(run)
    if (row.attempts > attemptsOf(job)) return fail(run, 'the worker ended during the last attempt')
    const timeoutMs = timeoutMsOf(job)
    running.add(run)
    try {
      held.limit(timeoutMs, (state) => stop(run, state))
      const result = await work(run, timeoutMs)
      // The transaction that ends the row may take as long again.
      held.limit(timeoutMs, () => {})
      if ('value' in result) return await complete(run, result.value)
      return await endUnsuccessfully(run, result.error)
    } finally {
      running.delete(run)
    }
  }

  /** Calls the handler. Never rejects, and resolves a grace after the run was told to stop. */
  async function work(run: Run, timeoutMs: number): Promise<Result> {
    const { row, job, controller, log } = run
    const { signal } = controller
    const timeout = setTimeout(() => stop(run, 'timeout'), timeoutMs)
    const context = { id: row.id, attempt: row.attempts, signal, log }
    const handle = async (): Promise<Result> => {
      try {
        return { value: await callHandler(() => job.run(row.payload as never, context)) }
      } catch (error) {
        return { error }
      }
    }
    const abandon = async (): Promise<Result> => {
      await afterAbort(signal, graceMs)
      return { error: new Error(`the handler ignored its signal: ${signal.reason}`) }
    }
    try {
      return await Promise.race([handle(), abandon()])
    } finally {
      clearTimeout(timeout)
    }
  }

  async function measured(run: Run): Promise<Outcome> {
    const { row, log } = run
    const start = performance.now()
    const outcome = await attempt(run)
    const ms = performance.now() - start
    observe?.(row.job, outcome, ms / 1000)
    log.info({ ms: Math.round(ms), attempt: row.attempts, outcome }, 'job run')
    return outcome
  }

  async function claimAndRun(queued: outbox.QueuedJob): Promise<void> {
    const { id, job: name } = queued
    const job = (jobs as Readonly<Record<string, AnyJob | undefined>>)[name]
    const log = parent.child({ jobId: id, job: name })
    if (job === undefined)
      return log.warn('this build has no such job and leaves it to another one')
    if (isStopping) return outbox.endLeases(db, [queued])
    const runId = randomUUID()
    const held = heartbeat.hold(id, runId)
    try {
      const row = await whileLeased(() => outbox.claim(db, queued, runId, limits.leaseSeconds))
      if (row === undefined) return
      const run = { row, job, held, controller: new AbortController() }
      await whileRunning(tracing, row, log, (logOfRun) => measured({ ...run, log: logOfRun }))
    } finally {
      held.release()
    }
  }

  return {
    /** Runs a job as soon as the concurrency allows. Never rejects. */
    run(queued: outbox.QueuedJob): Promise<void> {
      const run = limit(() => claimAndRun(queued)).catch((error: unknown) =>
        parent.error({ err: error, ...queued }, 'a run was lost and its row waits for the lease'),
      )
      pending.add(run)
      return run.finally(() => pending.delete(run))
    },

    /** Tells the run of a job that the job was cancelled, if it runs here. */
    cancel(id: string) {
      for (const run of running) if (run.row.id === id) stop(run, 'cancelled')
    },

    /** Starts no more runs and waits for the rest. After the deadline, it stops and releases them. */
    async stop(deadlineMs: number) {
      isStopping = true
      const deadline = setTimeout(() => {
        for (const run of running) stop(run, 'stopping')
      }, deadlineMs)
      await Promise.all(pending)
      clearTimeout(deadline)
    },
  }
}

function stop({ controller }: Run, reason: StopReason) {
  controller.abort(reason)
}

/** Doubles the pause with each attempt, and takes a random part of up to half of it away. */
function backoffSeconds(attempt: number, baseMs: number): number {
  const whole = Math.min((baseMs / 1000) * 2 ** (attempt - 1), longestBackoffSeconds)
  return whole * (0.5 + Math.random() / 2)
}

/** Describes an error as PostgreSQL can store it: without NUL, and short enough for two in the column. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.replaceAll('\0', '').slice(0, 240)
}

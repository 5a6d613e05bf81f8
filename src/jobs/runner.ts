// Runs what the queue has brought: begins it in the outbox, attempts it, and writes down what came of
// it. Whoever holds the row decides; a run that has lost it decides nothing.
import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import type { Database, Transaction } from '../db/connection.ts'
import { retryUntilAvailable, unavailability } from '../db/errors.ts'
import { within } from '../lib/async.ts'
import type { Logger } from '../lib/log.ts'
import type { Heartbeat, Held } from './heartbeat.ts'
import type { Changing, Completion, Job, Jobs, Setback } from './jobs.ts'
import * as outbox from './outbox.ts'

export interface JobLimits {
  /** For how long a row is left to a run, or to the queue, that is not heard of. */
  readonly leaseSeconds: number
  /** How often a job is begun at most, and how long one run may take, where it does not say itself. */
  readonly attempts: number
  readonly timeoutSeconds: number
  /** The pause before the second attempt; each further one is twice as long. */
  readonly backoffMs: number
}

export type Outcome = 'succeeded' | 'handed back' | 'lost' | Setback
export type Observe = (job: string, outcome: Outcome, seconds: number) => void

interface Options {
  readonly db: Database
  readonly jobs: Jobs
  readonly limits: JobLimits
  readonly concurrency: number
  readonly heartbeat: Heartbeat
  readonly log: Logger
  readonly observe: Observe
  readonly changing: Changing
}

/** What changes the row of a run. @returns false where the run has lost it. */
type Change = (trx: Transaction, run: outbox.Begun) => Promise<boolean>

const longestBackoffSeconds = 3600
/** A timer of Node.js that is given more than 2 ** 31 milliseconds fires at once. */
const longestTimeoutSeconds = 2_000_000

/** The pause after a failed attempt: twice as long each time, less up to half of it by chance. */
function backoffSeconds(attempt: number, baseMs: number): number {
  const whole = Math.min((baseMs / 1000) * 2 ** (attempt - 1), longestBackoffSeconds)
  return whole * (0.5 + Math.random() / 2)
}

export function jobRunner(options: Options) {
  const { db, jobs, limits, concurrency, heartbeat, log: parent, observe, changing } = options
  const limit = pLimit(concurrency)
  const all = new Set<Promise<void>>()
  const begunHere = new Set<{ readonly id: string; readonly controller: AbortController }>()
  let isStopping = false
  const mostAttempts = (job: Job<never>) => job.attempts ?? limits.attempts
  const timeoutSeconds = (job: Job<never>) =>
    Math.min(job.timeoutSeconds ?? limits.timeoutSeconds, longestTimeoutSeconds)

  /**
   * Changes the row and writes what goes with it, or does neither where the row was lost. What is
   * cached of the reads that the job names is dropped around the commit.
   */
  async function end<T extends Outcome>(
    { invalidates }: Job<never>,
    run: outbox.Begun,
    outcome: T,
    change: Change,
    completion?: (trx: Transaction) => Promise<void> | undefined,
  ): Promise<T | 'lost'> {
    const write = () =>
      db.transaction(async (trx) => {
        if (!(await change(trx, run))) return 'lost'
        await completion?.(trx)
        return outcome
      })
    const values = run.payload as Readonly<Record<string, unknown>>
    // Within a lease the row is still held when the database is back.
    return insist(limits.leaseSeconds * 1000, () => changing(invalidates, values, write))
  }

  const insist = <T>(ms: number, work: () => Promise<T>) =>
    retryUntilAvailable(ms, () => isStopping, work)

  function recording(run: outbox.Begun, job: Job<never>, setback: Setback) {
    const attempts = Math.min(run.attempts, mostAttempts(job))
    return (trx: Transaction) => job.record?.(run.payload as never, setback, attempts, trx)
  }

  const cancelled = (run: outbox.Begun, job: Job<never>) =>
    endForGood(run, job, 'cancelled', () => outbox.finish)

  const failed = (run: outbox.Begun, job: Job<never>, error: string) =>
    endForGood(run, job, 'failed', (unrecorded = '') => outbox.giveUp(`${error}${unrecorded}`))

  /** Ends a job that does not run again, even where its own `record` throws: it would never end. */
  async function endForGood<T extends 'cancelled' | 'failed'>(
    run: outbox.Begun,
    job: Job<never>,
    outcome: T,
    change: (unrecorded?: string) => Change,
  ): Promise<T | 'lost'> {
    try {
      return await end(job, run, outcome, change(), recording(run, job, outcome))
    } catch (error) {
      if (unavailability(error)) throw error
      const { id, job: name } = run
      parent.error({ err: error, jobId: id, job: name }, `a job ends as ${outcome}, unrecorded`)
      return end(
        { ...job, invalidates: [] },
        run,
        outcome,
        change(`; unrecorded: ${inWords(error)}`),
      )
    }
  }

  async function conclude(
    run: outbox.Begun,
    job: Job<never>,
    result: Settled,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if ('value' in result) {
      const { value } = result
      const ms = timeoutSeconds(job) * 1000
      return end(job, run, 'succeeded', outbox.finish, value && ((trx) => within(ms, value(trx))))
    }
    const reason: Reason | undefined = signal.aborted ? signal.reason : undefined
    if (reason === 'lost') return 'lost'
    if (reason === 'cancelled') return cancelled(run, job)
    const outcome = await setBack(run, job, result.error, reason)
    // Perhaps it was called off just now: then that was its end.
    return outcome === 'lost' ? cancelled(run, job) : outcome
  }

  function setBack(run: outbox.Begun, job: Job<never>, thrown: unknown, reason?: Reason) {
    const later = recording(run, job, 'postponed')
    if (reason === 'stopping') return end(job, run, 'handed back', outbox.handBack, later)
    const error = reason === 'timeout' ? 'the time was over' : inWords(thrown)
    if (run.attempts >= mostAttempts(job)) return failed(run, job, error)
    const seconds = backoffSeconds(run.attempts, limits.backoffMs)
    return end(job, run, 'postponed', outbox.postpone(seconds, error), later)
  }

  /** What was called off before it began, or has taken its workers along too often, does not run. */
  function refuse(run: outbox.Begun, job: Job<never>): Promise<Outcome> | undefined {
    if (run.isCancelled) return cancelled(run, job)
    if (run.attempts <= mostAttempts(job)) return undefined
    return failed(run, job, 'the worker did not survive the last attempt')
  }

  async function attempt(
    run: outbox.Begun,
    job: Job<never>,
    held: Held,
    log: Logger,
  ): Promise<Outcome> {
    const controller = new AbortController()
    const here = { id: run.id, controller }
    begunHere.add(here)
    try {
      const seconds = timeoutSeconds(job)
      held.limit(seconds, (state) => controller.abort(state satisfies Reason))
      const result = await attemptJob({ job, begun: run, log, controller, timeoutSeconds: seconds })
      // What the run writes at its end has as much time again.
      held.limit(seconds, () => {})
      if ('error' in result) log.warn({ err: result.error, attempt: run.attempts }, 'job not done')
      try {
        return await conclude(run, job, result, controller.signal)
      } catch (error) {
        if ('error' in result) throw error
        // What a job writes at its end may fail as well, and is then the failure of its run.
        log.warn({ err: error, attempt: run.attempts }, 'job not done')
        return await conclude(run, job, { error }, controller.signal)
      }
    } finally {
      begunHere.delete(here)
    }
  }

  async function perform(copy: outbox.Copy): Promise<void> {
    const { id, job: name } = copy
    const job = (jobs as Readonly<Record<string, Job<never> | undefined>>)[name]
    const log = parent.child({ jobId: id, job: name })
    if (job === undefined) return log.warn('no such job in this build; it is left to another one')
    if (isStopping) return outbox.release(db, [copy])
    const runId = randomUUID()
    const held = heartbeat.hold(id, runId)
    try {
      const { leaseSeconds } = limits
      const run = await insist(leaseSeconds * 1000, () =>
        outbox.begin(db, copy, runId, leaseSeconds),
      )
      if (run !== undefined) await finish(run, job, held, log)
    } finally {
      held.release()
    }
  }

  async function finish(run: outbox.Begun, job: Job<never>, held: Held, log: Logger) {
    const start = performance.now()
    const outcome = await (refuse(run, job) ?? attempt(run, job, held, log))
    const ms = performance.now() - start
    observe(run.job, outcome, ms / 1000)
    log.info({ ms: Math.round(ms), attempt: run.attempts, outcome }, 'job run')
  }

  return {
    /** Runs what a copy stands for, as soon as there is room. Never rejects. */
    perform(copy: outbox.Copy): Promise<void> {
      const running = limit(() => perform(copy)).catch((error: unknown) =>
        parent.error({ err: error, ...copy }, 'a run was lost; its lease will end'),
      )
      all.add(running)
      return running.finally(() => all.delete(running))
    },

    /** Asks the run of a job to end, where it is here. */
    cancel(id: string) {
      for (const it of begunHere) {
        if (it.id === id) it.controller.abort('cancelled' satisfies Reason)
      }
    },

    /**
     * Begins nothing any more, and waits for what runs. What does not end by itself within the time is
     * asked to, and given back.
     */
    async stop(deadlineMs: number) {
      isStopping = true
      const impatience = setTimeout(() => {
        for (const it of begunHere) it.controller.abort('stopping' satisfies Reason)
      }, deadlineMs)
      await Promise.all(all)
      clearTimeout(impatience)
    },
  }
}

/** A reason as PostgreSQL can keep it: without NUL, and so short that two of them fit into the column. */
function inWords(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.replaceAll('\0', '').slice(0, 240)
}

/** Why an attempt is asked to end. */
type Reason = 'timeout' | 'cancelled' | 'stopping' | 'lost'

/** How to end the job, or the error that ended the attempt. */
type Settled = { readonly value: Completion | undefined } | { readonly error: unknown }

interface AttemptOptions {
  readonly job: Job<never>
  readonly begun: outbox.Begun
  readonly log: Logger
  readonly controller: AbortController
  readonly timeoutSeconds: number
}

/** What an attempt that is asked to end gets to do so, before it is left behind. */
const graceMs = 1000

/** Does the work. Never rejects; the controller's signal says why it was asked to end, if it was. */
async function attemptJob(options: AttemptOptions): Promise<Settled> {
  const { job, begun, log, controller, timeoutSeconds } = options
  const { signal } = controller
  const timeOut = () => controller.abort('timeout' satisfies Reason)
  const timer = setTimeout(timeOut, timeoutSeconds * 1000)
  const { id, attempts: attempt } = begun
  try {
    const work = settle(async () => job.run(begun.payload as never, { id, attempt, signal, log }))
    return await Promise.race([work, leftBehind(signal)])
  } finally {
    clearTimeout(timer)
  }
}

function settle(work: () => Promise<Completion | undefined>): Promise<Settled> {
  return work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

/** Resolves some time after a signal, for a job that does not listen to it. */
function leftBehind(signal: AbortSignal): Promise<Settled> {
  return new Promise((resolve) => {
    const leave = () => {
      const error = new Error(`it did not end when asked to: ${signal.reason}`)
      setTimeout(() => resolve({ error }), graceMs).unref()
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
}

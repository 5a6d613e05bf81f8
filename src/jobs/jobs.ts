// What a job is: work that outlives the transaction that asks for it.
import type { Transaction } from '../db/connection.ts'
import { isTooSlow } from '../db/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'

/**
 * The payload of each job, by the name of the job. A feature adds its own jobs by declaration merging:
 * `declare module '../../jobs/jobs.ts' { interface JobPayloads { … } }`. So `enqueue` accepts their names
 * and payloads, and `Jobs` does not compile until each of them has a handler.
 */
export interface JobPayloads {
  /** Removes jobs that failed for good long ago. */
  purgeFailedJobs: Nothing
}

/** The payload of a job that needs none. */
export type Nothing = Record<string, never>

export type JobName = keyof JobPayloads

/** What a handler knows about its run. */
interface JobContext {
  /** The id of the job; the same in each attempt. */
  readonly id: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborts when the timeout has passed, the job was cancelled, or the worker stops. */
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Writes the effects of a job in the transaction that completes it, so exactly once. */
export type Completion = (trx: Transaction) => Promise<void>

/** How a run ended that did not complete the job. */
export type UnsuccessfulOutcome = 'rescheduled' | 'failed' | 'cancelled'

/** How a run ended. `lost` means that it no longer held its row. */
export type Outcome = 'completed' | 'released' | 'lost' | UnsuccessfulOutcome

/** Counts a run. */
export type Observe = (job: string, outcome: Outcome, seconds: number) => void

export interface Job<Payload> {
  /**
   * The reads of the contract that the end of the job changes, cached or not; `[]` if it changes none.
   * Properties of the payload with the name of a path parameter narrow what is invalidated.
   */
  readonly invalidates: readonly string[]
  /** When the job recurs, as a cron expression in UTC. Only a job without a payload can recur. */
  readonly schedule?: Payload extends Nothing ? string : never
  /** How many attempts there are at most. Attempts that ended with their worker count. */
  readonly attempts?: number | undefined
  /** How long one attempt may take. */
  readonly timeoutSeconds?: number | undefined
  /** Does the work. It can run more than once, so the same payload must have the same effect. */
  run(payload: Payload, context: JobContext): Promise<Completion | undefined>
  /** Records an attempt that did not complete the job, in the transaction that decides what is next. */
  recordOutcome?(
    payload: Payload,
    outcome: UnsuccessfulOutcome,
    attempt: number,
    trx: Transaction,
  ): Promise<void>
}

export interface JobLimits {
  /** How long a row stays with a run, or with the queue, without a sign of life. */
  readonly leaseSeconds: number
  /** For jobs that do not set their own: how many attempts there are, and how long each may take. */
  readonly attempts: number
  readonly timeoutSeconds: number
  /** The pause before the second attempt. Each further pause is twice as long. */
  readonly backoffMs: number
}

/** The handler of each declared job. */
export type Jobs = { readonly [Name in JobName]: Job<JobPayloads[Name]> }

/**
 * Runs a write and invalidates these reads around its commit. `values` are path parameters that narrow
 * what is invalidated.
 */
export type Changing = <T>(
  reads: readonly string[],
  values: Readonly<Record<string, unknown>>,
  write: () => Promise<T>,
) => Promise<T>

/** Removes up to `limit` rows from before a time. Returns how many it has removed. */
export type Purge = (before: Date, limit: number) => Promise<number>

/** The reads that show the rows of a purge, and how to invalidate them. */
interface Shown {
  readonly invalidates: readonly string[]
  readonly changing: Changing
}

const dayMs = 86_400_000
const largestBatch = 1000
const batchDivisor = 10

/**
 * Returns a job that removes old rows each night, in batches, so that no transaction is long. A batch that
 * exceeds the statement timeout is repeated with fewer rows.
 * @param shown undefined if no read shows the rows.
 */
export function purgeJob(clock: Clock, days: number, purge: Purge, shown?: Shown): Job<Nothing> {
  return {
    // Each batch invalidates for itself. The end of the job removes nothing.
    invalidates: [],
    schedule: '17 3 * * *',
    timeoutSeconds: 3600,
    async run(_payload, { signal, log }) {
      const before = new Date(clock().getTime() - days * dayMs)
      let removed = 0
      let batch = largestBatch
      for (let isMore = true; isMore; ) {
        signal.throwIfAborted()
        const removeBatch = () => purge(before, batch)
        try {
          const count = shown
            ? await shown.changing(shown.invalidates, {}, removeBatch)
            : await removeBatch()
          removed += count
          isMore = count === batch
        } catch (error) {
          if (batch === 1 || !isTooSlow(error)) throw error
          batch /= batchDivisor
          log.info({ batch }, 'purging fewer rows at a time')
        }
      }
      log.info({ removed, before }, 'purged')
      return undefined
    },
  }
}

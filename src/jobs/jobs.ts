// What a job is: work that outlives the transaction that asks for it. Each room declares the payloads
// of its jobs here by declaration merging, so that who asks for one and who does it agree, and the
// compiler names the job that nobody does.

import type { Transaction } from '../db/connection.ts'
import { isTooSlow } from '../db/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'

/** By job, what it is given. A room adds its own: `declare module '../../jobs/jobs.ts'`. */
export interface JobPayloads {
  /** Removes jobs that were given up too long ago for anybody to try them again. */
  purgeFailedJobs: Nothing
}

/** The payload of a job that needs none. */
export type Nothing = Record<string, never>

export type JobName = keyof JobPayloads

/** One run of a job, as the job sees it. */
interface JobRun {
  readonly id: string
  /** 1 at first; each beginning counts, whatever became of it. */
  readonly attempt: number
  /** Aborts when the time is over, the job was called off, or the worker has to stop. */
  readonly signal: AbortSignal
  readonly log: Logger
}

/**
 * Ends a job in the transaction that takes it out of the outbox: what it writes there is written once,
 * however often the job was begun.
 */
export type Completion = (trx: Transaction) => Promise<void>

/** How a run ended that did not succeed: it will be tried again, was given up, or was called off. */
export type Setback = 'postponed' | 'failed' | 'cancelled'

export interface Job<Payload> {
  /**
   * The reads of the contract that its end changes, cached in this build or not; `[]` where it changes
   * none. Members of the payload that are called like a path parameter narrow what is dropped.
   */
  readonly invalidates: readonly string[]
  /** When it recurs, as a cron expression in UTC; only what needs no payload can. */
  readonly schedule?: Payload extends Nothing ? string : never
  /** How often it is begun at most, runs included that took their worker along. */
  readonly attempts?: number | undefined
  /** For how long one run may take. */
  readonly timeoutSeconds?: number | undefined
  /** Does the work. It may run more than once: the same payload, the same effect. */
  run(payload: Payload, run: JobRun): Promise<Completion | undefined>
  /** Writes down that a run did not succeed, in the transaction that decides what comes next. */
  record?(payload: Payload, setback: Setback, attempt: number, trx: Transaction): Promise<void>
}

/**
 * Runs a write that changes these reads, and drops what is cached of them around its commit. `values`
 * are path parameters that narrow what is dropped.
 */
export type Changing = <T>(
  reads: readonly string[],
  values: Readonly<Record<string, unknown>>,
  write: () => Promise<T>,
) => Promise<T>

/** One for each declared job, none left out. */
export type Jobs = { readonly [Name in JobName]: Job<JobPayloads[Name]> }

/** Removes up to so many rows from before a time. @returns how many it has removed. */
export type Purge = (before: Date, limit: number) => Promise<number>

const dayMs = 86_400_000
const largestBatch = 1000
const smaller = 10

/** What shows the rows of a purge, and what drops it from the cache. */
interface Shown {
  readonly invalidates: readonly string[]
  readonly changing: Changing
}

/**
 * Makes a job that purges each night, in batches, so that no transaction is long. A batch that takes longer
 * than a statement may is tried again as a smaller one.
 * @param shown left out where no read shows the rows.
 */
export function purgeJob(clock: Clock, days: number, purge: Purge, shown?: Shown): Job<Nothing> {
  return {
    // Each batch drops for itself: the end of the job removes nothing.
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
          batch /= smaller
          log.info({ batch }, 'purges fewer rows at a time')
        }
      }
      log.info({ removed, before }, 'purged')
      return undefined
    },
  }
}

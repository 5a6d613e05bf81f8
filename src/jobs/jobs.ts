// What a job is: work that outlives the transaction that asks for it. Each room declares the payloads
// of its jobs here by declaration merging, so that who asks for one and who does it agree, and the
// compiler names the job that nobody does.

import type { Transaction } from '../db/connection.ts'
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

// The kinds of task, derived from the contract's unions: what each is given and what it answers, and
// the job that each of them is.

import type { Schemas } from '../../contract.ts'
import type { Transaction } from '../../db/connection.ts'
import type { Nothing } from '../../jobs/jobs.ts'
import type { Logger } from '../../lib/log.ts'

export type TaskType = Schemas['TaskCreate']['type']
export type TaskInput<T extends TaskType> = Extract<Schemas['TaskCreate'], { type: T }>['input']
type TaskResult<T extends TaskType> = NonNullable<Extract<Schemas['Task'], { type: T }>['result']>

type TaskPayloads = { [T in TaskType as `task.${T}`]: { readonly taskId: string } }

declare module '../../jobs/jobs.ts' {
  interface JobPayloads extends TaskPayloads {
    /** Removes tasks that were over too long ago. */
    purgeTasks: Nothing
  }
}

interface TaskContext {
  readonly taskId: string
  /** 1 at first. */
  readonly attempt: number
  readonly log: Logger
  /** Aborts when the time is over, the owner called the task off, or the worker has to stop. */
  readonly signal: AbortSignal
  /** Tells the task's owner how far it has come, in per cent. */
  readonly report: (progress: number) => Promise<void>
}

/** Makes the result in the transaction that ends the task: what it writes there is written once. */
type Completion<Result> = (trx: Transaction) => Promise<Result>

/** A kind of task. */
export interface TaskKind<T extends TaskType> {
  /** How often it is begun at most, and for how long it may run; the configuration says otherwise. */
  readonly attempts?: number
  readonly timeoutSeconds?: number
  /** Does the work. It may run more than once: the same input, the same effect. */
  readonly run: (
    input: TaskInput<T>,
    context: TaskContext,
  ) => Promise<TaskResult<T> | Completion<TaskResult<T>>>
}

/** One for each kind of task in the contract, none left out. */
export type TaskKinds = { readonly [T in TaskType]: TaskKind<T> }

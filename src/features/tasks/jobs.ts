// The kinds of task, derived from the contract's unions, and their jobs: one per kind, which runs the task
// and keeps its row up to date, and one that removes old tasks.
import type { ReadId, Schemas, Validator } from '../../contract.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import {
  type Changing,
  type Job,
  type JobPayloads,
  type Nothing,
  purgeJob,
} from '../../jobs/jobs.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/log.ts'
import { toTask } from './presenter.ts'
import { taskRepository } from './repository.ts'

export type TaskType = Schemas['TaskCreate']['type']
type TaskInput<T extends TaskType> = Extract<Schemas['TaskCreate'], { type: T }>['input']
type TaskResult<T extends TaskType> = NonNullable<Extract<Schemas['Task'], { type: T }>['result']>

interface TaskContext {
  readonly taskId: string
  /** 1 for the first attempt. */
  readonly attempt: number
  readonly log: Logger
  /** Aborts after the timeout, when the owner cancels the task, and when the worker stops. */
  readonly signal: AbortSignal
  /** Shows the owner the progress, in percent. A report that fails makes the attempt fail. */
  readonly report: (progress: number) => Promise<void>
}

/** Returns the result inside the transaction that completes the task, which commits exactly once. */
type Completion<Result> = (trx: Transaction) => Promise<Result>

export interface TaskKind<T extends TaskType> {
  /** The most attempts; the configuration's number if undefined. */
  readonly attempts?: number
  /** The limit for one attempt; the configuration's number if undefined. */
  readonly timeoutSeconds?: number
  /** Does the work. It may run more than once, so the same input must have the same effect. */
  readonly run: (
    input: TaskInput<T>,
    context: TaskContext,
  ) => Promise<TaskResult<T> | Completion<TaskResult<T>>>
}

/** One for each kind of task in the contract. */
export type TaskKinds = { readonly [T in TaskType]: TaskKind<T> }

type TaskPayloads = { [T in TaskType as `task.${T}`]: { readonly taskId: string } }

declare module '../../jobs/jobs.ts' {
  interface JobPayloads extends TaskPayloads {
    purgeTasks: Nothing
  }
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly kinds: TaskKinds
  /** Validates a task against the contract: an invalid result is an error of its kind. */
  readonly isTask: Validator
  /** How many days a finished task is kept. */
  readonly days: number
  readonly changing: Changing
}

type TaskJob = Job<{ readonly taskId: string }>
type TaskJobs = { readonly purgeTasks: Job<Nothing> } & {
  readonly [Name in keyof TaskPayloads]: Job<JobPayloads[Name]>
}

/** The reads that show a task. */
const invalidates: readonly ReadId[] = ['getTask', 'listTasks']

export function taskJobs({ db, clock, kinds, isTask, days, changing }: Deps): TaskJobs {
  const tasks = taskRepository(db, clock)

  const jobOf = <T extends TaskType>(kind: TaskKind<T>): TaskJob => ({
    invalidates,
    attempts: kind.attempts,
    timeoutSeconds: kind.timeoutSeconds,

    async run({ taskId }, { attempt, signal, log }) {
      const task = await changing(invalidates, { taskId }, () => tasks.markRunning(taskId, attempt))
      if (task === undefined) return undefined
      const input = task.input as TaskInput<T>
      const reports = pendingReports(async (progress) => {
        if (signal.aborted) return
        const write = () => tasks.updateProgress(taskId, toPercent(progress))
        await changing(invalidates, { taskId }, write)
      })
      const { report } = reports
      const outcome = await kind.run(input, { taskId, attempt, log, signal, report })
      await reports.settled()
      return async (trx) => {
        const result = typeof outcome === 'function' ? await outcome(trx) : outcome
        const finished = await taskRepository(trx, clock).markSucceeded(taskId, result)
        if (finished && !isTask(toTask(finished))) throw contractViolation(isTask)
      }
    },

    async recordOutcome({ taskId }, outcome, attempt, trx) {
      const tasksInTransaction = taskRepository(trx, clock)
      if (outcome === 'rescheduled') {
        await tasksInTransaction.markRescheduled(taskId)
      } else if (outcome === 'cancelled') {
        await tasksInTransaction.markCancelled(taskId)
      } else {
        const attempts = attempt === 1 ? '1 attempt' : `${attempt} attempts`
        const detail = `The task was given up after ${attempts}.`
        await tasksInTransaction.markFailed(taskId, { code: 'task_failed', detail })
      }
    },
  })

  const jobOfType = <T extends TaskType>(type: T) => jobOf<T>(kinds[type])
  const types = Object.keys(kinds) as TaskType[]
  const entries = types.map((type) => [`task.${type}`, jobOfType(type)])
  const purgeTasks = purgeJob(clock, days, tasks.purge, { invalidates, changing })
  return { purgeTasks, ...Object.fromEntries(entries) } as TaskJobs
}

/** Collects reports until they succeed, so that one fails its run even if the handler does not await it. */
function pendingReports(write: (progress: number) => Promise<void>) {
  const pending = new Set<Promise<void>>()
  return {
    report(progress: number): Promise<void> {
      const report = write(progress)
      pending.add(report)
      report.then(
        () => pending.delete(report),
        () => {}, // `settled` throws it.
      )
      return report
    },

    /** Waits for all reports. @throws the error of one that failed. */
    async settled() {
      await Promise.all(pending)
    },
  }
}

const toPercent = (progress: number) => Math.round(Math.min(Math.max(progress, 0), 100))

function contractViolation({ errors }: Validator) {
  const details = errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return new TypeError(`the result violates the contract: ${details}`)
}

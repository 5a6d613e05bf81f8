// The jobs of this room: one for each kind of task, which runs it and keeps its row equal to what
// happens, and one that removes tasks that were over long ago.
// The kinds of task, derived from the contract's unions: what each is given and what it answers, and
// the job that each of them is.
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
import { ownTask } from './presenter.ts'
import { taskRepository } from './repository.ts'

interface Dependencies {
  readonly db: Database
  readonly clock: Clock
  readonly kinds: TaskKinds
  /** Whether somebody can be shown a task: what the contract forbids is a failure of its kind. */
  readonly isTask: Validator
  /** For how long a task is kept that is over. */
  readonly days: number
  readonly changing: Changing
}

type TaskJobName = `task.${TaskType}`
type TaskJob = Job<{ readonly taskId: string }>
type TaskJobs = { readonly purgeTasks: Job<Nothing> } & {
  readonly [Name in TaskJobName]: Job<JobPayloads[Name]>
}

/** What shows a task. */
const invalidates: readonly ReadId[] = ['getTask', 'listTasks']

/** A task that is over, or gone with its owner, is not run. */
export function taskJobs(dependencies: Dependencies): TaskJobs {
  const { db, clock, kinds, isTask, days, changing } = dependencies
  const tasks = taskRepository(db, clock)

  const jobOf = <T extends TaskType>(kind: TaskKind<T>): TaskJob => ({
    invalidates,
    attempts: kind.attempts,
    timeoutSeconds: kind.timeoutSeconds,

    async run({ taskId }, { attempt, signal, log }) {
      const task = await changing(invalidates, { taskId }, () => tasks.start(taskId, attempt))
      if (task === undefined) return undefined
      const input = task.input as TaskInput<T>
      const reports = pendingReports(async (progress) => {
        if (signal.aborted) return
        const write = () => tasks.report(taskId, inPerCent(progress))
        await changing(invalidates, { taskId }, write)
      })
      const { report } = reports
      const outcome = await kind.run(input, { taskId, attempt, log, signal, report })
      await reports.settled()
      return async (trx) => {
        const result = typeof outcome === 'function' ? await outcome(trx) : outcome
        const done = await taskRepository(trx, clock).succeed(taskId, result)
        if (done && !isTask(ownTask(done))) throw resultBreach(isTask)
      }
    },

    async recordOutcome({ taskId }, outcome, attempt, trx) {
      const inTransaction = taskRepository(trx, clock)
      if (outcome === 'rescheduled') return inTransaction.reschedule(taskId)
      if (outcome === 'cancelled') {
        await inTransaction.endCancelled(taskId)
        return
      }
      const attempts = attempt === 1 ? '1 attempt' : `${attempt} attempts`
      const detail = `The task was given up after ${attempts}.`
      await inTransaction.fail(taskId, { code: 'task_failed', detail })
    },
  })

  const jobOfType = <T extends TaskType>(type: T) => jobOf<T>(kinds[type])
  const types = Object.keys(kinds) as TaskType[]
  const entries = types.map((type) => [`task.${type}`, jobOfType(type)])
  const purgeTasks = purgeJob(clock, days, tasks.purge, { invalidates, changing })
  return { purgeTasks, ...Object.fromEntries(entries) } as TaskJobs
}

/** Keeps the reports that have not succeeded, so that one fails its run even if the handler does not await it. */
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

const inPerCent = (progress: number) => Math.round(Math.min(Math.max(progress, 0), 100))

function resultBreach({ errors }: Validator) {
  const faults = errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return new TypeError(`the result breaks the contract: ${faults}`)
}

export type TaskType = Schemas['TaskCreate']['type']
type TaskInput<T extends TaskType> = Extract<Schemas['TaskCreate'], { type: T }>['input']
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
  /** Shows the owner of the task its progress, in percent. A report that fails makes the attempt fail. */
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

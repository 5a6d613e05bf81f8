// The jobs of this room: one for each kind of task, which runs it and keeps its row equal to what
// happens, and one that removes tasks that were over long ago.

import type { ReadId, Validator } from '../../contract.ts'
import type { Database } from '../../db/connection.ts'
import type { Changing, Job, JobPayloads, Nothing } from '../../jobs/jobs.ts'
import { purgeJob } from '../../jobs/retention.ts'
import type { Clock } from '../../lib/clock.ts'
import { ownTask } from './presenter.ts'
import { taskRepository } from './repository.ts'
import type { TaskInput, TaskKind, TaskKinds, TaskType } from './types.ts'

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
      const report = async (progress: number) => {
        if (signal.aborted) return
        const write = () => tasks.report(taskId, inPerCent(progress))
        await changing(invalidates, { taskId }, write)
      }
      const outcome = await kind.run(input, { taskId, attempt, log, signal, report })
      return async (trx) => {
        const result = typeof outcome === 'function' ? await outcome(trx) : outcome
        const done = await taskRepository(trx, clock).succeed(taskId, result)
        if (done && !isTask(ownTask(done))) throw resultBreach(isTask)
      }
    },

    async record({ taskId }, setback, attempt, trx) {
      const inTransaction = taskRepository(trx, clock)
      if (setback === 'postponed') return inTransaction.postpone(taskId)
      if (setback === 'cancelled') {
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

const inPerCent = (progress: number) => Math.round(Math.min(Math.max(progress, 0), 100))

function resultBreach({ errors }: Validator) {
  const faults = errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
  return new TypeError(`the result breaks the contract: ${faults}`)
}

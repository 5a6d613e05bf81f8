// Running a task: its handler by kind, and its row kept equal to what happens.
import type { Clock } from '../../clock.ts'
import { type Database, databaseRefusal } from '../../platform/database.ts'
import type { Job } from '../../platform/worker.ts'
import { taskRepository } from './repository.ts'
import { runTaskJob } from './submit-task.ts'
import type { TaskHandler, TaskHandlers, TaskType } from './types.ts'

interface Dependencies {
  readonly db: Database
  readonly clock: Clock
  readonly handlers: TaskHandlers
}

/**
 * The job of this room: runs the task that the payload names, if it is not finished yet. Only what
 * the handler itself throws ends a task as failed; when the database cannot be written, the job
 * fails, and the outbox has it done again.
 */
export function taskJobs({ db, clock, handlers }: Dependencies): Record<string, Job> {
  const tasks = taskRepository(db, clock)
  const runTask: Job = async (payload, { log }) => {
    const { taskId } = payload as { taskId: string }
    const task = await tasks.start(taskId)
    if (task === undefined) return
    const type = task.type as TaskType
    const handler = handlers[type] as TaskHandler<TaskType> | undefined
    if (handler === undefined)
      throw new Error(`this build has no handler for tasks of type ${type}`)
    let unreported: unknown
    const report = (progress: number) =>
      tasks.report(taskId, progress).catch((error: unknown) => {
        unreported = error
        throw error
      })
    const input = task.input as Parameters<typeof handler>[0]
    const outcome = await settle(handler(input, { taskId, log, report }))
    if (unreported !== undefined) throw unreported
    if ('value' in outcome) return tasks.succeed(taskId, outcome.value)
    if (databaseRefusal(outcome.error) !== outcome.error) throw outcome.error
    log.error({ err: outcome.error, taskId }, 'task failed')
    await tasks.fail(taskId, { code: 'task_failed', detail: 'The task could not be finished.' })
  }
  return { [runTaskJob]: runTask }
}

function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

// Running a task: its handler by kind, and its row kept equal to what happens.
import type { Clock } from '../../clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Job } from '../../platform/worker.ts'
import { taskRepository } from './repository.ts'
import { runTaskJob } from './submit-task.ts'
import type { TaskHandler, TaskHandlers, TaskType } from './types.ts'

interface Dependencies {
  readonly db: Database
  readonly clock: Clock
  readonly handlers: TaskHandlers
}

/** The job of this room: runs the task that the payload names, if it is not finished yet. */
export function taskJobs({ db, clock, handlers }: Dependencies): Record<string, Job> {
  const tasks = taskRepository(db, clock)
  const runTask: Job = async (payload, { log }) => {
    const { taskId } = payload as { taskId: string }
    const task = await tasks.start(taskId)
    if (task === undefined) return
    const handler = handlers[task.type as TaskType] as TaskHandler<TaskType> | undefined
    try {
      if (handler === undefined) throw new Error(`no handler for tasks of type ${task.type}`)
      const report = (progress: number) => tasks.report(taskId, progress)
      const input = task.input as Parameters<typeof handler>[0]
      await tasks.succeed(taskId, await handler(input, { taskId, log, report }))
    } catch (error) {
      log.error({ err: error, taskId }, 'task failed')
      await tasks.fail(taskId, { code: 'task_failed', detail: 'The task could not be finished.' })
    }
  }
  return { [runTaskJob]: runTask }
}

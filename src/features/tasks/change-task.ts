// What changes a task and the work behind it together: accepting, calling off, trying again. Each is
// one transaction, so that an accepted task is never forgotten and a refused one never runs. The job
// of a task has the task's id.

import { conflict, type Schemas } from '../../contract.ts'
import type { Connection, Database } from '../../db/connection.ts'
import { cancel, enqueue, hold, remove } from '../../jobs/outbox.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TaskModel } from './model.ts'
import { taskRepository } from './repository.ts'
import type { TaskType } from './types.ts'

export type SubmitTask = (
  userId: string,
  task: Schemas['TaskCreate'],
  on?: Connection,
) => Promise<TaskModel>

/** Accepts a task, in a transaction of its own or as a part of one. */
export function submitTask(db: Database, clock: Clock): SubmitTask {
  return (userId, task, on = db) =>
    on.transaction(async (trx) => {
      const row = await taskRepository(trx, clock).create(userId, task)
      await enqueue(trx, `task.${task.type}`, { taskId: row.id }, row.id)
      return row
    })
}

export type CancelTask = (userId: string, id: string) => Promise<TaskModel | undefined>

/**
 * Calls a user's own task off: what has not begun is over, what runs is asked to end.
 * @returns the task as it stands, undefined where that user has none of this id.
 * @throws ApiError conflict (task_finished) where there is nothing left to call off.
 */
export function cancelTask(db: Database, clock: Clock): CancelTask {
  return (userId, id) =>
    db.transaction(async (trx) => {
      const tasks = taskRepository(trx, clock)
      await hold(trx, id)
      const task = await tasks.lockOwn(userId, id)
      if (task?.status === 'succeeded' || task?.status === 'failed') {
        throw conflict('task_finished', 'The task has finished already.')
      }
      if (task?.status === 'queued') {
        await remove(trx, id)
        return tasks.endCancelled(id)
      }
      if (task?.status !== 'running') return task
      await cancel(trx, id)
      return tasks.askToEnd(id)
    })
}

export type RetryTask = (id: string) => Promise<TaskModel | undefined>

/**
 * Has a task that was given up done again, with all of its attempts before it.
 * @returns the task as it stands, undefined where there is none of this id.
 * @throws ApiError conflict (task_not_failed) for any other state.
 */
export function retryTask(db: Database, clock: Clock): RetryTask {
  return (id) =>
    db.transaction(async (trx) => {
      const tasks = taskRepository(trx, clock)
      await hold(trx, id)
      const task = await tasks.lock(id)
      if (task === undefined) return undefined
      if (task.status !== 'failed') {
        throw conflict('task_not_failed', 'Only a task that has failed can be tried again.')
      }
      await enqueue(trx, `task.${task.type as TaskType}`, { taskId: id }, id)
      return tasks.requeue(id)
    })
}

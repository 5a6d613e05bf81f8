// Accepting a task: its row and the work that it causes are one transaction, so that an accepted
// task is never forgotten and a refused one never runs.
import type { Clock } from '../../clock.ts'
import type { Schemas } from '../../contract/handler.ts'
import type { Database } from '../../platform/database.ts'
import { enqueue } from '../../platform/outbox.ts'
import type { TaskModel } from './model.ts'
import { taskRepository } from './repository.ts'

export type SubmitTask = (userId: string, task: Schemas['TaskCreate']) => Promise<TaskModel>

/** The name of the job that runs a task, whatever its kind. */
export const runTaskJob = 'runTask'

export function submitTask(db: Database, clock: Clock): SubmitTask {
  return (userId, task) =>
    db.transaction(async (trx) => {
      const row = await taskRepository(trx, clock).create(userId, task)
      await enqueue(trx, runTaskJob, { taskId: row.id })
      return row
    })
}

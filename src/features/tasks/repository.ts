// Tasks in the database, together with their jobs. A task and its job, which has the same id, change in
// one transaction, so that every accepted task runs and no rejected one does.
import { type PartialModelObject, raw } from 'objection'
import { v7 as uuidv7 } from 'uuid'
import { apiError, conflict, type HandlerRequest, type Schemas } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import { translateConstraints } from '../../db/errors.ts'
import { keyset, keysetPage, type Page } from '../../db/repository.ts'
import * as outbox from '../../jobs/outbox.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TaskType } from './jobs.ts'
import { TaskModel } from './model.ts'

const constraintErrors = {
  tasks_user_id_foreign: () => apiError('unauthenticated', 'This account has been deleted.'),
}

type Status = TaskModel['status']

const unfinished = ['queued', 'running', 'cancelling'] as const
const initial = { progress: 0, attempts: 0, problem: null, startedAt: null, finishedAt: null }

export type TaskRepository = ReturnType<typeof taskRepository>

/** @param db the pool, or a transaction in which all queries run. */
export function taskRepository(db: Connection, clock: Clock) {
  const now = () => clock().toISOString()

  /** Updates a task that has one of these statuses. Returns undefined if it has another one. */
  async function updateIf(
    id: string,
    statuses: readonly Status[],
    changes: PartialModelObject<TaskModel>,
  ): Promise<TaskModel | undefined> {
    return TaskModel.query(db)
      .where({ id })
      .whereIn('status', [...statuses])
      .patch({ ...changes, updatedAt: now() })
      .returning('*')
      .first()
  }

  return {
    /**
     * Creates a task and its job, in a transaction of its own or as a part of `on`.
     * @throws ApiError conflict (too_many_tasks) if `maxWaiting` tasks of the user wait for their first attempt,
     * unauthenticated if the user has been hard deleted meanwhile.
     */
    submit(
      userId: string,
      { type, input }: Schemas['TaskCreate'],
      { maxWaiting, on = db }: { maxWaiting: number; on?: Connection | undefined },
    ): Promise<TaskModel> {
      const createdAt = now()
      const row = {
        ...{ id: uuidv7(), userId, type, input, createdAt, updatedAt: createdAt },
        ...({ status: 'queued', progress: 0, attempts: 0 } as const),
      }
      return on.transaction(async (trx) => {
        if ((await outbox.countWaiting(trx, userId, maxWaiting)) >= maxWaiting) {
          throw conflict('too_many_tasks', `${maxWaiting} of your tasks wait already.`)
        }
        const task = await translateConstraints(constraintErrors, () =>
          TaskModel.query(trx).insert(row).returning('*'),
        )
        await outbox.enqueue(trx, `task.${type}`, { taskId: task.id }, task.id, userId)
        return task
      })
    },

    /** Finds a task of a user. */
    async find(userId: string, id: string): Promise<TaskModel | undefined> {
      return TaskModel.query(db).findOne({ id, user_id: userId })
    },

    /** Finds those of these tasks that exist, of any user. */
    async findAll(ids: readonly string[]): Promise<TaskModel[]> {
      return TaskModel.query(db).whereIn('id', [...ids])
    },

    page(
      userId: string,
      { status = [], type, ...request }: HandlerRequest<'listTasks'>['query'],
    ): Promise<Page<TaskModel>> {
      const tasks = () => TaskModel.query(db).where({ user_id: userId, ...(type && { type }) })
      if (status.length === 0) return keysetPage(tasks(), request)
      // One range of the index for each state: for an `in`, PostgreSQL reads all tasks in these states.
      const ranges = [...new Set(status)].map((it) =>
        keyset(tasks().where({ status: it }), request),
      )
      const merged = TaskModel.query(db).from((all) => all.unionAll(ranges, true).as('tasks'))
      return keysetPage(merged, request)
    },

    /**
     * Cancels a task of a user: a queued one at once, a running one by a signal. Returns the task as it
     * is now; undefined if the user has no such task.
     * @throws ApiError conflict (task_finished) if the task has finished.
     */
    cancel(userId: string, id: string): Promise<TaskModel | undefined> {
      return db.transaction(async (trx) => {
        await outbox.lock(trx, id)
        const task = await TaskModel.query(trx).findOne({ id, user_id: userId }).forUpdate()
        if (task?.status === 'succeeded' || task?.status === 'failed') {
          throw conflict('task_finished', 'The task has finished already.')
        }
        const tasks = taskRepository(trx, clock)
        if (task?.status === 'queued') {
          await outbox.remove(trx, id)
          return tasks.markCancelled(id)
        }
        if (task?.status !== 'running') return task
        await outbox.cancel(trx, id)
        return tasks.markCancelling(id)
      })
    },

    /**
     * Queues a failed task of any user again, with all of its attempts. Returns the task as it is now;
     * undefined if there is none.
     * @throws ApiError conflict (task_not_failed) if the task has not failed.
     */
    retry(id: string): Promise<TaskModel | undefined> {
      return db.transaction(async (trx) => {
        await outbox.lock(trx, id)
        const task = await TaskModel.query(trx).findById(id).forUpdate()
        if (task === undefined) return undefined
        if (task.status !== 'failed') {
          throw conflict('task_not_failed', 'Only a failed task can be retried.')
        }
        const job = `task.${task.type as TaskType}` as const
        await outbox.enqueue(trx, job, { taskId: id }, id, task.userId)
        return taskRepository(trx, clock).markQueuedAgain(id)
      })
    },

    /** Marks a task as running. Returns undefined if it has finished or no longer exists. */
    markRunning(id: string, attempts: number): Promise<TaskModel | undefined> {
      const startedAt = raw('coalesce(started_at, ?)', now())
      return updateIf(id, ['queued', 'running'], { status: 'running', attempts, startedAt })
    },

    /** @param progress in percent. */
    async updateProgress(id: string, progress: number): Promise<void> {
      await updateIf(id, ['running', 'cancelling'], { progress })
    },

    markSucceeded(id: string, result: object): Promise<TaskModel | undefined> {
      const changes = { status: 'succeeded', progress: 100, result, finishedAt: now() } as const
      return updateIf(id, ['running', 'cancelling'], changes)
    },

    /** Marks a task as queued after a failed attempt that a further one follows. */
    async markRescheduled(id: string): Promise<void> {
      await updateIf(id, ['running'], { status: 'queued' })
    },

    async markFailed(id: string, problem: Schemas['TaskProblem']): Promise<void> {
      await updateIf(id, unfinished, { status: 'failed', problem, finishedAt: now() })
    },

    markCancelling(id: string): Promise<TaskModel | undefined> {
      return updateIf(id, ['running'], { status: 'cancelling' })
    },

    markCancelled(id: string): Promise<TaskModel | undefined> {
      return updateIf(id, unfinished, { status: 'cancelled', finishedAt: now() })
    },

    markQueuedAgain(id: string): Promise<TaskModel | undefined> {
      return updateIf(id, ['failed'], { ...initial, status: 'queued' })
    },

    /** Removes up to `limit` tasks that finished before a time, and returns their number. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = () => TaskModel.query(db).where('finished_at', '<', before)
      // Both queries check the time, because a retry may queue a task while the delete waits for its lock.
      return old().whereIn('id', old().select('id').limit(limit)).delete()
    },
  }
}

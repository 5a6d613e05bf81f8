// Tasks in the database: the truth about how far each has come.
// What changes a task and the work behind it together: accepting, calling off, trying again. Each is
// one transaction, so that an accepted task is never forgotten and a refused one never runs. The job
// of a task has the task's id.
import { type PartialModelObject, raw } from 'objection'
import { v7 as uuidv7 } from 'uuid'
import { apiError, conflict, type HandlerRequest, type Schemas } from '../../contract.ts'
import type { Connection, Database } from '../../db/connection.ts'
import { refusing } from '../../db/errors.ts'
import { keysetPage, type Page } from '../../db/repository.ts'
import { cancel, enqueue, lock, remove } from '../../jobs/outbox.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TaskType } from './jobs.ts'
import { TaskModel } from './model.ts'

const withoutOwner = {
  tasks_user_id_foreign: () => apiError('unauthenticated', 'This account is gone.'),
}

type Status = TaskModel['status']
type Changes = PartialModelObject<TaskModel>

const afresh = { progress: 0, attempts: 0, problem: null, startedAt: null, finishedAt: null }

export type TaskRepository = ReturnType<typeof taskRepository>

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function taskRepository(db: Connection, clock: Clock) {
  /** Changes a task that is in one of these states. @returns undefined where it is in none. */
  const change = async (
    id: string,
    from: readonly Status[],
    changes: Changes,
  ): Promise<TaskModel | undefined> =>
    TaskModel.query(db)
      .where({ id })
      .whereIn('status', [...from])
      .patch({ ...changes, updatedAt: clock().toISOString() })
      .returning('*')
      .first()

  return {
    /** @throws ApiError unauthenticated when the owner was erased meanwhile. */
    async create(userId: string, { type, input }: Schemas['TaskCreate']): Promise<TaskModel> {
      const now = clock().toISOString()
      const row = { id: uuidv7(), userId, type, input, createdAt: now, updatedAt: now }
      const task = { ...row, status: 'queued', progress: 0, attempts: 0 } as const
      return refusing(withoutOwner, () => TaskModel.query(db).insert(task).returning('*'))
    },

    /** A user's own task; somebody else's is not found. */
    async find(userId: string, id: string): Promise<TaskModel | undefined> {
      return TaskModel.query(db).findOne({ id, user_id: userId })
    },

    /** The same, held until the transaction ends. */
    async lockOwn(userId: string, id: string): Promise<TaskModel | undefined> {
      return TaskModel.query(db).findOne({ id, user_id: userId }).forUpdate()
    },

    /** Anybody's task, held until the transaction ends. */
    async lock(id: string): Promise<TaskModel | undefined> {
      return TaskModel.query(db).findById(id).forUpdate()
    },

    page(
      userId: string,
      { status, type, ...request }: HandlerRequest<'listTasks'>['query'],
    ): Promise<Page<TaskModel>> {
      const asked = { user_id: userId, ...(status && { status }), ...(type && { type }) }
      return keysetPage(TaskModel.query(db).where(asked), request)
    },

    /** Marks a task as begun once more. @returns undefined for one that is over or gone. */
    start(id: string, attempts: number): Promise<TaskModel | undefined> {
      const startedAt = raw('coalesce(started_at, ?)', clock().toISOString())
      return change(id, ['queued', 'running'], { status: 'running', attempts, startedAt })
    },

    async report(id: string, progress: number): Promise<void> {
      await change(id, ['running', 'cancelling'], { progress })
    },

    succeed(id: string, result: object): Promise<TaskModel | undefined> {
      const changes = {
        status: 'succeeded',
        progress: 100,
        result,
        finishedAt: clock().toISOString(),
      } as const
      return change(id, ['running', 'cancelling'], changes)
    },

    /** Puts a task back into the queue after an attempt that did not complete it. */
    async reschedule(id: string): Promise<void> {
      await change(id, ['running'], { status: 'queued' })
    },

    async fail(id: string, problem: Schemas['TaskProblem']): Promise<void> {
      const from = ['queued', 'running', 'cancelling'] as const
      await change(id, from, { status: 'failed', problem, finishedAt: clock().toISOString() })
    },

    /** Asks what runs to end. */
    askToEnd(id: string): Promise<TaskModel | undefined> {
      return change(id, ['running'], { status: 'cancelling' })
    },

    /** The end of a task that was called off. */
    endCancelled(id: string): Promise<TaskModel | undefined> {
      const from = ['queued', 'running', 'cancelling'] as const
      return change(id, from, { status: 'cancelled', finishedAt: clock().toISOString() })
    },

    /** Puts a task that was given up where it was when it was accepted. */
    requeue(id: string): Promise<TaskModel | undefined> {
      return change(id, ['failed'], { ...afresh, status: 'queued' })
    },

    /** Removes up to so many tasks that were over before a time. @returns how many. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = () => TaskModel.query(db).where('finished_at', '<', before)
      // Said twice: a task that the first had to wait for may have been put back into the line.
      return old().whereIn('id', old().select('id').limit(limit)).delete()
    },
  }
}

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
      await lock(trx, id)
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
      await lock(trx, id)
      const task = await tasks.lock(id)
      if (task === undefined) return undefined
      if (task.status !== 'failed') {
        throw conflict('task_not_failed', 'Only a task that has failed can be tried again.')
      }
      await enqueue(trx, `task.${task.type as TaskType}`, { taskId: id }, id)
      return tasks.requeue(id)
    })
}

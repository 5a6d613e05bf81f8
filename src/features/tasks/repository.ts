// Tasks in the database: the truth about how far each has come.
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../../clock.ts'
import type { Schemas } from '../../contract/handler.ts'
import { refusal } from '../../errors.ts'
import type { Connection } from '../../platform/database.ts'
import { keysetPage, type Page, type PageRequest, refusing } from '../../platform/repository.ts'
import { TaskModel } from './model.ts'

const withoutOwner = {
  tasks_user_id_foreign: () => refusal('unauthenticated', 'This account is gone.'),
}

export type TaskRepository = ReturnType<typeof taskRepository>

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function taskRepository(db: Connection, clock: Clock) {
  const change = async (id: string, changes: Partial<TaskModel>) => {
    const now = clock()
    const unfinished = TaskModel.query(db).whereIn('status', ['queued', 'running'])
    return unfinished
      .where({ id })
      .patch({ ...changes, updatedAt: now })
      .returning('*')
      .first()
  }
  return {
    /** @throws Refusal unauthenticated when the owner was erased meanwhile. */
    async create(userId: string, { type, input }: Schemas['TaskCreate']): Promise<TaskModel> {
      const now = clock()
      const row = { id: uuidv7(), userId, type, input, createdAt: now, updatedAt: now }
      const task = { ...row, status: 'queued', progress: 0 } as const
      return refusing(withoutOwner, () => TaskModel.query(db).insert(task).returning('*'))
    },

    /** A user's own task; somebody else's is not found. */
    async find(userId: string, id: string): Promise<TaskModel | undefined> {
      return TaskModel.query(db).findOne({ id, user_id: userId })
    },

    page(userId: string, request: PageRequest): Promise<Page<TaskModel>> {
      return keysetPage(TaskModel.query(db).where({ user_id: userId }), request)
    },

    /** Marks a task as begun. @returns undefined for one that is finished or gone. */
    start(id: string): Promise<TaskModel | undefined> {
      return change(id, { status: 'running', startedAt: clock() })
    },

    async report(id: string, progress: number): Promise<void> {
      await change(id, { progress })
    },

    async succeed(id: string, result: object): Promise<void> {
      await change(id, { status: 'succeeded', progress: 100, result, finishedAt: clock() })
    },

    async fail(id: string, problem: Schemas['TaskProblem']): Promise<void> {
      await change(id, { status: 'failed', problem, finishedAt: clock() })
    },
  }
}

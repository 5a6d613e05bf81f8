// Tasks in states that no request causes.
import type { Database } from '../../../src/db/connection.ts'

/** Marks a task as failed. */
export const failTask = (id: string | undefined) => async (db: Database) => {
  const problem = { code: 'task_failed', detail: 'The task was given up after 5 attempts.' }
  const changes = { status: 'failed', problem: JSON.stringify(problem), finished_at: new Date() }
  await db('tasks').where({ id }).update(changes)
  await db('outbox').where({ id }).update({ failed_at: new Date() })
}

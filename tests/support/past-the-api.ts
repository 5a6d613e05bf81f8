// Writes states into the database that a test needs and that no request can cause.
import type { Database } from '../../src/db/connection.ts'
import type { PastTheApi } from '../contract/suite/world.ts'

export function pastTheApi(db: Database): PastTheApi {
  return {
    async failTask(id) {
      const problem = { code: 'task_failed', detail: 'The task was given up after 5 attempts.' }
      const changes = {
        status: 'failed',
        problem: JSON.stringify(problem),
        finished_at: new Date(),
      }
      await db('tasks').where({ id }).update(changes)
      await db('outbox').where({ id }).update({ failed_at: new Date() })
    },

    async holdKey({ id }, key) {
      // A session lock lasts until the test closes its pool.
      await db.raw('select pg_advisory_lock(hashtextextended(?, 0))', [`${id} ${key}`])
    },
  }
}

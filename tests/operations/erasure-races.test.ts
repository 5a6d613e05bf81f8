// A user is hard deleted between the check of their token and the write: the response is a problem, never
// an internal error.
import { expect, it } from 'vitest'
import { password, person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

it.each([
  ['createTask', 'tasks', '/tasks', { type: 'greet', input: { name: 'Ada' } }, 401],
  ['createPost', 'posts', '/users/{username}/posts', { title: 'Notes', text: 'Text' }, 404],
  ['login', 'sessions', '/login', { password }, 401],
] as const)(
  '%s writes nothing for a user who is hard deleted meanwhile',
  async (_operation, table, path, body, status) => {
    const someone = await person(service)
    const answer = await service.db.transaction(async (trx) => {
      // The write waits for this lock, with its token checked already.
      await trx.raw(`lock table ${table} in share mode`)
      const { username } = someone
      const sent = table === 'sessions' ? { username, ...body } : body
      const writing = service.api.as(someone).post(path.replace('{username}', username), sent)
      await until('a write that waits', async () => {
        const { rows } = await trx.raw(
          "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        )
        return rows[0]
      })
      await trx('users').where({ id: someone.id }).delete()
      return { writing }
    })
    expect((await answer.writing).status).toBe(status)
    expect(await service.db(table).where({ user_id: someone.id })).toEqual([])
  },
)

// A user is hard deleted between the check of their token and the write: the response is a problem, never
// an internal error.
import { expect, it } from 'vitest'
import { password, person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

it.each([
  ['createTask', 'tasks', (): string => '/tasks', { type: 'greet', input: { name: 'Ada' } }, 401],
  [
    'createPost',
    'posts',
    (name: string) => `/users/${name}/posts`,
    { title: 'Notes', text: 'Text' },
    404,
  ],
  ['login', 'sessions', () => '/login', (username: string) => ({ username, password }), 401],
])(
  '%s writes nothing for a user who is hard deleted meanwhile',
  async (_operation, table, path, body, status) => {
    const someone = await person(service)
    const answer = await service.db.transaction(async (trx) => {
      // The write waits for this lock, with its token checked already.
      await trx.raw(`lock table ${table} in share mode`)
      const sent = typeof body === 'function' ? body(someone.username) : body
      const writing = service.api.as(someone).post(path(someone.username), sent)
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

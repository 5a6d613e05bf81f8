// Every read uses an index. The tables have some ten thousand rows; each read is requested through the
// API, and PostgreSQL explains the statement that it caused.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Transaction } from '../../src/db/connection.ts'
import { person, superuser } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { useService } from '../support/service.ts'

const service = useService({ env: { REDIS_CACHE_PORT: '1', DATABASE_POOL_MAX: '1' } })
const tables = ['users', 'posts', 'tasks', 'sessions']
let someone: Awaited<ReturnType<typeof person>>
let boss: Client
let postId: string
let taskId: string

beforeAll(async () => {
  someone = await person(service.api)
  boss = service.api.as(await superuser(service))
  const caller = service.api.as(someone)
  const post = await caller.post(`/users/${someone.username}/posts`, { title: 'One', text: 'x' })
  const task = await caller.post('/tasks', { type: 'greet', input: { name: 'Ada' } })
  postId = post.body.id
  taskId = task.body.id
  await service.db.raw(`
    insert into users (id, name, username, email, password_hash, created_at, updated_at, deleted_at)
      select gen_random_uuid(), 'Filler', 'f' || n, 'f' || n || '@example.com', 'none', now(), now(),
        case when n % 2 = 0 then now() end
      from generate_series(1, 20000) n`)
  await service.db.raw(`
    insert into posts (id, user_id, title, text, created_at, updated_at)
      select gen_random_uuid(), id, 'Filler', 'x', now(), now() from users`)
  await service.db.raw(`
    insert into tasks (id, user_id, type, input, status, progress, created_at, updated_at)
      select gen_random_uuid(), id, 'greet', '{}', 'succeeded', 100, now(), now() from users
      where name = 'Filler'`)
  await service.db.raw(`
    insert into sessions (id, user_id, generation, created_at, refreshed_at, expires_at)
      select gen_random_uuid(), id, 0, now(), now(), now() from users`)
  for (const table of tables) await service.db.raw('vacuum analyze ??', [table])
})

/** Returns the last statement on the service's only connection, with `$1` for a value. */
async function lastStatement(): Promise<string> {
  const { rows } = await service.db.raw<{ rows: { query: string }[] }>(
    `select query from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() order by query_start desc`,
  )
  return rows[0]?.query ?? ''
}

/** Returns PostgreSQL's plan for a statement: the generic one, or the one for these values. */
async function planOf(statement: string, values?: readonly unknown[]): Promise<string> {
  return service.db.transaction(async (trx) => {
    const lines = (await explained(trx, statement, values)) as { rows: Record<string, string>[] }
    return lines.rows.map((it) => it['QUERY PLAN']).join('\n')
  })
}

async function explained(trx: Transaction, statement: string, values?: readonly unknown[]) {
  // knex takes a ? for a placeholder.
  const text = statement.replaceAll('?', '\\?')
  if (values === undefined) return trx.raw(`explain (generic_plan) ${text}`)
  await trx.raw(`prepare inspected as ${text}`)
  const literals = values.map((it) => (typeof it === 'number' ? it : `'${it}'`))
  const plan = await trx.raw(`explain execute inspected (${literals.join(', ')})`)
  await trx.raw('deallocate inspected')
  return plan
}

interface Read {
  readonly indexes: readonly string[]
  readonly ask: () => Promise<unknown>
  /** Given if the plan depends on them. */
  readonly values?: () => readonly unknown[]
}

const reads: Record<string, Read> = {
  'the principal of a token': {
    indexes: ['users_active_id_index', 'sessions_user_id_id_index'],
    // The service rejects this after it has loaded the principal, and runs no other statement.
    ask: () => service.api.as(someone).get('/users/me?unknown=1'),
  },
  getCurrentUser: {
    indexes: ['users_active_id_index'],
    ask: () => service.api.as(someone).get('/users/me'),
  },
  getUser: {
    indexes: ['users_username_key'],
    ask: () => service.api.get(`/users/${someone.username}`),
  },
  listUsers: {
    indexes: ['users_active_id_index'],
    ask: () => service.api.as(someone).get('/users?limit=5'),
  },
  'listUsers by name': {
    indexes: ['users_active_name_id_index'],
    ask: () => service.api.as(someone).get('/users?sort=name'),
  },
  'login by username': {
    indexes: ['users_username_key'],
    ask: () => service.api.post('/login', { username: someone.username, password: 'Wrong-one-1' }),
  },
  'login by email': {
    indexes: ['users_email_key'],
    ask: () => service.api.post('/login', { username: someone.email, password: 'Wrong-one-1' }),
  },
  getPost: {
    indexes: ['users_username_key', 'posts_pkey'],
    ask: () => service.api.get(`/users/${someone.username}/posts/${postId}`),
  },
  listPosts: {
    indexes: ['users_username_key', 'posts_active_user_id_id_index'],
    ask: () => service.api.get(`/users/${someone.username}/posts`),
  },
  'listPosts by title': {
    indexes: ['posts_active_user_id_title_id_index'],
    ask: () => service.api.get(`/users/${someone.username}/posts?sort=-title`),
  },
  getTask: {
    indexes: ['tasks_user_id_id_index'],
    ask: () => service.api.as(someone).get(`/tasks/${taskId}`),
  },
  listTasks: {
    indexes: ['tasks_user_id_id_index'],
    ask: () => service.api.as(someone).get('/tasks'),
  },
  'listTasks filtered by status': {
    indexes: ['tasks_user_id_status_id_index'],
    ask: () => service.api.as(someone).get('/tasks?status=failed'),
  },
  'listTasks filtered by several states': {
    indexes: ['tasks_user_id_status_id_index'],
    ask: () => service.api.as(someone).get('/tasks?status=failed&status=cancelled'),
  },
  'listTasks filtered by type': {
    indexes: ['tasks_user_id_type_id_index'],
    ask: () => service.api.as(someone).get('/tasks?type=greet'),
  },
  'listTasks filtered by type and status': {
    indexes: ['tasks_user_id_type_status_id_index'],
    ask: () => service.api.as(someone).get('/tasks?type=greet&status=failed'),
  },
  listSessions: {
    indexes: ['sessions_user_id_id_index'],
    ask: () => service.api.as(someone).get('/users/me/sessions'),
  },
  listAllUsers: { indexes: ['users_pkey'], ask: () => boss.get('/admin/users') },
  'listAllUsers filtered by status': {
    indexes: ['users_deleted_id_index'],
    ask: () => boss.get('/admin/users?status=deleted'),
  },
  'listAllUsers by deletion': {
    indexes: ['users_deleted_at_id_index'],
    ask: () => boss.get('/admin/users?sort=-deletedAt&status=active'),
  },
  'listAllUsers with a search': {
    indexes: ['users_search_index'],
    ask: () => boss.get(`/admin/users?q=${someone.username}`),
    values: () => [...Array(3).fill(`%${someone.username}%`), 21],
  },
}

describe('uses its index and scans no table', () => {
  it.each(Object.entries(reads))('%s', async (_, { indexes, ask, values }) => {
    await ask()
    const statement = await lastStatement()
    const plan = await planOf(statement, values?.())
    for (const index of indexes) expect(plan, statement).toContain(index)
    expect(plan, statement).not.toContain('Seq Scan')
  })
})

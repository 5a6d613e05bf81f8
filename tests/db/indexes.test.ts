// Every read uses an index, and every list those that the contract names. The tables have some ten
// thousand rows; each read is requested through the API, and PostgreSQL explains the statement that it
// caused.
import { beforeAll, describe, expect, it } from 'vitest'
import { readContract } from '../../scripts/contract/bundle.ts'
import {
  type DocumentedOperation,
  eachOperation,
  follow,
  type Schema,
} from '../../scripts/contract/document.ts'
import type { Transaction } from '../../src/db/connection.ts'
import { excerptLength } from '../../src/features/posts/model.ts'
import { person, superuser } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { useService } from '../support/service.ts'

const service = useService({ env: { REDIS_CACHE_PORT: '1', DATABASE_POOL_MAX: '1' } })
const tables = ['users', 'posts', 'tasks', 'sessions']
let someone: Awaited<ReturnType<typeof person>>
let prolific: typeof someone
let boss: Client

beforeAll(async () => {
  someone = await person(service)
  prolific = await superuser(service)
  boss = service.api.as(prolific)
  // In parts, each within the time that a statement has.
  for (const first of [1, 5001, 10_001, 15_001]) {
    await service.db.raw(
      `
    insert into users (id, name, username, email, password_hash, created_at, updated_at, deleted_at)
      select gen_random_uuid(), 'Filler', 'f' || n, 'f' || n || '@example.com', 'none', now(), now(),
        case when n % 2 = 0 then now() end
      from generate_series(?::int, ?::int) n`,
      [first, first + 4999],
    )
  }
  for (const fill of Object.values(fillers)) await fill()
  for (const table of tables) await service.db.raw('vacuum analyze ??', [table])
})

/**
 * Fills the tables of lists that have an owner, by operation. Twenty rows an owner: of one, PostgreSQL may
 * as well sort them as read them in order.
 */
const fillers: Readonly<Record<string, () => Promise<unknown>>> = {
  async listPosts() {
    for (const first of [1, 6, 11, 16]) {
      await service.db.raw(
        `
    insert into posts (id, user_id, title, text, created_at, updated_at)
      select gen_random_uuid(), id, 'Filler', 'x', now(), now()
      from (select id from users where name = 'Filler' limit 1000) owners,
        generate_series(?::int, ?::int)`,
        [first, first + 4],
      )
    }
    await service.db.raw(
      `
    insert into posts (id, user_id, title, text, created_at, updated_at)
      select gen_random_uuid(), ?::uuid, 'Filler ' || n, 'x', now(), now()
      from generate_series(1, 5000) n
      union all
      select gen_random_uuid(), ?::uuid, 'Own ' || n, 'x', now(), now() from generate_series(1, 2) n`,
      [prolific.id, someone.id],
    )
  },
  listTasks: () =>
    service.db.raw(
      `
    insert into tasks (id, user_id, type, input, status, progress, created_at, updated_at)
      select gen_random_uuid(), id, 'greet', '{}'::jsonb, 'succeeded', 100, now(), now()
      from (select id from users where name = 'Filler' limit 1000) owners, generate_series(1, 20)
      union all
      select gen_random_uuid(), ?::uuid, 'greet', '{"name": "Ada"}'::jsonb, 'queued', 0, now(), now()
      from generate_series(1, 2)`,
      [someone.id],
    ),
  listSessions: () =>
    service.db.raw(`
    insert into sessions (id, user_id, generation, created_at, refreshed_at, expires_at)
      select gen_random_uuid(), id, 0, now(), now(), now() from users`),
}

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
  /** The operation. */
  readonly of: string
  readonly when?: string
  readonly indexes: readonly string[]
  readonly ask: () => Promise<unknown>
  /** Given if the plan depends on them. */
  readonly values?: () => readonly unknown[]
}

const reads: readonly Read[] = [
  {
    of: 'the principal of a token',
    indexes: ['users_active_id_index', 'sessions_user_id_id_index'],
    // The service rejects this after it has loaded the principal, and runs no other statement.
    ask: () => service.api.as(someone).get('/users/me?unknown=1'),
  },
  {
    of: 'getCurrentUser',
    indexes: ['users_active_id_index'],
    ask: () => service.api.as(someone).get('/users/me'),
  },
  {
    of: 'getUser',
    indexes: ['users_username_key'],
    ask: () => service.api.get(`/users/${someone.username}`),
  },
  {
    of: 'login',
    when: 'by username',
    indexes: ['users_username_key'],
    ask: () => service.api.post('/login', { username: someone.username, password: 'Wrong-one-1' }),
  },
  {
    of: 'login',
    when: 'by email',
    indexes: ['users_email_key'],
    ask: () => service.api.post('/login', { username: someone.email, password: 'Wrong-one-1' }),
  },
  {
    of: 'getPost',
    indexes: ['users_username_key', 'posts_pkey'],
    async ask() {
      const posts = `/users/${someone.username}/posts`
      const { body } = await service.api.as(someone).post(posts, { title: 'One', text: 'x' })
      await service.api.get(`${posts}/${body.id}`)
    },
  },
  {
    of: 'getTask',
    indexes: ['tasks_user_id_id_index'],
    async ask() {
      const sent = { type: 'greet', input: { name: 'Ada' } }
      const { body } = await service.api.as(someone).post('/tasks', sent)
      await service.api.as(someone).get(`/tasks/${body.id}`)
    },
  },
  {
    of: 'listTasks',
    when: 'filtered by several states',
    indexes: ['tasks_user_id_status_id_index'],
    ask: () => service.api.as(someone).get('/tasks?status=failed&status=cancelled'),
  },
  {
    of: 'listSessions',
    indexes: ['sessions_user_id_id_index'],
    ask: () => service.api.as(someone).get('/users/me/sessions'),
  },
  {
    of: 'listAllUsers',
    when: 'with a search',
    indexes: ['users_search_index'],
    ask: () => boss.get(`/admin/users?q=${someone.username}`),
    values: () => [...Array(3).fill(`%${someone.username}%`), 21],
  },
  {
    of: 'listUsers',
    when: 'with a search',
    indexes: ['users_search_index'],
    ask: () => service.api.as(someone).get(`/users?q=${someone.username}`),
    values: () => [...Array(2).fill(`%${someone.username}%`), 21],
  },
  // With few posts, PostgreSQL reads all of them instead.
  {
    of: 'listPosts',
    when: 'with a search in many posts',
    indexes: ['posts_title_search_index'],
    ask: () => service.api.get(`/users/${prolific.username}/posts?q=4321`),
    values: () => [excerptLength, prolific.id, '%4321%', 21],
  },
]

describe('uses its index and scans no table', () => {
  it.each(reads.map((it) => [[it.of, it.when].join(' ').trim(), it] as const))(
    '%s',
    async (_, { indexes, ask, values }) => {
      await ask()
      const statement = await lastStatement()
      const plan = await planOf(statement, values?.())
      for (const index of indexes) expect(plan, statement).toContain(index)
      expect(plan, statement).not.toContain('Seq Scan')
    },
  )
})

const contract = await readContract('openapi/openapi.yaml')
const lists = [...eachOperation(contract)].filter(({ operation }) => operation['x-indexes'])

/** Who asks for each list, and where. */
const places: Readonly<Record<string, () => readonly [Client, string]>> = {
  listUsers: () => [service.api.as(someone), '/users'],
  listPosts: () => [service.api, `/users/${someone.username}/posts`],
  listTasks: () => [service.api.as(someone), '/tasks'],
  listAllUsers: () => [boss, '/admin/users'],
}

/** Returns the queries that a key of `x-indexes` stands for, with each value of its filters. */
function queriesOf({ parameters }: DocumentedOperation, key: string): string[] {
  let queries = ['limit=1']
  for (const part of key === 'default' ? [] : key.split('&')) {
    const [name, field] = part.split('=')
    const parameter = parameters.find((it) => it.name === name)
    const schema = follow<Schema>(contract, parameter?.schema ?? {})
    const { enum: values = [parameter?.example], type } = follow<Schema>(
      contract,
      schema.items ?? schema,
    )
    const all = type === 'boolean' ? [true, false] : values
    const meant = all.filter((it) => field === undefined || `${it}`.replace(/^-/, '') === field)
    queries = queries.flatMap((it) => meant.map((value) => `${it}&${name}=${value}`))
  }
  return queries
}

describe.each(lists)('$operation.operationId', (found) => {
  const { operationId, 'x-indexes': indexes = {} } = found.operation
  const entries = Object.entries(indexes).map(([key, names]) => [key, [names].flat()] as const)

  it.each(entries)('has the indexes for %s', async (key, names) => {
    const found = await service
      .db('pg_indexes')
      .whereIn('indexname', names)
      .select('indexname', 'indexdef')
    expect(found.map(({ indexname }) => indexname).sort()).toEqual([...names].sort())
    if (key === 'q') for (const { indexdef } of found) expect(indexdef).toContain('gin_trgm_ops')
  })

  it.each(entries.filter(([key]) => key !== 'q'))(
    'reads pages by them for %s',
    async (key, names) => {
      const place = places[operationId]
      if (place === undefined)
        throw new Error(`tests/db/indexes.test.ts needs the path of ${operationId}`)
      const [client, path] = place()
      const queries = queriesOf(found, key)
      expect(queries).not.toEqual([])
      for (const query of queries) {
        const { body } = await client.get(`${path}?${query}`)
        await expectIndexes(names, key)
        if (body.nextCursor === null) continue
        await client.get(`${path}?${query}&cursor=${body.nextCursor}`)
        await expectIndexes(names, key)
      }
    },
  )
})

/** Expects that the last statement read one of these indexes, in its order. */
async function expectIndexes(names: readonly string[], key: string) {
  const statement = await lastStatement()
  const plan = await planOf(statement)
  expect(
    names.filter((it) => plan.includes(it)),
    `${statement}\n${plan}`,
  ).not.toEqual([])
  expect(plan, statement).not.toContain('Seq Scan')
  if (key.includes('sort=')) expect(plan, statement).not.toContain('Sort')
}

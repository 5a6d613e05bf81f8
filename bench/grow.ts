// Grows the data with SQL: one author's posts, tasks and sessions, and the users. Ids are UUIDv7 of the
// past, one second apart, so that they sort as if the rows had been created one after the other.

import type { Database } from '../src/db/connection.ts'
import type { Operation } from '../src/engine/operation.ts'
import { createPages } from '../src/engine/urls.ts'
import { deriveKey, signingKey } from '../src/security/tokens.ts'
import { secretKey } from './contestants.ts'

/** The number of posts for each user, task and session. */
const postsForEach = 10

/** Grows the author's posts from `from` to `to`, counting only those that this function added. */
export async function grow(db: Database, username: string, from: number, to: number) {
  const { id: author } = await db('users').where({ username }).first('id')
  const few = [Math.ceil(from / postsForEach), Math.ceil(to / postsForEach)] as const
  await db.raw(
    `insert into posts (id, user_id, title, text, created_at, updated_at)
     select uuidv7(make_interval(secs => -i)), ?, 'Post ' || i, repeat('text ', 20), now(), now()
     from generate_series(?::int + 1, ?::int) i`,
    [author, from, to],
  )
  await db.raw(
    `insert into tasks (id, user_id, type, input, status, progress, created_at, updated_at)
     select uuidv7(make_interval(secs => -i)), ?, 'greet', '{"name":"Ada"}', 'queued', 0, now(), now()
     from generate_series(?::int + 1, ?::int) i`,
    [author, ...few],
  )
  await db.raw(
    `insert into users (id, name, username, email, password_hash, created_at, updated_at, deleted_at)
     select uuidv7(make_interval(secs => -i)), 'Grown ' || i, 'grown' || i,
       'grown' || i || '@example.com', 'no password', now(), now(),
       case when i % 10 = 0 then now() end
     from generate_series(?::int + 1, ?::int) i`,
    [...few],
  )
  await db.raw(
    `insert into sessions (id, user_id, generation, created_at, refreshed_at, expires_at)
     select uuidv7(make_interval(secs => -i)), ?, 0, now(), now(), now() + interval '1 day'
     from generate_series(?::int + 1, ?::int) i`,
    [author, ...few],
  )
  await db.raw('vacuum analyze')
}

const key = deriveKey(signingKey('HS256', secretKey), 'cursors')
const pages = createPages([key], { operations: {}, basePath: '' })

/** A list: its operation and the parameters of a request. */
interface List {
  readonly operation: Operation
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, number>>
}

/** Returns the cursor of the page that starts after `count` rows, newest first. */
export async function cursorAfter(
  db: Database,
  { operation, params = {}, query = {} }: List,
  rows: 'posts' | 'tasks' | 'sessions' | 'users',
  count: number,
  userId?: string,
): Promise<string> {
  const found = db(rows)
    .orderBy('id', 'desc')
    .offset(count - 1)
  if (userId !== undefined) found.where({ user_id: userId })
  const { id } = await found.first('id')
  const request = { pathValues: params, queryValues: query }
  const page = { status: 200, body: { nextCursor: String(id) } }
  const { body } = pages.close(operation, request, page) as typeof page
  return body.nextCursor
}

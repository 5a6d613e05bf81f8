// Grows the data with SQL: what one author has, and the users. Ids are UUIDv7 of the
// past, one second apart, so that they sort as if the rows had been created one after the other.

import type { Database } from '../src/db/connection.ts'
import type { Operation } from '../src/engine/operation.ts'
import { createPages } from '../src/engine/urls.ts'
import { deriveKey, signingKey } from '../src/security/tokens.ts'
import { secretKey } from './contestants.ts'

/** The number of posts for each row of another table. */
const postsForEach = 10

/** By table, the statement that adds the rows from one number to another, of an author if it has an owner. */
const inserts: Readonly<Record<string, string>> = {
  posts: `insert into posts (id, user_id, title, text, created_at, updated_at)
     select uuidv7(make_interval(secs => -i)), :author, 'Post ' || i, repeat('text ', 20), now(), now()
     from generate_series(cast(:from as int) + 1, cast(:to as int)) i`,
  tasks: `insert into tasks (id, user_id, type, input, status, progress, created_at, updated_at)
     select uuidv7(make_interval(secs => -i)), :author, 'greet', '{"name":"Ada"}', 'queued', 0, now(), now()
     from generate_series(cast(:from as int) + 1, cast(:to as int)) i`,
  users: `insert into users (id, name, username, email, password_hash, created_at, updated_at, deleted_at)
     select uuidv7(make_interval(secs => -i)), 'Grown ' || i, 'grown' || i,
       'grown' || i || '@example.com', 'no password', now(), now(),
       case when i % 10 = 0 then now() end
     from generate_series(cast(:from as int) + 1, cast(:to as int)) i`,
  sessions: `insert into sessions (id, user_id, generation, created_at, refreshed_at, expires_at)
     select uuidv7(make_interval(secs => -i)), :author, 0, now(), now(), now() + interval '1 day'
     from generate_series(cast(:from as int) + 1, cast(:to as int)) i`,
}

/** Grows the author's posts from `from` to `to`, counting only those that this function added. */
export async function grow(db: Database, username: string, from: number, to: number) {
  const { id: author } = await db('users').where({ username }).first('id')
  const few = { from: Math.ceil(from / postsForEach), to: Math.ceil(to / postsForEach) }
  for (const [table, insert] of Object.entries(inserts)) {
    await db.raw(insert, { author, ...(table === 'posts' ? { from, to } : few) })
  }
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
  rows: string,
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

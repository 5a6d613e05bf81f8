// PostgreSQL and Redis as most applications with a framework use them: queries of knex's builder, and
// cache keys that reads fill and writes delete.
import { Redis } from 'ioredis'
import knex from 'knex'
import { v7 as uuidv7 } from 'uuid'
import type { CacheStatus } from './answers.ts'
import {
  type NewPost,
  type PageRequest,
  type PostRow,
  type PostSummaryRow,
  pageStart,
  type UserRow,
} from './rows.ts'
import { settings } from './settings.ts'

const { databaseUrl, keyPrefix, poolMax, redisPort } = settings
const db = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: poolMax } })
const redis =
  redisPort === undefined
    ? undefined
    : new Redis(redisPort, '127.0.0.1', { keyPrefix, enableAutoPipelining: true })

const seconds = 3600

export async function findPost(username: string, id: string): Promise<PostRow | undefined> {
  return db<PostRow>('posts')
    .join('users', 'users.id', 'posts.user_id')
    .where({ 'users.username': username, 'posts.id': id })
    .whereNull('users.deleted_at')
    .whereNull('posts.deleted_at')
    .first('posts.*')
}

/** Returns one row more than the page holds; undefined if the author does not exist. */
export async function listPosts(
  username: string,
  { limit, cursor }: PageRequest,
): Promise<PostSummaryRow[] | undefined> {
  const author = await db('users').where({ username }).whereNull('deleted_at').first('id')
  if (author === undefined) return undefined
  return db('posts')
    .where({ user_id: author.id })
    .where('id', '<', pageStart(cursor))
    .whereNull('deleted_at')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .select('id', 'title', 'media_url', 'created_at', 'updated_at')
    .select(db.raw('left(text, 200) as excerpt'))
}

export async function createPost(userId: string, post: NewPost): Promise<PostRow> {
  const now = new Date()
  const { title, text, mediaUrl = null } = post
  const row = { id: uuidv7(), user_id: userId, title, text, media_url: mediaUrl }
  const [created] = await db('posts')
    .insert({ ...row, created_at: now, updated_at: now })
    .returning('*')
  return created
}

/** Returns the user of an active session. */
export async function findBySession(id: string, sessionId: string): Promise<UserRow | undefined> {
  return db('users')
    .join('sessions', (join) =>
      join
        .on('sessions.user_id', 'users.id')
        .andOn('sessions.generation', 'users.session_generation'),
    )
    .where({ 'users.id': id, 'sessions.id': sessionId })
    .whereNull('users.deleted_at')
    .first('users.*')
}

export interface Cached {
  readonly body: string
  readonly status: CacheStatus
}

/** Returns the cached text of a post, or else what `load` returns, which it caches. */
export async function cachedPost(
  username: string,
  id: string,
  load: () => Promise<string>,
): Promise<Cached> {
  if (redis === undefined) return { body: await load(), status: 'fwd=bypass' }
  const key = `post:${username}:${id}`
  const hit = await redis.get(key)
  if (hit !== null) return { body: hit, status: 'hit' }
  const body = await load()
  await redis.set(key, body, 'EX', seconds)
  return { body, status: 'fwd=uri-miss; stored' }
}

export interface Page {
  readonly body: string
  /** The `Link` header; empty on the last page. */
  readonly link: string
}

/** The same for a page of an author's posts. All pages of an author share one key. */
export async function cachedPage(
  username: string,
  { limit, cursor = '' }: PageRequest,
  load: () => Promise<Page>,
): Promise<Page & Cached> {
  if (redis === undefined) return { ...(await load()), status: 'fwd=bypass' }
  const [key, field] = [listKey(username), `${limit}:${cursor}`]
  const hit = await redis.hget(key, field)
  if (hit !== null) {
    const end = hit.indexOf('\n')
    return { link: hit.slice(0, end), body: hit.slice(end + 1), status: 'hit' }
  }
  const { body, link } = await load()
  await Promise.all([redis.hset(key, field, `${link}\n${body}`), redis.expire(key, seconds)])
  return { body, link, status: 'fwd=uri-miss; stored' }
}

/** Drops the cached lists of an author after a write. */
export async function dropLists(username: string): Promise<void> {
  await redis?.del(listKey(username))
}

const listKey = (username: string) => `posts:${username}`

// The baseline's statements: one round trip each, and named, so that PostgreSQL plans each once. As in
// the service, timestamps stay text, and PostgreSQL returns no value that the caller knows already.
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { rowTypes } from '../../../src/db/pool.ts'
import {
  type NewPost,
  type PageRequest,
  type PostRow,
  type PostSummaryRow,
  pageStart,
  type UserRow,
} from '../parts/rows.ts'
import { settings } from '../parts/settings.ts'

const { databaseUrl: connectionString, poolMax: max } = settings
/** As long as the service keeps idle connections. */
const idleTimeoutMillis = 300_000
const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis, types: rowTypes })

const postByKeys = `select posts.* from posts join users on users.id = posts.user_id
  where users.username = $1 and posts.id = $2
    and posts.deleted_at is null and users.deleted_at is null`

const postsByAuthor = `select posts.* from users left join lateral (
    select id, title, left(text, 200) as excerpt, media_url, created_at, updated_at from posts
    where user_id = users.id and deleted_at is null and id < $2
    order by id desc limit $3
  ) posts on true
  where users.username = $1 and users.deleted_at is null
  order by posts.id desc`

const insertPost = `insert into posts (id, user_id, title, text, media_url, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $6)`

const userById = `select * from users where id = $1 and deleted_at is null`

const userBySession = `select users.id, users.username from users join sessions on sessions.user_id = users.id
  where users.id = $1 and sessions.id = $2
    and users.session_generation = sessions.generation and users.deleted_at is null`

function rowsOf<Row extends pg.QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    pool.connect((failure, client, release) => {
      if (client === undefined) return reject(failure)
      const query = new pg.Query<Row>(text, values, (error, result) => {
        release()
        if (error) reject(error)
        else resolve(result.rows)
      })
      client.query(Object.assign(query, { name }))
    })
  })
}

export async function findPost(username: string, id: string): Promise<PostRow | undefined> {
  const [row] = await rowsOf<PostRow>('post_by_keys', postByKeys, [username, id])
  return row
}

/** Returns one row more than the page holds; undefined if the author does not exist. */
export async function listPosts(
  username: string,
  { limit, cursor }: PageRequest,
): Promise<PostSummaryRow[] | undefined> {
  const values = [username, pageStart(cursor), limit + 1]
  const rows = await rowsOf<PostSummaryRow>('posts_by_author', postsByAuthor, values)
  if (rows.length === 0) return undefined
  return rows[0]?.id === null ? [] : rows
}

export async function createPost(userId: string, post: NewPost): Promise<PostRow> {
  const { title, text, mediaUrl = null } = post
  const [id, now] = [uuidv7(), new Date().toISOString()]
  await rowsOf('insert_post', insertPost, [id, userId, title, text, mediaUrl, now])
  return { id, title, text, media_url: mediaUrl, created_at: now, updated_at: now }
}

export async function findUser(id: string): Promise<UserRow | undefined> {
  const [row] = await rowsOf<UserRow>('user_by_id', userById, [id])
  return row
}

type Caller = Pick<UserRow, 'id' | 'username'>

/** Returns the user of an active session. */
export async function findBySession(id: string, sessionId: string): Promise<Caller | undefined> {
  const [row] = await rowsOf<Caller>('user_by_session', userBySession, [id, sessionId])
  return row
}

// Posts in the database. All but `erase` see present posts only, and each of them asks whose post it
// is: an id alone opens nothing.
import { v7 as uuidv7 } from 'uuid'
import type { Schemas } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import {
  type Guard,
  guarded,
  type Page,
  type PageRequest,
  pageOf,
  pageStart,
} from '../../db/repository.ts'
import { statement } from '../../db/statements.ts'
import type { Clock } from '../../lib/clock.ts'
import { excerptLength, type Post, PostModel, type PostSummary } from './model.ts'

/**
 * Returns an author with the posts in one statement, so that both are from one moment. An author without
 * posts is one row of nulls.
 */
const selectPage = statement<PostSummary>(
  'posts_by_author',
  `select posts.* from users left join lateral (
    select id, title, left(text, ${excerptLength}) as excerpt, media_url as "mediaUrl",
      created_at as "createdAt", updated_at as "updatedAt"
    from posts
    where user_id = users.id and deleted_at is null and id < ?
    order by id desc limit ?
  ) posts on true
  where users.username = ? and users.deleted_at is null
  order by posts.id desc`,
)

const selectPost = statement<Post>(
  'post_by_keys',
  `select posts.id, posts.title, posts.text, posts.media_url as "mediaUrl",
    posts.created_at as "createdAt", posts.updated_at as "updatedAt"
  from posts join users on users.id = posts.user_id
  where posts.id = ? and users.username = ?
    and posts.deleted_at is null and users.deleted_at is null
  limit 1`,
)

/** An active user under the name that a request says: the name may pass to another user. */
export interface Author {
  readonly id: string
  readonly username: string
}

/**
 * Locks the author's row as a rename does: a write under a name commits before the name changes, or finds
 * it changed. Otherwise the lists under the new name could be cached without the post.
 */
const insertPost = statement(
  'insert_post',
  `insert into posts (id, user_id, title, text, media_url, created_at, updated_at)
  select ?::uuid, id, ?, ?, ?, ?::timestamptz, ?::timestamptz from users
  where id = ?::uuid and username = ? and deleted_at is null
  for key share`,
)

export type PostRepository = ReturnType<typeof postRepository>

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function postRepository(db: Connection, clock: Clock) {
  const active = (on: Connection) => PostModel.query(on).whereNull('posts.deleted_at')
  const oneOf = (author: Author, id: string) => (on: Connection) => {
    const key = { id: author.id, username: author.username }
    const named = PostModel.relatedQuery('author').where(key).whereNull('deleted_at').forKeyShare()
    return active(on).where({ id }).whereExists(named)
  }
  return {
    /** Writes a post. @returns undefined where there is no such author. */
    async create(
      author: Author,
      { title, text, mediaUrl = null }: Schemas['PostCreate'],
      on = db,
    ): Promise<Post | undefined> {
      const id = uuidv7()
      const now = clock().toISOString()
      const values = [id, title, text, mediaUrl, now, now, author.id, author.username]
      if ((await insertPost(on, ...values)).rowCount === 0) return undefined
      return { id, title, text, mediaUrl, createdAt: now, updatedAt: now }
    },

    /** A post of the present user who has this name. */
    async find(username: string, id: string): Promise<Post | undefined> {
      return (await selectPost(db, id, username)).rows[0]
    },

    /** The posts of the present user who has this name, undefined where there is none. */
    async page(username: string, request: PageRequest): Promise<Page<PostSummary> | undefined> {
      const { rows } = await selectPage(db, pageStart(request), request.limit + 1, username)
      if (rows.length === 0) return undefined
      return pageOf(rows[0]?.id === null ? [] : rows, request.limit)
    },

    /**
     * Changes a post of that user, unless the guard throws.
     * @returns the post as it is now, undefined where that user has none of this id.
     */
    async update(
      author: Author,
      id: string,
      changes: Schemas['PostUpdate'],
      guard?: Guard<PostModel>,
    ): Promise<PostModel | undefined> {
      const update = { ...changes, updatedAt: clock().toISOString() }
      const one = oneOf(author, id)
      return guarded(db, guard, one, (row) => row.patch(update).returning('*').first())
    },

    /** Deletes softly, unless the guard throws. @returns false where that user has no such post. */
    async delete(author: Author, id: string, guard?: Guard<PostModel>): Promise<boolean> {
      const deletedAt = clock().toISOString()
      return (await guarded(db, guard, oneOf(author, id), (row) => row.patch({ deletedAt }))) > 0
    },

    /** Removes the row, deleted or not, whoever wrote it. @returns false where there is none. */
    async erase(id: string): Promise<boolean> {
      return (await PostModel.query(db).deleteById(id)) > 0
    },

    /** Removes up to so many posts that were deleted before a time. @returns how many. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = PostModel.query(db).select('id').where('deleted_at', '<', before).limit(limit)
      return PostModel.query(db).whereIn('id', old).delete()
    },
  }
}

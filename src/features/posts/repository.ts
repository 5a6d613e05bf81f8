// Posts in the database. Every query but `hardDelete` finds active posts only, and requires their author:
// an id alone gives no access.
import { raw } from 'objection'
import { v7 as uuidv7 } from 'uuid'
import type { HandlerRequest, Schemas } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import {
  keysetPage,
  orderOf,
  type Page,
  type Precondition,
  pageOf,
  pageStart,
  whereContains,
  writeIf,
} from '../../db/repository.ts'
import { statement } from '../../db/statements.ts'
import type { Clock } from '../../lib/clock.ts'
import { excerptLength, type Post, PostModel, type PostSummary, PostSummaryModel } from './model.ts'

/** An active user by id, under the name that a request states: the name may pass to another user. */
interface Author {
  readonly id: string
  readonly username: string
}

/** Selects an author with their posts, from one moment. An author without posts is one row of nulls. */
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

const selectAuthor = statement<{ id: string }>(
  'author_by_username',
  'select id from users where username = ? and deleted_at is null',
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

const orders = {
  createdAt: { column: 'id' },
  title: { column: 'title', collation: 'und-x-icu' },
} as const

export type PostRepository = ReturnType<typeof postRepository>

/** @param db the pool, or a transaction in which all queries run. */
export function postRepository(db: Connection, clock: Clock) {
  const byKey = ({ id: userId, username }: Author, id: string) => {
    return (on: Connection) => {
      const author = PostModel.relatedQuery('author')
        .where({ id: userId, username })
        .whereNull('deleted_at')
        .forKeyShare()
      return PostModel.query(on).whereNull('posts.deleted_at').where({ id }).whereExists(author)
    }
  }
  /** Selects active posts as lists show them. */
  const summaries = () => {
    const excerpt = raw('left(text, ?)', excerptLength).as('excerpt')
    const columns = ['id', 'title', 'media_url', 'created_at', 'updated_at']
    return PostSummaryModel.query(db)
      .select(...columns, excerpt)
      .whereNull('deleted_at')
  }
  return {
    /** Creates a post. Returns undefined if there is no such author. */
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

    /** Finds a post of the active user with this name. */
    async find(username: string, id: string): Promise<Post | undefined> {
      return (await selectPost(db, id, username)).rows[0]
    },

    /** Returns a page of a user's posts; undefined if no active user has this name. */
    async page(
      username: string,
      { sort, q, ...request }: HandlerRequest<'listPosts'>['query'],
    ): Promise<Page<PostSummary> | undefined> {
      if (sort !== undefined || q !== undefined) {
        const author = (await selectAuthor(db, username)).rows[0]
        if (author === undefined) return undefined
        const posts = summaries().where({ user_id: author.id })
        if (q !== undefined) whereContains(posts, ['title'], q)
        return keysetPage(posts, request, orderOf(sort, orders))
      }
      const { rows } = await selectPage(db, pageStart(request), request.limit + 1, username)
      if (rows.length === 0) return undefined
      return pageOf(rows[0]?.id === null ? [] : rows, request.limit)
    },

    /**
     * Updates a post of an author and returns the new row; undefined if the author has no such post.
     * @throws what the precondition throws.
     */
    async update(
      author: Author,
      id: string,
      changes: Schemas['PostUpdate'],
      precondition?: Precondition<Post>,
    ): Promise<Post | undefined> {
      const patch = { ...changes, updatedAt: clock().toISOString() }
      const post = byKey(author, id)
      return writeIf(db, precondition, post, (row) => row.patch(patch).returning('*').first())
    },

    /**
     * Deletes a post softly. Returns false if the author has no such post.
     * @throws what the precondition throws.
     */
    async delete(author: Author, id: string, precondition?: Precondition<Post>): Promise<boolean> {
      const patch = { deletedAt: clock().toISOString() }
      return (await writeIf(db, precondition, byKey(author, id), (row) => row.patch(patch))) > 0
    },

    /** Removes a post of any author, deleted or not. Returns false if there is none. */
    async hardDelete(id: string): Promise<boolean> {
      return (await PostModel.query(db).deleteById(id)) > 0
    },

    /** Hard deletes up to `limit` posts that were deleted before a time, and returns their number. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = PostModel.query(db).select('id').where('deleted_at', '<', before).limit(limit)
      return PostModel.query(db).whereIn('id', old).delete()
    },
  }
}

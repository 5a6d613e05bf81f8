// Posts in the database. All but `erase` see present posts only, and each of them asks whose post it
// is: an id alone opens nothing.
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../../clock.ts'
import type { Schemas } from '../../contract/handler.ts'
import { refusal } from '../../errors.ts'
import type { Connection } from '../../platform/database.ts'
import { prepared, preparedRow, preparedRows } from '../../platform/prepared.ts'
import {
  type Guard,
  guarded,
  type Page,
  type PageRequest,
  pageOf,
  pageStart,
  refusing,
} from '../../platform/repository.ts'
import { excerptLength, PostModel, PostSummaryModel } from './model.ts'

export const noSuchUser = () => refusal('not_found', 'There is no such user.')
const withoutAuthor = { posts_user_id_foreign: noSuchUser }

/**
 * The author and the posts in one statement: in two, somebody who is leaving would be seen without
 * them. An author who has none is one row of nothing.
 */
const byAuthor = preparedRows(
  'posts_by_author',
  PostSummaryModel,
  `select posts.* from users left join lateral (
    select id, title, left(text, ${excerptLength}) as excerpt, media_url, created_at, updated_at
    from posts
    where user_id = users.id and deleted_at is null and id < ?
    order by id desc limit ?
  ) posts on true
  where users.username = ? and users.deleted_at is null
  order by posts.id desc`,
)

const byKeys = preparedRow(
  'post_by_keys',
  PostModel,
  `select posts.* from posts join users on users.id = posts.user_id
  where posts.id = ? and users.username = ?
    and posts.deleted_at is null and users.deleted_at is null
  limit 1`,
)

const insert = prepared(
  'insert_post',
  `insert into posts (id, user_id, title, text, media_url, created_at, updated_at, deleted_at)
  values (?, ?, ?, ?, ?, ?, ?, ?)`,
)

export type PostRepository = ReturnType<typeof postRepository>

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function postRepository(db: Connection, clock: Clock) {
  const present = (on = db) => PostModel.query(on).whereNull('posts.deleted_at')
  return {
    /** @throws Refusal not_found when the author was erased meanwhile. */
    async create(userId: string, post: Schemas['PostCreate'], on = db): Promise<PostModel> {
      const now = clock().toISOString()
      const times = { createdAt: now, updatedAt: now, deletedAt: null }
      const row = { id: uuidv7(), userId, mediaUrl: null, ...times, ...post }
      const { id, title, text, mediaUrl } = row
      await refusing(withoutAuthor, () =>
        insert(on, [id, userId, title, text, mediaUrl, now, now, null]),
      )
      return Object.assign(new PostModel(), row)
    },

    /** A post of the present user who has this name. */
    async find(username: string, id: string): Promise<PostModel | undefined> {
      return byKeys(db, id, username)
    },

    /** The posts of the present user who has this name, undefined where there is none. */
    async page(
      username: string,
      request: PageRequest,
    ): Promise<Page<PostSummaryModel> | undefined> {
      const rows = await byAuthor(db, pageStart(request), request.limit + 1, username)
      if (rows.length === 0) return undefined
      return pageOf(rows[0]?.id === null ? [] : rows, request.limit)
    },

    /**
     * Changes a post of that user, unless the guard throws.
     * @returns the post as it is now, undefined where that user has none of this id.
     */
    async update(
      userId: string,
      id: string,
      changes: Schemas['PostUpdate'],
      guard?: Guard<PostModel>,
    ): Promise<PostModel | undefined> {
      const update = { ...changes, updatedAt: clock().toISOString() }
      const one = (on: Connection) => present(on).where({ id, user_id: userId })
      return guarded(db, guard, one, (row) => row.patch(update).returning('*').first())
    },

    /** Deletes softly, unless the guard throws. @returns false where that user has no such post. */
    async delete(userId: string, id: string, guard?: Guard<PostModel>): Promise<boolean> {
      const deletedAt = clock().toISOString()
      const one = (on: Connection) => present(on).where({ id, user_id: userId })
      return (await guarded(db, guard, one, (row) => row.patch({ deletedAt }))) > 0
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

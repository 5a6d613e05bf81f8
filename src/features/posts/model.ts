// Rows of `posts`, with the user who wrote each.
import { Model, type ModelObject, type RelationMappings, snakeCaseMappers } from 'objection'
import type { Timestamp } from '../../lib/clock.ts'
import { UserModel } from '../accounts/model.ts'

/** How many characters of its text a post shows in a list. */
export const excerptLength = 200

export class PostModel extends Model {
  static override tableName = 'posts'
  static override columnNameMappers = snakeCaseMappers()
  static override relationMappings = (): RelationMappings => ({
    author: {
      relation: Model.BelongsToOneRelation,
      modelClass: UserModel,
      join: { from: 'posts.user_id', to: 'users.id' },
    },
  })

  declare id: string
  declare userId: string
  declare title: string
  declare text: string
  declare mediaUrl: string | null
  declare createdAt: Timestamp
  declare updatedAt: Timestamp
  declare deletedAt: Timestamp | null
}

/** The columns of a post that clients see. */
export type Post = Pick<
  ModelObject<PostModel>,
  'id' | 'title' | 'text' | 'mediaUrl' | 'createdAt' | 'updatedAt'
>

/** A post in a list, with an excerpt of its text, which may be long. */
export interface PostSummary extends Omit<Post, 'text'> {
  readonly excerpt: string
}

/** Rows of `posts` that are read as summaries. */
export class PostSummaryModel extends PostModel {
  declare excerpt: string
}

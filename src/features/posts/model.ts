// A row of `posts`, and the user who wrote it.

import { Model, type RelationMappings, snakeCaseMappers } from 'objection'
import type { Timestamp } from '../../clock.ts'
import { UserModel } from '../users/model.ts'

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

// A row of `users`.

import { Model, snakeCaseMappers } from 'objection'
import type { Timestamp } from '../../lib/clock.ts'

export class UserModel extends Model {
  static override tableName = 'users'
  static override columnNameMappers = snakeCaseMappers()

  declare id: string
  declare name: string
  declare username: string
  declare email: string
  declare passwordHash: string
  declare profileImageUrl: string | null
  declare isSuperuser: boolean
  declare sessionGeneration: number
  declare createdAt: Timestamp
  declare updatedAt: Timestamp
  declare deletedAt: Timestamp | null
}

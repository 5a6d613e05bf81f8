// Rows of `users`, `sessions` and `refresh_tokens`.
import { Model, type ModelObject, snakeCaseMappers } from 'objection'
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
  /** Increases with each change of the password, which ends all sessions of older generations. */
  declare sessionGeneration: number
  declare createdAt: Timestamp
  declare updatedAt: Timestamp
  declare deletedAt: Timestamp | null
}

/** A row of `users` without the methods of Objection. */
export type User = ModelObject<UserModel>

export class SessionModel extends Model {
  static override tableName = 'sessions'
  static override columnNameMappers = snakeCaseMappers()

  declare id: string
  declare userId: string
  declare generation: number
  declare userAgent: string | null
  declare createdAt: Timestamp
  declare refreshedAt: Timestamp
  declare expiresAt: Timestamp
}

export class RefreshTokenModel extends Model {
  static override tableName = 'refresh_tokens'
  static override idColumn = 'hash'
  static override columnNameMappers = snakeCaseMappers()

  declare hash: Buffer
  declare sessionId: string
  declare usedAt: Timestamp | null
}

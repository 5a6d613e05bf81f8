// Rows of `sessions` and `refresh_tokens`.
import { Model, snakeCaseMappers } from 'objection'

export class SessionModel extends Model {
  static override tableName = 'sessions'
  static override columnNameMappers = snakeCaseMappers()

  declare id: string
  declare userId: string
  declare generation: number
  declare userAgent: string | null
  declare createdAt: Date
  declare refreshedAt: Date
  declare expiresAt: Date
}

export class RefreshTokenModel extends Model {
  static override tableName = 'refresh_tokens'
  static override idColumn = 'hash'
  static override columnNameMappers = snakeCaseMappers()

  declare hash: Buffer
  declare sessionId: string
  declare usedAt: Date | null
  declare isRepeated: boolean
}

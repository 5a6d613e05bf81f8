// Sessions in the database, which alone decides who is logged in. A session is active until it expires,
// its user is deleted or the user's password changes.
import { v7 as uuidv7 } from 'uuid'
import { apiError } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import { translateConstraints } from '../../db/errors.ts'
import { keysetPage, type Page, type PageRequest } from '../../db/repository.ts'
import type { Clock } from '../../lib/clock.ts'
import { SessionModel, type User } from './model.ts'

export interface SessionOptions {
  readonly clock: Clock
  /** How many seconds a session lasts after its last refresh. */
  readonly lifetime: number
}

export type SessionRepository = ReturnType<typeof sessionRepository>

const maxUserAgentLength = 200
const constraintErrors = {
  sessions_user_id_foreign: () =>
    apiError('unauthenticated', 'This account has been deleted.', { code: 'invalid_credentials' }),
}

/** @param db the pool, or a transaction in which all queries run. */
export function sessionRepository(db: Connection, { clock, lifetime }: SessionOptions) {
  const expiry = () => new Date(clock().getTime() + lifetime * 1000).toISOString()
  const active = () =>
    SessionModel.query(db)
      .where('expires_at', '>', clock())
      .whereExists((user) =>
        user
          .select('id')
          .from('users')
          .whereColumn('users.id', 'sessions.user_id')
          .whereColumn('users.session_generation', 'sessions.generation')
          .whereNull('users.deleted_at'),
      )

  return {
    /**
     * Starts a session and removes expired sessions of the user. The session stays inactive if the
     * password has changed since `user` was loaded.
     * @throws ApiError unauthenticated if the user has been hard deleted meanwhile.
     */
    async start(
      user: Pick<User, 'id' | 'sessionGeneration'>,
      userAgent: string | undefined,
    ): Promise<SessionModel> {
      const now = clock().toISOString()
      const row = {
        id: uuidv7(),
        userId: user.id,
        generation: user.sessionGeneration,
        userAgent: userAgent?.slice(0, maxUserAgentLength) ?? null,
        createdAt: now,
        refreshedAt: now,
        expiresAt: expiry(),
      }
      const session = await translateConstraints(constraintErrors, () =>
        SessionModel.query(db).insert(row).returning('*'),
      )
      // After the insert, so that locks are taken in the order of a hard delete: user, then sessions.
      await SessionModel.query(db)
        .where({ user_id: user.id })
        .where('expires_at', '<=', now)
        .delete()
      return session
    },

    async find(id: string): Promise<SessionModel | undefined> {
      return active().findOne({ id })
    },

    /** Finds an active session and locks it until the transaction ends. */
    async lock(id: string): Promise<SessionModel | undefined> {
      return active().findOne({ id }).forUpdate()
    },

    /** Lets a session last its full lifetime from now on. */
    async prolong(id: string): Promise<void> {
      await SessionModel.query(db)
        .where({ id })
        .patch({ refreshedAt: clock().toISOString(), expiresAt: expiry() })
    },

    page(userId: string, request: PageRequest): Promise<Page<SessionModel>> {
      return keysetPage(active().where({ user_id: userId }), request)
    },

    /** Ends a user's session. Returns false if there is no such active session. */
    async end(userId: string, id: string): Promise<boolean> {
      return (await active().where({ id, user_id: userId }).delete()) > 0
    },

    /** Removes up to `limit` sessions that expired before a time, and returns their number. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = SessionModel.query(db).select('id').where('expires_at', '<', before).limit(limit)
      return SessionModel.query(db).whereIn('id', old).delete()
    },
  }
}

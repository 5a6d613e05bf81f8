// Sessions in the database, the only truth about who is logged in. One counts while it is not expired,
// its user is present and its generation is its user's.
import { v7 as uuidv7 } from 'uuid'
import { apiError } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import { keysetPage, type Page, type PageRequest, refusing } from '../../db/repository.ts'
import type { Clock } from '../../lib/clock.ts'
import { SessionModel } from './session-model.ts'

/** Whose session begins, as they were when their password was compared. */
export interface Subject {
  readonly id: string
  readonly sessionGeneration: number
}

interface Options {
  readonly clock: Clock
  /** For how many seconds a session lasts that is not refreshed. */
  readonly lifetime: number
}

export type SessionRepository = ReturnType<typeof sessionRepository>

const maxUserAgent = 200
const withoutUser = {
  sessions_user_id_foreign: () =>
    apiError('unauthenticated', 'This account is gone.', { code: 'invalid_credentials' }),
}

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function sessionRepository(db: Connection, { clock, lifetime }: Options) {
  const expiry = () => new Date(clock().getTime() + lifetime * 1000).toISOString()
  const live = () =>
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
     * Begins one, which counts only while the user's generation is that one, and forgets those of the
     * user that are over.
     * @throws ApiError unauthenticated when the user was erased meanwhile.
     */
    async begin(user: Subject, userAgent: string | undefined): Promise<SessionModel> {
      const now = clock().toISOString()
      const session = {
        id: uuidv7(),
        userId: user.id,
        generation: user.sessionGeneration,
        userAgent: userAgent?.slice(0, maxUserAgent) ?? null,
      }
      const times = { createdAt: now, refreshedAt: now, expiresAt: expiry() }
      const begun = await refusing(withoutUser, () =>
        SessionModel.query(db)
          .insert({ ...session, ...times })
          .returning('*'),
      )
      // Afterwards: who erases the user locks the user's row first as well, then the sessions.
      const over = SessionModel.query(db).where({ user_id: user.id }).where('expires_at', '<=', now)
      await over.delete()
      return begun
    },

    /** Finds a session that still counts. */
    async find(id: string): Promise<SessionModel | undefined> {
      return live().findOne({ id })
    },

    /** A session that still counts, kept by this transaction until it is over. */
    async lock(id: string): Promise<SessionModel | undefined> {
      return live().findOne({ id }).forUpdate()
    },

    /** Lets it last as long again from now on. */
    async prolong(id: string): Promise<void> {
      await SessionModel.query(db)
        .where({ id })
        .patch({ refreshedAt: clock().toISOString(), expiresAt: expiry() })
    },

    page(userId: string, request: PageRequest): Promise<Page<SessionModel>> {
      return keysetPage(live().where({ user_id: userId }), request)
    },

    /** Ends a session of a user's. @returns false where there is none. */
    async end(userId: string, id: string): Promise<boolean> {
      return (await live().where({ id, user_id: userId }).delete()) > 0
    },

    /** Removes up to so many sessions that expired before a time. @returns how many. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = SessionModel.query(db).select('id').where('expires_at', '<', before).limit(limit)
      return SessionModel.query(db).whereIn('id', old).delete()
    },
  }
}

// Sessions in the database, the only truth about who is logged in. One counts while it is not expired,
// its user is present and its generation is its user's.
// Refresh tokens: good once, stored as hashes only. They follow RFC 9700, section 4.14.2: each refresh
// answers the next token, and a token that comes back after its use ends the session, since either it
// or its successor is in wrong hands. For a short time after its use a token may be repeated, because
// requests of one client cross; a repeat is answered with the token that the session has come to.
// The successor of a refresh token is derived from it (HMAC-SHA256) and not drawn: every process
// computes the same one, so a repeated refresh is answered alike and stores nothing.

import { createHash, createHmac, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { apiError } from '../../contract.ts'
import type { Connection, Database } from '../../db/connection.ts'
import { refusing } from '../../db/errors.ts'
import { keysetPage, type Page, type PageRequest } from '../../db/repository.ts'
import type { Clock } from '../../lib/clock.ts'
import { deriveKey, signingKey } from '../../security/keys.ts'
import { RefreshTokenModel, SessionModel } from './model.ts'

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

interface TokenOptions {
  readonly clock: Clock
  /** For how many seconds a session lasts that is not refreshed. */
  readonly lifetime: number
  readonly successors: Successors
}

export interface Granted {
  readonly session: Pick<SessionModel, 'id' | 'userId'>
  readonly refreshToken: string
}

/** What a token comes to: the next one, nothing, or the end of a session that two parties share. */
export type Refreshed = Granted | 'unknown' | { readonly stolenFrom: SessionModel }

export type RefreshTokens = ReturnType<typeof refreshTokens>

/** For how many milliseconds after its first use a token may be repeated. */
const graceMs = 10_000

/** 256 random bits: nobody guesses one, so a fast hash is enough to keep them by. */
const generate = () => randomBytes(32).toString('base64url')
const hashOf = (token: string) => createHash('sha256').update(token).digest()

/** How far the tokens of a session lead from one of them. */
interface Last {
  readonly token: string
  readonly isUsed: boolean
}

export function refreshTokens(db: Database, options: TokenOptions) {
  const { clock, lifetime, successors } = options
  const tokens = (on: Connection) => RefreshTokenModel.query(on)

  async function store(on: Connection, sessionId: string, token: string): Promise<void> {
    await tokens(on)
      .insert({ hash: hashOf(token), sessionId })
      .onConflict('hash')
      .ignore()
  }

  /** Marks all of the session's, so that a second line of tokens is found out when it goes on. */
  async function use(on: Connection, sessionId: string) {
    const patch = { usedAt: clock().toISOString() }
    await tokens(on).where({ session_id: sessionId }).whereNull('used_at').patch(patch)
  }

  const isRepeatable = (usedAt: string) => clock().getTime() - Date.parse(usedAt) <= graceMs

  /**
   * Follows the successors that are stored. They are of one session and were used after `usedAt`,
   * give or take what the clocks of processes differ by.
   */
  async function follow(on: Connection, token: string, { sessionId, usedAt }: RefreshTokenModel) {
    let last: Last = { token, isUsed: usedAt !== null }
    if (usedAt === null) return last
    const since = new Date(Date.parse(usedAt) - graceMs)
    const rows = await tokens(on)
      .where({ session_id: sessionId })
      .where((row) => row.whereNull('used_at').orWhere('used_at', '>', since))
    const usedAtOf = new Map(rows.map((it) => [it.hash.toString('hex'), it.usedAt]))
    while (last.isUsed) {
      const hashed = successors.candidates(last.token).map((it) => [it, hashOf(it)] as const)
      const next = hashed.find(([, hash]) => usedAtOf.has(hash.toString('hex')))
      if (next === undefined) break
      last = { token: next[0], isUsed: usedAtOf.get(next[1].toString('hex')) !== null }
    }
    return last
  }

  async function forgetOld(on: Connection, sessionId: string) {
    const past = new Date(clock().getTime() - lifetime * 1000)
    await tokens(on).where({ session_id: sessionId }).where('used_at', '<', past).delete()
  }

  /** Takes an unused token, or a used one whose successor is not known here: by an unknown key. */
  async function advance(on: Connection, session: SessionModel, { token, isUsed }: Last) {
    if (!isUsed) {
      await use(on, session.id)
      await forgetOld(on, session.id)
      await sessionRepository(on, options).prolong(session.id)
    }
    const refreshToken = successors.of(token)
    await store(on, session.id, refreshToken)
    return { session, refreshToken }
  }

  return {
    /**
     * Begins a session and grants its first token.
     * @throws ApiError unauthenticated when the user was erased meanwhile.
     */
    begin(user: Subject, userAgent: string | undefined): Promise<Granted> {
      return db.transaction(async (trx) => {
        const session = await sessionRepository(trx, options).begin(user, userAgent)
        const refreshToken = generate()
        await store(trx, session.id, refreshToken)
        return { session, refreshToken }
      })
    },

    /**
     * Takes a token and grants the next. Repeats read only; what writes, does so for one caller at a
     * time in each session.
     */
    async refresh(token: string): Promise<Refreshed> {
      const hash = hashOf(token)
      const named = await tokens(db).findOne({ hash })
      if (named === undefined) return 'unknown'
      if (named.usedAt !== null) {
        const sessions = sessionRepository(db, options)
        const session = await sessions.find(named.sessionId)
        if (session === undefined) return 'unknown'
        if (!isRepeatable(named.usedAt)) {
          await sessions.end(session.userId, session.id)
          return { stolenFrom: session }
        }
        const last = await follow(db, token, named)
        if (!last.isUsed) return { session, refreshToken: last.token }
      }
      return db.transaction(async (trx) => {
        const session = await sessionRepository(trx, options).lock(named.sessionId)
        // Again, now that nobody else changes it. Used meanwhile, it is a repeat, however long that took.
        const found = session && (await tokens(trx).findOne({ hash }))
        if (!session || !found) return 'unknown'
        const last = await follow(trx, token, found)
        const isAnswered = found.usedAt !== null && !last.isUsed
        return isAnswered ? { session, refreshToken: last.token } : advance(trx, session, last)
      })
    },
  }
}

interface SigningKeys {
  readonly algorithm: string
  readonly secret: string
  readonly previousSecret: string | undefined
}

export interface Successors {
  /** Derives the successor of a token by the key in use. */
  of(token: string): string
  /** Derives a successor by each key that is accepted, the one in use first. */
  candidates(token: string): string[]
}

export function successors({ algorithm, secret, previousSecret }: SigningKeys): Successors {
  const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret]
  const [current, ...previous] = secrets.map((it) =>
    deriveKey(signingKey(algorithm, it), 'refresh token successor'),
  ) as [Buffer, ...Buffer[]]
  const derive = (key: Buffer, token: string) =>
    createHmac('sha256', key).update(token).digest('base64url')
  return {
    of: (token) => derive(current, token),
    candidates: (token) => [current, ...previous].map((key) => derive(key, token)),
  }
}

// Refresh tokens: random, good once, stored as hashes only. They follow RFC 9700, section 4.14.2: each
// refresh answers the next token, and one that comes back after its use ends the session, since either
// it or its successor is in wrong hands.
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Connection, Database } from '../../platform/database.ts'
import { RefreshTokenModel, type SessionModel } from './model.ts'
import { type Subject, sessionRepository } from './repository.ts'

interface Options {
  readonly clock: Clock
  /** For how many seconds a session lasts that is not refreshed. */
  readonly lifetime: number
}

export interface Granted {
  readonly session: Pick<SessionModel, 'id' | 'userId'>
  readonly refreshToken: string
}

/** What a token comes to: the next one, nothing, or the end of a session that two parties share. */
export type Refreshed = Granted | 'unknown' | { readonly stolenFrom: SessionModel }

export type RefreshTokens = ReturnType<typeof refreshTokens>

/** How long after its use a token may be used once more, because two requests of a client crossed. */
const graceMs = 10_000

/** 256 random bits: nobody guesses one, so a fast hash is enough to keep them by. */
const generate = () => randomBytes(32).toString('base64url')
const hashOf = (token: string) => createHash('sha256').update(token).digest()

export function refreshTokens(db: Database, options: Options) {
  const { clock, lifetime } = options
  const tokens = (on: Connection) => RefreshTokenModel.query(on)

  async function issue(on: Connection, sessionId: string): Promise<string> {
    const token = generate()
    await tokens(on).insert({ hash: hashOf(token), sessionId })
    return token
  }

  /** @returns whether the token is good; takes note of its use. */
  async function use(on: Connection, { hash, usedAt, isRepeated, sessionId }: RefreshTokenModel) {
    const now = clock()
    if (usedAt === null) {
      const patch = { usedAt: now.toISOString() }
      // All of the session's, so that a second line of tokens is found out when it goes on.
      await tokens(on).where({ session_id: sessionId }).whereNull('used_at').patch(patch)
      return true
    }
    if (isRepeated || now.getTime() - Date.parse(usedAt) > graceMs) return false
    await tokens(on).where({ hash }).patch({ isRepeated: true })
    return true
  }

  async function forgetOld(on: Connection, sessionId: string) {
    const past = new Date(clock().getTime() - lifetime * 1000)
    await tokens(on).where({ session_id: sessionId }).where('used_at', '<', past).delete()
  }

  return {
    /**
     * Begins a session and grants its first token.
     * @throws Refusal unauthenticated when the user was erased meanwhile.
     */
    begin(user: Subject, userAgent: string | undefined): Promise<Granted> {
      return db.transaction(async (trx) => {
        const session = await sessionRepository(trx, options).begin(user, userAgent)
        return { session, refreshToken: await issue(trx, session.id) }
      })
    },

    /** Takes a token and grants the next, for one caller at a time in each session. */
    refresh(token: string): Promise<Refreshed> {
      const hash = hashOf(token)
      return db.transaction(async (trx) => {
        const sessions = sessionRepository(trx, options)
        const named = await tokens(trx).findOne({ hash })
        const session = named && (await sessions.lock(named.sessionId))
        // Again, now that nobody else changes it.
        const found = session && (await tokens(trx).findOne({ hash }))
        if (!session || !found) return 'unknown'
        if (!(await use(trx, found))) {
          await sessions.end(session.userId, session.id)
          return { stolenFrom: session }
        }
        await forgetOld(trx, session.id)
        await sessions.prolong(session.id)
        return { session, refreshToken: await issue(trx, session.id) }
      })
    },
  }
}

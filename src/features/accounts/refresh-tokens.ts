// Refresh tokens, stored as hashes (RFC 9700, section 4.14.2). Each refresh returns the next token. A
// used token that comes back ends its session, since an attacker has it or its successor. Requests of one
// client may cross, so for a short time a used token is answered with the session's latest token.
//
// The successor of a token is derived from it (HMAC-SHA256), so that every process computes the same one
// and a repeated refresh stores nothing.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Connection, Database } from '../../db/connection.ts'
import { deriveKeys, type SigningKeys } from '../../security/tokens.ts'
import { RefreshTokenModel, type SessionModel, type User } from './model.ts'
import { type SessionOptions, sessionRepository } from './session-repository.ts'

interface Options extends SessionOptions {
  readonly signingKeys: SigningKeys
}

export interface Grant {
  readonly session: Pick<SessionModel, 'id' | 'userId'>
  readonly refreshToken: string
}

/** The result of a refresh: the next token, an unknown token, or a session that ended as stolen. */
type Refreshed = Grant | 'unknown' | { readonly stolenFrom: SessionModel }

export type RefreshTokens = ReturnType<typeof refreshTokens>

/** How many milliseconds after its first use a token may be sent again. */
const graceMs = 10_000

/** 256 random bits cannot be guessed, so a fast hash is enough. */
const randomToken = () => randomBytes(32).toString('base64url')
const hashOf = (token: string) => createHash('sha256').update(token).digest()

/** The latest token of a session that is derived from a given one. */
interface Latest {
  readonly token: string
  readonly isUsed: boolean
}

export function refreshTokens(db: Database, options: Options) {
  const { clock, lifetime } = options
  const tokens = (on: Connection) => RefreshTokenModel.query(on)
  const keys = deriveKeys(options.signingKeys, 'refresh token successor')
  const successor = (key: Buffer, token: string) =>
    createHmac('sha256', key).update(token).digest('base64url')

  async function store(on: Connection, sessionId: string, token: string): Promise<void> {
    await tokens(on)
      .insert({ hash: hashOf(token), sessionId })
      .onConflict('hash')
      .ignore()
  }

  /** Marks all tokens of a session as used, so that a second chain of tokens is detected later. */
  async function markUsed(on: Connection, sessionId: string) {
    const usedAt = clock().toISOString()
    await tokens(on).where({ session_id: sessionId }).whereNull('used_at').patch({ usedAt })
  }

  async function removeOld(on: Connection, sessionId: string) {
    const past = new Date(clock().getTime() - lifetime * 1000)
    await tokens(on).where({ session_id: sessionId }).where('used_at', '<', past).delete()
  }

  const isInGrace = (usedAt: string) => clock().getTime() - Date.parse(usedAt) <= graceMs

  /**
   * Follows the stored successors of a token. They belong to its session and were used after it; the
   * grace time also covers clocks that differ between processes.
   */
  async function findLatest(on: Connection, token: string, row: RefreshTokenModel) {
    let latest: Latest = { token, isUsed: row.usedAt !== null }
    if (row.usedAt === null) return latest
    const since = new Date(Date.parse(row.usedAt) - graceMs)
    const rows = await tokens(on)
      .where({ session_id: row.sessionId })
      .where((it) => it.whereNull('used_at').orWhere('used_at', '>', since))
    const usedAtByHash = new Map(rows.map((it) => [it.hash.toString('hex'), it.usedAt]))
    while (latest.isUsed) {
      const { token } = latest
      const next = keys
        .map((key) => successor(key, token))
        .find((it) => usedAtByHash.has(hashOf(it).toString('hex')))
      if (next === undefined) break
      latest = { token: next, isUsed: usedAtByHash.get(hashOf(next).toString('hex')) !== null }
    }
    return latest
  }

  /** Uses a token. Its successor is unknown if it is used already: another key has derived that one. */
  async function advance(on: Connection, session: SessionModel, { token, isUsed }: Latest) {
    if (!isUsed) {
      await markUsed(on, session.id)
      await removeOld(on, session.id)
      await sessionRepository(on, options).prolong(session.id)
    }
    const refreshToken = successor(keys[0], token)
    await store(on, session.id, refreshToken)
    return { session, refreshToken }
  }

  return {
    /**
     * Starts a session and returns its first token.
     * @throws ApiError unauthenticated if the user has been hard deleted meanwhile.
     */
    startSession(
      user: Pick<User, 'id' | 'sessionGeneration'>,
      userAgent: string | undefined,
    ): Promise<Grant> {
      return db.transaction(async (trx) => {
        const session = await sessionRepository(trx, options).start(user, userAgent)
        const refreshToken = randomToken()
        await store(trx, session.id, refreshToken)
        return { session, refreshToken }
      })
    },

    /**
     * Exchanges a token for the next one. Repeats only read; in each session one caller at a time
     * writes.
     */
    async refresh(token: string): Promise<Refreshed> {
      const hash = hashOf(token)
      const row = await tokens(db).findOne({ hash })
      if (row === undefined) return 'unknown'
      if (row.usedAt !== null) {
        const sessions = sessionRepository(db, options)
        const session = await sessions.find(row.sessionId)
        if (session === undefined) return 'unknown'
        if (!isInGrace(row.usedAt)) {
          await sessions.end(session.userId, session.id)
          return { stolenFrom: session }
        }
        const latest = await findLatest(db, token, row)
        if (!latest.isUsed) return { session, refreshToken: latest.token }
      }
      return db.transaction(async (trx) => {
        const session = await sessionRepository(trx, options).lock(row.sessionId)
        // Read again under the lock. A token that was used meanwhile is a repeat, however long ago.
        const locked = session && (await tokens(trx).findOne({ hash }))
        if (!session || !locked) return 'unknown'
        const latest = await findLatest(trx, token, locked)
        const isRepeat = locked.usedAt !== null && !latest.isUsed
        return isRepeat ? { session, refreshToken: latest.token } : advance(trx, session, latest)
      })
    },
  }
}

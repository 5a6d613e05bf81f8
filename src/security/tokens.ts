// Access tokens: JSON Web Tokens (RFC 7519) with the id of a user, because usernames may pass to another
// user, and the id of a session, which can end before the token expires.
import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import { LRUCache } from 'lru-cache'
import { validate as isUuid } from 'uuid'
import type { Clock } from '../lib/clock.ts'
import { type SigningKeys, signingKey } from './keys.ts'

/** The user of a token, and the session that issued it. */
interface Subject {
  readonly userId: string
  readonly sessionId: string
}

export interface Tokens {
  /** Issues a token for a session, which is valid for `expiresIn` seconds. */
  issue(subject: Subject): { token: string; expiresIn: number }
  /** Returns the subject of a token; null if it is expired, malformed or not issued here. */
  verify(token: string): Subject | null
}

export interface TokenOptions extends SigningKeys {
  /** Signs and verifies: a token cannot choose its algorithm. */
  readonly algorithm: Algorithm
  readonly issuer: string
  readonly audience: string
  /** In seconds. */
  readonly lifetime: number
  readonly clock: Clock
}

interface Verified {
  readonly subject: Subject
  /** In seconds since 1970. */
  readonly exp: number
}

/** How many verified tokens are remembered until they expire, since verifying a signature is expensive. */
const rememberedTokens = 10_000

/** In characters: more than any token with the largest signature. A longer token is not parsed. */
const maxLength = 4096
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** @throws Error if the secret is not a key; `loadConfig` has checked that it fits the algorithm. */
export function jwtTokens(options: TokenOptions): Tokens {
  const { algorithm, secret, previousSecret, issuer, audience, lifetime, clock } = options
  const current = keyPair(algorithm, secret)
  const accepted = new Map([[current.kid, current.verifying]])
  if (previousSecret !== undefined) {
    const previous = keyPair(algorithm, previousSecret)
    accepted.set(previous.kid, previous.verifying)
  }

  function verify(token: string, now: number): Verified | null {
    const key = accepted.get(keyIdOf(token))
    if (key === undefined) return null
    const checks = { algorithms: [algorithm], issuer, audience, clockTimestamp: now }
    const claims = jwt.verify(token, key, checks)
    if (typeof claims !== 'object' || claims.exp === undefined) return null
    const { sub: userId, sid: sessionId, exp } = claims
    // Another service may share the key and use other subjects.
    if (userId === undefined || !isUuid(userId) || !isUuid(sessionId)) return null
    return { subject: { userId, sessionId }, exp }
  }
  const remembered = new LRUCache<string, Verified>({ max: rememberedTokens })

  return {
    issue: ({ userId, sessionId }) => {
      const iat = inSeconds(clock())
      const claims = {
        ...{ sub: userId, sid: sessionId, iss: issuer, aud: audience },
        ...{ jti: randomUUID(), iat, exp: iat + lifetime },
      }
      const token = jwt.sign(claims, current.signing, { algorithm, keyid: current.kid })
      return { token, expiresIn: lifetime }
    },
    verify: (token) => {
      if (token.length > maxLength) return null
      const now = inSeconds(clock())
      const known = remembered.get(token)
      if (known !== undefined && known.exp > now) return known.subject
      try {
        const verified = verify(token, now)
        if (verified !== null) remembered.set(token, verified)
        return verified?.subject ?? null
      } catch (error) {
        // jsonwebtoken also throws errors of its dependencies, for a payload that is not JSON, or null.
        const invalid = [jwt.JsonWebTokenError, SyntaxError, TypeError]
        if (invalid.some((it) => error instanceof it)) return null
        throw error
      }
    },
  }
}

/** Returns a key to sign with, the key to verify with, and the id that tokens carry for them. */
function keyPair(algorithm: Algorithm, secret: string) {
  const signing = signingKey(algorithm, secret)
  const verifying = signing.type === 'secret' ? signing : createPublicKey(signing)
  return { signing, verifying, kid: keyId(verifying) }
}

/** Returns a hash, which reveals no more about a long secret than a signature does. */
function keyId(key: KeyObject): string {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update('kid').update(bytes).digest('base64url').slice(0, 16)
}

/**
 * Returns the id of the key that a token claims to be signed with.
 * @throws SyntaxError if its header is not JSON.
 */
function keyIdOf(token: string): string {
  const [header = ''] = token.split('.', 1)
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  return String(kid)
}

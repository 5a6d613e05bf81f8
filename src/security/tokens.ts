// Access tokens: JSON Web Tokens (RFC 7519) with the id of a user, because usernames may pass to another
// user, and the id of a session, which can end before the token expires.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import { LRUCache } from 'lru-cache'
import { validate as isUuid } from 'uuid'
import type { Clock } from '../lib/clock.ts'

/** The user of a token, and the session that issued it. */
interface Subject {
  readonly userId: string
  readonly sessionId: string
}

interface VerifiedSubject extends Subject {
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

export interface Tokens {
  /** Issues a token for a session, which is valid for `expiresIn` seconds. */
  issue(subject: Subject): { token: string; expiresIn: number }
  /** Returns the subject of a token; null if it is expired, malformed or not issued here. */
  verify(token: string): VerifiedSubject | null
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
  readonly subject: VerifiedSubject
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
    return { subject: { userId, sessionId, expiresAt: exp * 1000 }, exp }
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

/**
 * The keys that sign, and from which keys for other purposes are derived (HKDF, RFC 5869). An operator
 * keeps one secret, and a value made with one key reveals nothing about another key.
 */
export interface SigningKeys {
  readonly algorithm: string
  /** A shared secret for the HS family, a private key in PEM for the others. */
  readonly secret: string
  /** The secret before the last rotation, which is still accepted. */
  readonly previousSecret: string | undefined
}

/**
 * Reads a key that signs.
 * @throws Error if a PEM contains no private key.
 */
export function signingKey(algorithm: string, secret: string): KeyObject {
  return algorithm.startsWith('HS') ? createSecretKey(secret, 'utf8') : createPrivateKey(secret)
}

/** Derives 32 bytes. A key derives the same bytes from every encoding of its PEM. */
export function deriveKey(key: KeyObject, purpose: string): Buffer {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'pkcs8', format: 'der' })
  return Buffer.from(hkdfSync('sha256', bytes, '', purpose, 32))
}

/** Derives a key for a purpose from each accepted signing key, the current one first. */
export function deriveKeys(
  { algorithm, secret, previousSecret }: SigningKeys,
  purpose: string,
): [current: Buffer, ...previous: Buffer[]] {
  const derive = (it: string) => deriveKey(signingKey(algorithm, it), purpose)
  return previousSecret === undefined ? [derive(secret)] : [derive(secret), derive(previousSecret)]
}

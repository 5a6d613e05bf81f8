// Access tokens: JSON Web Tokens (RFC 7519) that name a user by id, so that a name which passes to
// somebody else takes no access along, and a session, which ends them before their time.
import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import { LRUCache } from 'lru-cache'
import { validate as isUuid } from 'uuid'
import type { Clock } from '../lib/clock.ts'
import { signingKey } from './keys.ts'

/** Whom a token stands for, and the login that it comes from. */
interface Subject {
  readonly userId: string
  readonly sessionId: string
}

export interface Tokens {
  /** A token for a session, and for how many seconds it is valid. */
  issue(subject: Subject): { token: string; expiresIn: number }
  /** Whom it stands for; null for a token that is expired, malformed or not ours. */
  verify(token: string): Subject | null
}

export interface TokenOptions {
  /** Pinned on both sides: a token does not choose how it is checked. */
  readonly algorithm: Algorithm
  /** Shared secrets for the HS family, private keys in PEM for the others. */
  readonly secret: string
  /** What signed before `secret` did: its tokens are still good until they expire. */
  readonly previousSecret: string | undefined
  readonly issuer: string
  readonly audience: string
  /** In seconds. */
  readonly lifetime: number
  readonly clock: Clock
}

interface Checked {
  readonly subject: Subject
  /** In seconds since 1970. */
  readonly exp: number
}

/**
 * How many tokens are known to be signed by us: to check a signature takes 15 µs, a sixth of a cached
 * read with a token. Whether the session still counts is asked of the database each time.
 */
const rememberedTokens = 10_000

/** Longer than any token of ours with the largest signature; a longer one is not even parsed. */
const maxLength = 4096
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** @throws Error where the key is none; `loadConfig` has checked that it fits the algorithm. */
export function jwtTokens(options: TokenOptions): Tokens {
  const { algorithm, secret, previousSecret, issuer, audience, lifetime, clock } = options
  const current = keyPair(algorithm, secret)
  const accepted = new Map([[current.kid, current.checking]])
  if (previousSecret !== undefined) {
    const previous = keyPair(algorithm, previousSecret)
    accepted.set(previous.kid, previous.checking)
  }

  function check(token: string, now: number): Checked | null {
    const key = accepted.get(kidOf(token))
    if (key === undefined) return null
    const checks = { algorithms: [algorithm], issuer, audience, clockTimestamp: now }
    const claims = jwt.verify(token, key, checks)
    if (typeof claims !== 'object' || claims.exp === undefined) return null
    const { sub: userId, sid: sessionId, exp } = claims
    // Another service may share the key and name its subjects otherwise.
    if (!isUuid(userId) || !isUuid(sessionId)) return null
    return { subject: { userId: userId as string, sessionId }, exp }
  }
  const remembered = new LRUCache<string, Checked>({ max: rememberedTokens })

  return {
    issue: ({ userId, sessionId }) => {
      const iat = inSeconds(clock())
      const whom = { sub: userId, sid: sessionId, iss: issuer, aud: audience }
      const claims = { ...whom, jti: randomUUID(), iat, exp: iat + lifetime }
      const token = jwt.sign(claims, current.signing, { algorithm, keyid: current.kid })
      return { token, expiresIn: lifetime }
    },
    verify: (token) => {
      if (token.length > maxLength) return null
      const now = inSeconds(clock())
      const known = remembered.get(token)
      if (known !== undefined && known.exp > now) return known.subject
      try {
        const checked = check(token, now)
        if (checked !== null) remembered.set(token, checked)
        return checked?.subject ?? null
      } catch (error) {
        // jsonwebtoken lets the errors of what it uses through: a payload that is no JSON, or null.
        const broken = [jwt.JsonWebTokenError, SyntaxError, TypeError]
        if (broken.some((it) => error instanceof it)) return null
        throw error
      }
    },
  }
}

/** A key to sign with, the one to check by, and the name under which tokens say which it was. */
function keyPair(algorithm: Algorithm, secret: string) {
  const signing = signingKey(algorithm, secret)
  const checking = signing.type === 'secret' ? signing : createPublicKey(signing)
  return { signing, checking, kid: nameOf(checking) }
}

/** Says nothing of a secret of full length that its signatures do not say as well. */
function nameOf(key: KeyObject): string {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update('kid').update(bytes).digest('base64url').slice(0, 16)
}

/** Which key a token says it was signed with. @throws SyntaxError where its header is no JSON. */
function kidOf(token: string): string {
  const [header = ''] = token.split('.', 1)
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  return String(kid)
}

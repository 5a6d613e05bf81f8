// Access tokens: JSON Web Tokens (RFC 7519) that name a user by id, so that a name which passes to
// somebody else takes no access along.
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import jwt, { type Algorithm } from 'jsonwebtoken'
import type { Clock } from '../clock.ts'

export interface Tokens {
  /** A token for a user, and for how many seconds it is valid. */
  issue(userId: string): { token: string; expiresIn: number }
  /** The id of the user it names; null for a token that is expired, malformed or not ours. */
  verify(token: string): string | null
}

export interface TokenOptions {
  /** Pinned on both sides: a token does not choose how it is checked. */
  readonly algorithm: Algorithm
  /** A shared secret for the HS family, a private key in PEM for the others. */
  readonly secret: string
  /** In seconds. */
  readonly lifetime: number
  readonly clock: Clock
}

/** Longer than any token of ours with the largest signature; a longer one is not even parsed. */
const maxLength = 4096
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** @throws Error where the key is none; `loadConfig` has checked that it fits the algorithm. */
export function jwtTokens({ algorithm, secret, lifetime, clock }: TokenOptions): Tokens {
  const isShared = algorithm.startsWith('HS')
  const signingKey = isShared ? createSecretKey(secret, 'utf8') : createPrivateKey(secret)
  const checkingKey = isShared ? signingKey : createPublicKey(signingKey)
  return {
    issue: (userId) => {
      const iat = inSeconds(clock())
      const claims = { sub: userId, iat, exp: iat + lifetime }
      return { token: jwt.sign(claims, signingKey, { algorithm }), expiresIn: lifetime }
    },
    verify: (token) => {
      if (token.length > maxLength) return null
      try {
        const clockTimestamp = inSeconds(clock())
        const claims = jwt.verify(token, checkingKey, { algorithms: [algorithm], clockTimestamp })
        if (typeof claims !== 'object' || claims.exp === undefined) return null
        return typeof claims.sub === 'string' ? claims.sub : null
      } catch (error) {
        // jsonwebtoken lets the errors of what it uses through: a payload that is no JSON, or null.
        const broken = [jwt.JsonWebTokenError, SyntaxError, TypeError]
        if (broken.some((it) => error instanceof it)) return null
        throw error
      }
    },
  }
}

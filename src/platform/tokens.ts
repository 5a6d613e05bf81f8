// Access tokens: JSON Web Tokens (RFC 7519) that name a user by id, so that a name which passes to
// somebody else takes no access along.
import jwt from 'jsonwebtoken'
import type { Clock } from '../clock.ts'

export interface Tokens {
  /** A token for a user, and for how many seconds it is valid. */
  issue(userId: string): { token: string; expiresIn: number }
  /** The id of the user it names; null for a token that is expired, malformed or not ours. */
  verify(token: string): string | null
}

// Pinned on both sides: a token does not choose how it is checked.
const algorithm = 'HS256'

const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000)

export function jwtTokens(options: { secret: string; lifetime: number; clock: Clock }): Tokens {
  const { secret, lifetime, clock } = options
  return {
    issue: (userId) => {
      const iat = inSeconds(clock())
      const claims = { sub: userId, iat, exp: iat + lifetime }
      return { token: jwt.sign(claims, secret, { algorithm }), expiresIn: lifetime }
    },
    verify: (token) => {
      try {
        const clockTimestamp = inSeconds(clock())
        const claims = jwt.verify(token, secret, { algorithms: [algorithm], clockTimestamp })
        return typeof claims === 'object' && typeof claims.sub === 'string' ? claims.sub : null
      } catch (error) {
        if (error instanceof jwt.JsonWebTokenError) return null
        throw error
      }
    },
  }
}

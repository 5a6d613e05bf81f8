// What this room is made of, put together: how one logs in, stays logged in, and is recognized by it.

import type { Principal } from '../../contract.ts'
import type { Database } from '../../db/connection.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Guesses } from '../../security/guesses.ts'
import type { Passwords } from '../../security/passwords.ts'
import { jwtTokens, type TokenOptions } from '../../security/tokens.ts'
import { authHandlers } from './handlers.ts'
import {
  type Account,
  type Credentials,
  checkPassword,
  type Identity,
  loginGuard,
  principalOf,
  principalOfToken,
} from './login.ts'
import { refreshCookie } from './refresh-cookie.ts'
import { refreshTokens, sessionRepository, successors } from './sessions.ts'

interface Surroundings {
  readonly db: Database
  readonly clock: Clock
  readonly users: {
    findByLogin(login: string): Promise<Account | undefined>
    findBySession(userId: string, sessionId: string): Promise<Identity | undefined>
  }
  readonly passwords: Passwords
  readonly guesses: Guesses | undefined
  readonly settings: {
    readonly tokens: Omit<TokenOptions, 'clock'>
    /** For how many seconds a login lasts that is not refreshed. */
    readonly sessionSeconds: number
    /** Whether cookies go over https alone. */
    readonly secure: boolean
  }
}

export function authRoom({ db, clock, users, passwords, guesses, settings }: Surroundings) {
  const { sessionSeconds: lifetime, secure } = settings
  const tokens = jwtTokens({ ...settings.tokens, clock })
  const cookie = refreshCookie({ secure, lifetime })
  const guard = loginGuard(guesses)
  const check = checkPassword({ findUser: users.findByLogin, passwords, guard })
  return {
    handlers: authHandlers({
      checkPassword: check,
      tokens,
      refreshTokens: refreshTokens(db, {
        clock,
        lifetime,
        successors: successors(settings.tokens),
      }),
      cookie,
      sessions: sessionRepository(db, { clock, lifetime }),
    }),
    byToken: principalOfToken({ findUser: users.findBySession, tokens }),
    async byPassword(credentials: Credentials, address: string): Promise<Principal | null> {
      const user = await check(credentials, address)
      return user ? principalOf(user) : null
    },
    /** What takes the refresh token away from a browser. */
    noCookie: cookie.none,
  }
}

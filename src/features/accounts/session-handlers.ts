// Logging in and out, and the sessions in between: from a password to access tokens, until it ends.

import { apiError, type Handlers, type Schemas, staged } from '../../contract.ts'
import type { Tokens } from '../../security/tokens.ts'
import type { CheckPassword } from './check-password.ts'
import type { RefreshCookie } from './refresh-cookie.ts'
import type { Granted, RefreshTokens } from './refresh-tokens.ts'
import { ownSession } from './session-presenter.ts'
import type { SessionRepository } from './session-repository.ts'
import { placeAtLogin, sentToken, type TokenPlace } from './token-place.ts'

interface Dependencies {
  readonly checkPassword: CheckPassword
  readonly tokens: Tokens
  readonly refreshTokens: RefreshTokens
  readonly cookie: RefreshCookie
  readonly sessions: SessionRepository
}

type AuthHandlers = Pick<
  Handlers,
  'login' | 'refreshToken' | 'logout' | 'listSessions' | 'deleteSession'
>

export function authHandlers(dependencies: Dependencies): AuthHandlers {
  const { checkPassword, tokens, refreshTokens, cookie, sessions } = dependencies
  let hasLoggedOtherSite = false

  /** The token response (RFC 6749, section 5.1), with the refresh token where the client reads it. */
  function grant({ session, refreshToken }: Granted, place: TokenPlace) {
    const { token, expiresIn } = tokens.issue({ userId: session.userId, sessionId: session.id })
    const body: Schemas['Token'] = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(place === 'body' && { refresh_token: refreshToken }),
    }
    const headers = place === 'cookie' ? { 'Set-Cookie': cookie.holding(refreshToken) } : {}
    return { status: 200, body, headers } as const
  }

  return {
    login: staged('login', {
      async prepare({ body: { username: login, password } }, { clientAddress }) {
        const user = await checkPassword({ login, password }, clientAddress)
        if (user !== undefined) return user
        const code = 'invalid_credentials'
        throw apiError('unauthenticated', 'Username or password is wrong.', { code })
      },

      affects: (user) => user.id,

      async run({ body, headers }, { log }, user) {
        const granted = await refreshTokens.begin(user, headers['user-agent'])
        const place = placeAtLogin({ body, headers })
        if (place === 'nowhere' && !hasLoggedOtherSite) {
          hasLoggedOtherSite = true
          log.info(otherSite)
        }
        return grant(granted, place)
      },
    }),

    async refreshToken({ body, cookies }, { log }) {
      const { token, place } = sentToken({ body, cookies })
      const outcome = token === undefined ? 'unknown' : await refreshTokens.refresh(token)
      if (typeof outcome === 'object' && 'refreshToken' in outcome) {
        return grant(outcome, place)
      }
      if (outcome !== 'unknown') {
        const { id: sessionId, userId } = outcome.stolenFrom
        log.warn({ sessionId, userId }, 'a used refresh token came back: its session has ended')
      }
      // Only a cookie that is no good is taken away: a page of another site can ask too, without it.
      const isCookie = place === 'cookie' && token !== undefined
      const headers = isCookie ? { 'Set-Cookie': cookie.none } : {}
      const code = 'invalid_refresh_token'
      throw apiError('unauthenticated', 'The session has ended. Log in again.', { code, headers })
    },

    async logout({ principal }) {
      if (principal.sessionId) await sessions.end(principal.id, principal.sessionId)
      return { status: 204, headers: { 'Set-Cookie': cookie.none } }
    },

    async listSessions({ principal, query }) {
      const { items, nextCursor } = await sessions.page(principal.id, query)
      const shown = items.map((it) => ownSession(it, principal.sessionId))
      return { status: 200, body: { items: shown, nextCursor } }
    },

    async deleteSession({ principal, params }) {
      if (await sessions.end(principal.id, params.sessionId)) return { status: 204 }
      throw apiError('not_found', 'There is no such session.')
    },
  }
}

const otherSite =
  'a page of another site has logged in and is given no cookie: a frontend that stays logged in by ' +
  'the cookie is of one site with the API (localhost and 127.0.0.1 are two); any other one sends ' +
  'refresh_token_in: body'

// Users: public profiles, the own account and administration. Sessions: login, refresh, logout.
import { apiError, type Handlers, type Schemas, staged, unavailable } from '../../contract.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { Tokens } from '../../security/tokens.ts'
import type { CheckPassword } from './login.ts'
import {
  accountOf,
  type RefreshCookie,
  sentToken,
  type TokenPlace,
  tokenPlaceAtLogin,
} from './login.ts'
import type { User } from './model.ts'
import { toAdminUser, toPublicUser, toSession, toUser } from './presenter.ts'
import type { Grant, RefreshTokens } from './refresh-tokens.ts'
import type { UserRepository } from './repository.ts'
import type { SessionRepository } from './session-repository.ts'

interface UserDeps {
  readonly users: UserRepository
  readonly passwords: Passwords
  readonly cookie: RefreshCookie
}

type UserHandlers = Pick<
  Handlers,
  | 'listUsers'
  | 'getCurrentUser'
  | 'updateCurrentUser'
  | 'deleteCurrentUser'
  | 'changePassword'
  | 'getUser'
  | 'updateUser'
  | 'deleteUser'
  | 'listAllUsers'
  | 'eraseUser'
>

const userNotFound = () => apiError('not_found', 'There is no such user.')
/** For an account that another request has renamed or deleted since the token was verified. */
const accountChanged = () => unavailable('The account is being renamed or deleted. Try again.')
/** For an account that another request has deleted since the token was verified. */
const accountDeleted = () => apiError('unauthenticated', 'This account has been deleted.')

export function userHandlers({ users, passwords, cookie }: UserDeps): UserHandlers {
  return {
    async listUsers({ query }) {
      const { items, nextCursor } = await users.page(query)
      return { status: 200, body: { items: items.map(toPublicUser), nextCursor } }
    },

    async getCurrentUser({ principal }) {
      const user = await users.findById(principal.id)
      if (user === undefined) throw accountDeleted()
      return { status: 200, body: toUser(user) }
    },

    async updateCurrentUser({ body, owner }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const precondition = ifMatch && ((row: User) => ifMatch(toUser(row)))
      const user = await users.update(owner, body, precondition)
      if (user === undefined) throw accountChanged()
      return { status: 200, body: toUser(user) }
    },

    async deleteCurrentUser({ owner }, { ifMatch }) {
      const precondition = ifMatch && ((row: User) => ifMatch(toUser(row)))
      if (!(await users.delete(owner, precondition))) throw accountChanged()
      return { status: 204, headers: { 'Set-Cookie': cookie.clear } }
    },

    changePassword: staged('changePassword', {
      async prepare({ principal, body: { currentPassword, newPassword } }, { signal }) {
        const user = await users.findById(principal.id)
        if (user === undefined) throw accountDeleted()
        if (!(await passwords.verify(currentPassword, user.passwordHash, signal))) {
          const code = 'wrong_password'
          throw apiError('forbidden', 'The current password is wrong.', { code })
        }
        return { previous: user.passwordHash, next: await passwords.hash(newPassword, signal) }
      },

      async run({ principal }, _context, { previous, next }) {
        if (!(await users.changePassword(principal.id, previous, next))) throw accountDeleted()
        return { status: 204, headers: { 'Set-Cookie': cookie.clear } }
      },
    }),

    async getUser({ params }) {
      const user = await users.findByUsername(params.username)
      if (user === undefined) throw userNotFound()
      return { status: 200, body: toPublicUser(user) }
    },

    async updateUser({ body, owner }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const precondition = ifMatch && ((row: User) => ifMatch(toPublicUser(row)))
      const user = await users.update(owner, body, precondition)
      if (user === undefined) throw userNotFound()
      return { status: 200, body: toUser(user) }
    },

    async deleteUser({ owner }, { ifMatch }) {
      const precondition = ifMatch && ((row: User) => ifMatch(toPublicUser(row)))
      if (!(await users.delete(owner, precondition))) throw userNotFound()
      return { status: 204 }
    },

    async listAllUsers({ query }) {
      const { items, nextCursor } = await users.pageWithDeleted(query)
      return { status: 200, body: { items: items.map(toAdminUser), nextCursor } }
    },

    async eraseUser({ params: { userId } }) {
      if (!(await users.hardDelete(userId))) throw userNotFound()
      return { status: 204 }
    },
  }
}

interface SessionDeps {
  readonly checkPassword: CheckPassword
  readonly tokens: Tokens
  readonly refreshTokens: RefreshTokens
  readonly cookie: RefreshCookie
  readonly sessions: SessionRepository
}

type SessionHandlers = Pick<
  Handlers,
  'login' | 'refreshToken' | 'logout' | 'listSessions' | 'deleteSession'
>

export function sessionHandlers(deps: SessionDeps): SessionHandlers {
  const { checkPassword, tokens, refreshTokens, cookie, sessions } = deps
  let hasLoggedOtherSite = false

  /** Returns the token response (RFC 6749, section 5.1), with the refresh token in its place. */
  function tokenResponse({ session, refreshToken }: Grant, place: TokenPlace) {
    const { token, expiresIn } = tokens.issue({ userId: session.userId, sessionId: session.id })
    const body: Schemas['Token'] = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(place === 'body' && { refresh_token: refreshToken }),
    }
    const headers = place === 'cookie' ? { 'Set-Cookie': cookie.set(refreshToken) } : {}
    return { status: 200, body, headers } as const
  }

  return {
    login: staged('login', {
      async prepare({ body: { username: login, password } }, { clientAddress, signal }) {
        const user = await checkPassword({ login, password }, clientAddress, signal)
        if (user !== undefined) return user
        const code = 'invalid_credentials'
        const event = {
          ...{ name: 'login_failed', fields: { account: accountOf(login) } },
          message: 'a login failed',
        }
        throw apiError('unauthenticated', 'Username or password is wrong.', { code, event })
      },

      affects: (user) => user.id,

      async run({ body, headers }, { log }, user) {
        const grant = await refreshTokens.startSession(user, headers['user-agent'])
        const place = tokenPlaceAtLogin({ body, headers })
        if (place === 'nowhere' && !hasLoggedOtherSite) {
          hasLoggedOtherSite = true
          log.info(otherSite)
        }
        return tokenResponse(grant, place)
      },
    }),

    async refreshToken({ body, cookies }) {
      const { token, place } = sentToken({ body, cookies })
      const outcome = token === undefined ? 'unknown' : await refreshTokens.refresh(token)
      if (typeof outcome === 'object' && 'refreshToken' in outcome) {
        return tokenResponse(outcome, place)
      }
      const event = outcome === 'unknown' ? undefined : reuseOf(outcome.stolenFrom)
      // Clears only a cookie that was sent: a page of another site can send this request without it.
      const isCookie = place === 'cookie' && token !== undefined
      const headers = isCookie ? { 'Set-Cookie': cookie.clear } : {}
      throw apiError('unauthenticated', 'The session has ended. Log in again.', {
        ...{ code: 'invalid_refresh_token', headers, event },
      })
    },

    async logout({ principal }) {
      if (principal.sessionId) await sessions.end(principal.id, principal.sessionId)
      return { status: 204, headers: { 'Set-Cookie': cookie.clear } }
    },

    async listSessions({ principal, query }) {
      const page = await sessions.page(principal.id, query)
      const items = page.items.map((it) => toSession(it, principal.sessionId))
      return { status: 200, body: { items, nextCursor: page.nextCursor } }
    },

    async deleteSession({ principal, params }) {
      if (await sessions.end(principal.id, params.sessionId)) return { status: 204 }
      throw apiError('not_found', 'There is no such session.')
    },
  }
}

const reuseOf = ({ id: sessionId, userId }: Grant['session']) => ({
  ...({ name: 'refresh_reuse', level: 'warn', fields: { sessionId, userId } } as const),
  message: 'a used refresh token came back: its session has ended',
})

const otherSite =
  'a page of another site has logged in and receives no cookie: a frontend that uses the cookie must be ' +
  'on the same site as the API (localhost and 127.0.0.1 are two sites); any other frontend sends ' +
  'refresh_token_in: body'

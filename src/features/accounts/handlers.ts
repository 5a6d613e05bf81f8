// Users: signing up, public profiles, one's own account, and what superusers do to all of them.
// Logging in and out, and the sessions in between: from a password to access tokens, until it ends.
import {
  apiError,
  type Handlers,
  type Schemas,
  staged,
  unavailable,
  urlFor,
} from '../../contract.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { Tokens } from '../../security/tokens.ts'
import type { CheckPassword } from './login.ts'
import type { UserModel } from './model.ts'
import { anyUser, ownSession, ownUser, publicUser } from './presenter.ts'
import { placeAtLogin, type RefreshCookie, sentToken, type TokenPlace } from './refresh-cookie.ts'
import type { UserRepository } from './repository.ts'
import type { Granted, RefreshTokens, SessionRepository } from './sessions.ts'

interface Dependencies {
  readonly users: UserRepository
  readonly passwords: Passwords
  /** What takes the refresh token away from a browser. */
  readonly noCookie: string
}

type UserHandlers = Pick<
  Handlers,
  | 'createUser'
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

const noSuchUser = () => apiError('not_found', 'There is no such user.')
/** Another request has renamed or deleted the account since the token was checked. */
const changedMeanwhile = () => unavailable('The account is being renamed or deleted. Try again.')
/** Deleted since the token was checked: from now on the token is nobody's. */
const accountGone = () => apiError('unauthenticated', 'This account is gone.')

export function userHandlers({ users, passwords, noCookie }: Dependencies): UserHandlers {
  return {
    createUser: staged('createUser', {
      prepare: ({ body }) => passwords.hash(body.password),

      async run(
        { body: { password: _, profileImageUrl = null, ...rest } },
        _context,
        passwordHash,
      ) {
        const user = await users.create({ ...rest, profileImageUrl, passwordHash })
        const headers = { Location: urlFor('getUser', { username: user.username }) }
        return { status: 201, body: ownUser(user), headers }
      },
    }),

    async listUsers({ query }) {
      const { items, nextCursor } = await users.page(query)
      return { status: 200, body: { items: items.map(publicUser), nextCursor } }
    },

    async getCurrentUser({ principal }) {
      const user = await users.findById(principal.id)
      if (user === undefined) throw accountGone()
      return { status: 200, body: ownUser(user) }
    },

    async updateCurrentUser({ body, owner }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const guard = ifMatch && ((row: UserModel) => ifMatch(ownUser(row)))
      const user = await users.update(owner, body, guard)
      if (user === undefined) throw changedMeanwhile()
      return { status: 200, body: ownUser(user) }
    },

    async deleteCurrentUser({ owner }, { ifMatch }) {
      const guard = ifMatch && ((row: UserModel) => ifMatch(ownUser(row)))
      if (!(await users.delete(owner, guard))) throw changedMeanwhile()
      return { status: 204, headers: { 'Set-Cookie': noCookie } }
    },

    changePassword: staged('changePassword', {
      async prepare({ principal, body: { currentPassword, newPassword } }) {
        const user = await users.findById(principal.id)
        if (user === undefined) throw accountGone()
        if (!(await passwords.verify(currentPassword, user.passwordHash))) {
          throw apiError('forbidden', 'The present password is another.', {
            code: 'wrong_password',
          })
        }
        return { previous: user.passwordHash, next: await passwords.hash(newPassword) }
      },

      async run({ principal }, _context, { previous, next }) {
        if (!(await users.changePassword(principal.id, previous, next))) throw accountGone()
        return { status: 204, headers: { 'Set-Cookie': noCookie } }
      },
    }),

    async getUser({ params }) {
      const user = await users.findByUsername(params.username)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: publicUser(user) }
    },

    async updateUser({ body, owner }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const guard = ifMatch && ((row: UserModel) => ifMatch(publicUser(row)))
      const user = await users.update(owner, body, guard)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: ownUser(user) }
    },

    async deleteUser({ owner }, { ifMatch }) {
      const guard = ifMatch && ((row: UserModel) => ifMatch(publicUser(row)))
      if (!(await users.delete(owner, guard))) throw noSuchUser()
      return { status: 204 }
    },

    async listAllUsers({ query }) {
      const { items, nextCursor } = await users.anyPage(query)
      return { status: 200, body: { items: items.map(anyUser), nextCursor } }
    },

    async eraseUser({ params: { userId } }) {
      if (!(await users.erase(userId))) throw noSuchUser()
      return { status: 204 }
    },
  }
}

interface SessionDependencies {
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

export function authHandlers(dependencies: SessionDependencies): AuthHandlers {
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

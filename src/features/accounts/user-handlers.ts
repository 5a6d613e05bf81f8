// Users: signing up, public profiles, one's own account, and what superusers do to all of them.

import {
  apiError,
  type Handlers,
  ownerOf,
  type Principal,
  staged,
  unavailable,
  urlFor,
} from '../../contract.ts'
import type { Passwords } from '../../security/passwords.ts'
import { anyUser, ownUser, publicUser } from './presenter.ts'
import type { UserModel } from './user-model.ts'
import type { UserRepository } from './user-repository.ts'

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

    async updateCurrentUser({ body, principal }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const guard = ifMatch && ((row: UserModel) => ifMatch(ownUser(row)))
      const user = await users.update(ownName(principal), body, guard)
      if (user === undefined) throw changedMeanwhile()
      return { status: 200, body: ownUser(user) }
    },

    async deleteCurrentUser({ principal }, { ifMatch }) {
      const guard = ifMatch && ((row: UserModel) => ifMatch(ownUser(row)))
      if (!(await users.delete(ownName(principal), guard))) throw changedMeanwhile()
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

    async updateUser({ params, body, principal }, { ifMatch, invalidates }) {
      if (body.username) await invalidates('getUser', { username: body.username })
      const guard = ifMatch && ((row: UserModel) => ifMatch(publicUser(row)))
      const user = await users.update(ownerOf(params, principal), body, guard)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: ownUser(user) }
    },

    async deleteUser({ params, principal }, { ifMatch }) {
      const guard = ifMatch && ((row: UserModel) => ifMatch(publicUser(row)))
      if (!(await users.delete(ownerOf(params, principal), guard))) throw noSuchUser()
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

/** The caller's row, under the name that the cache is told of. */
const ownName = ({ id, owns }: Principal) => ({ id, username: owns.username ?? '' })

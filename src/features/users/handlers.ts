// Users: signing up, public profiles and one's own account.
import type { Handlers } from '../../contract/handler.ts'
import { nextLink, urlOf } from '../../contract/urls.ts'
import { refusal } from '../../errors.ts'
import type { Passwords } from '../../platform/passwords.ts'
import type { UserRepository } from './repository.ts'
import { ownUser, publicUser } from './represent.ts'

interface Dependencies {
  readonly users: UserRepository
  readonly passwords: Passwords
}

type UserHandlers = Pick<
  Handlers,
  'createUser' | 'listUsers' | 'getCurrentUser' | 'getUser' | 'updateUser'
>

const noSuchUser = () => refusal('not_found', 'There is no such user.')

export function userHandlers({ users, passwords }: Dependencies): UserHandlers {
  return {
    async createUser({ body: { password, profileImageUrl = null, ...rest } }) {
      const passwordHash = await passwords.hash(password)
      const user = await users.create({ ...rest, profileImageUrl, passwordHash })
      const headers = { Location: urlOf('getUser', { username: user.username }) }
      return { status: 201, body: ownUser(user), headers }
    },

    async listUsers({ query }) {
      const { items, nextCursor } = await users.page(query)
      const headers = nextLink('listUsers', {}, { limit: query.limit, nextCursor })
      return { status: 200, body: { items: items.map(publicUser), nextCursor }, headers }
    },

    async getCurrentUser({ principal }) {
      const user = await users.findById(principal.id)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: ownUser(user) }
    },

    async getUser({ params }) {
      const user = await users.findByUsername(params.username)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: publicUser(user) }
    },

    async updateUser({ params: { username }, body, principal }) {
      // The owner's own row by id as well: the name may have passed on since the token was checked.
      const isOwner = principal.owns.username === username
      const where = isOwner ? { username, id: principal.id } : { username }
      const user = await users.update(where, body)
      if (user === undefined) throw noSuchUser()
      return { status: 200, body: ownUser(user) }
    },
  }
}

// Sign-up.
import { type Handlers, staged, type UrlFor } from '../../contract.ts'
import type { Passwords } from '../../security/passwords.ts'
import { toUser } from './presenter.ts'
import type { UserRepository } from './repository.ts'

interface Deps {
  readonly users: UserRepository
  readonly passwords: Passwords
  readonly urlFor: UrlFor
}

export function registrationHandlers({
  users,
  passwords,
  urlFor,
}: Deps): Pick<Handlers, 'createUser'> {
  return {
    createUser: staged('createUser', {
      prepare: ({ body }, { signal }) => passwords.hash(body.password, signal),

      async run(
        { body: { password: _, profileImageUrl = null, ...rest } },
        _context,
        passwordHash,
      ) {
        const user = await users.create({ ...rest, profileImageUrl, passwordHash })
        const headers = { Location: urlFor('getUser', { username: user.username }) }
        return { status: 201, body: toUser(user), headers }
      },
    }),
  }
}

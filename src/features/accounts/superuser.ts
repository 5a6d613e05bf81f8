// The first superuser. Safe to run again and in several processes at once, since the database decides
// which of them creates the user.
import { ApiError, fieldErrorsOf, type Invalidate, type Validator } from '../../contract.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { UserRepository } from './repository.ts'

interface Admin {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly password: string
}

interface Outcome {
  /** Whether the superuser exists now. */
  readonly ok: boolean
  /** What happened, in words for an operator. */
  readonly message: string
}

interface Deps {
  readonly users: UserRepository
  readonly passwords: Passwords
  /** Validates the bodies of a change of the account and of a change of the password. */
  readonly validate: { readonly account: Validator; readonly password: Validator }
  /** Removes reads of running services from the cache. */
  readonly invalidate: Invalidate
}

/** The variable of each property that the bodies have. */
const variables: Readonly<Record<string, string>> = {
  '/name': 'ADMIN_NAME',
  '/username': 'ADMIN_USERNAME',
  '/email': 'ADMIN_EMAIL',
  '/newPassword': 'ADMIN_PASSWORD',
}

const errorsOf = (validate: Validator, body: object) =>
  validate(body) ? [] : fieldErrorsOf(validate, '')

/** Creates the superuser, unless a superuser has that name already. */
export async function ensureSuperuser(
  { users, passwords, validate, invalidate }: Deps,
  admin: Admin,
): Promise<Outcome> {
  const { password, ...rest } = admin
  const change = { currentPassword: password, newPassword: password }
  const errors = [
    ...errorsOf(validate.account, rest),
    ...errorsOf(validate.password, change).filter((it) => it.pointer === '/newPassword'),
  ]
  if (errors.length > 0) {
    const lines = errors.map(({ pointer, detail }) => `${variables[pointer]} ${detail}`)
    return { ok: false, message: lines.join('; ') }
  }
  const passwordHash = await passwords.hash(password)
  try {
    await users.create({ ...rest, passwordHash, profileImageUrl: null, isSuperuser: true })
    await invalidate('listUsers')
    return { ok: true, message: `${admin.username} is a superuser now` }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const existing = await users.findByUsername(admin.username)
    if (existing?.isSuperuser) {
      return { ok: true, message: `${admin.username} is a superuser already` }
    }
    const variable = error.code === 'email_taken' ? 'ADMIN_EMAIL' : 'ADMIN_USERNAME'
    const message = `${variable} belongs to a user who is not a superuser; choose another one`
    return { ok: false, message }
  }
}

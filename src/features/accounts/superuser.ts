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
  /** Validates the body of a sign-up. */
  readonly validate: Validator
  /** Removes reads of running services from the cache. */
  readonly invalidate: Invalidate
}

/** Creates the superuser, unless a superuser has that name already. */
export async function ensureSuperuser(
  { users, passwords, validate, invalidate }: Deps,
  admin: Admin,
): Promise<Outcome> {
  const errors = validate(admin) ? [] : fieldErrorsOf(validate, '')
  if (errors.length > 0) {
    const lines = errors.map((it) => `ADMIN_${it.pointer.slice(1).toUpperCase()} ${it.detail}`)
    return { ok: false, message: lines.join('; ') }
  }
  const { password, ...rest } = admin
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

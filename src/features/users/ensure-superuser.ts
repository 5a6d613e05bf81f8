// The first superuser. Safe to run again, and while another process runs it.
import { Refusal } from '../../errors.ts'
import type { Passwords } from '../../platform/passwords.ts'
import type { UserRepository } from './repository.ts'

interface Admin {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly password: string
}

/**
 * Makes the superuser unless somebody has the name already.
 * @returns what happened, in words for an operator.
 */
export async function ensureSuperuser(
  { users, passwords }: { users: UserRepository; passwords: Passwords },
  { password, ...admin }: Admin,
): Promise<string> {
  const passwordHash = await passwords.hash(password)
  try {
    await users.create({ ...admin, passwordHash, profileImageUrl: null, isSuperuser: true })
    return `${admin.username} is a superuser now`
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const existing = await users.findByUsername(admin.username)
    if (existing?.isSuperuser) return `${admin.username} is a superuser already`
    const variable = error.code === 'email_taken' ? 'ADMIN_EMAIL' : 'ADMIN_USERNAME'
    return `no superuser was made, the name belongs to another user: change ${variable}`
  }
}

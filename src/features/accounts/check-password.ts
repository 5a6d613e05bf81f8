// Whose password this is. The one place where a login is tried, whoever asks.
import type { Outcome } from '../../security/guesses.ts'
import type { Passwords } from '../../security/passwords.ts'
import type { LoginGuard } from './login-guard.ts'

export interface Account {
  readonly id: string
  readonly username: string
  readonly passwordHash: string
  readonly isSuperuser: boolean
  readonly sessionGeneration: number
}

interface Dependencies {
  /** By username or email. */
  readonly findUser: (login: string) => Promise<Account | undefined>
  readonly passwords: Passwords
  readonly guard: LoginGuard
}

export interface Credentials {
  readonly login: string
  readonly password: string
}

export type CheckPassword = (
  credentials: Credentials,
  address: string,
) => Promise<Account | undefined>

/**
 * An unknown user and a wrong password take the same work and give the same nothing.
 * @throws ApiError rate_limited where too many tries have failed.
 */
export function checkPassword({ findUser, passwords, guard }: Dependencies): CheckPassword {
  return async ({ login, password }, address) => {
    const end = await guard(login, address)
    let outcome: Outcome = 'undone'
    try {
      const user = await findUser(login)
      outcome = (await passwords.verify(password, user?.passwordHash)) ? 'succeeded' : 'failed'
      return outcome === 'succeeded' ? user : undefined
    } finally {
      await end(outcome)
    }
  }
}

// Whose password this is. The one place where a password is compared, whoever asks.
import type { Passwords } from '../../platform/passwords.ts'

interface Account {
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
}

export type CheckPassword = (login: string, password: string) => Promise<Account | undefined>

/** An unknown user and a wrong password take the same work and give the same nothing. */
export function checkPassword({ findUser, passwords }: Dependencies): CheckPassword {
  return async (login, password) => {
    const user = await findUser(login)
    return (await passwords.verify(password, user?.passwordHash)) ? user : undefined
  }
}

// Logging in: from a password to an access token.
import type { Handlers } from '../../contract/handler.ts'
import { refusal } from '../../errors.ts'
import type { Passwords } from '../../platform/passwords.ts'
import type { Tokens } from '../../platform/tokens.ts'

interface Dependencies {
  readonly findUser: (
    login: string,
  ) => Promise<{ readonly id: string; readonly passwordHash: string } | undefined>
  readonly passwords: Passwords
  readonly tokens: Tokens
}

export function authHandlers({
  findUser,
  passwords,
  tokens,
}: Dependencies): Pick<Handlers, 'login'> {
  return {
    // An unknown user and a wrong password take the same time and get the same answer.
    async login({ body: { username, password } }) {
      const user = await findUser(username)
      const fits = await passwords.verify(password, user?.passwordHash)
      if (!fits || user === undefined) {
        const headers = { 'WWW-Authenticate': 'Bearer' }
        throw refusal('invalid_credentials', 'Username or password is wrong.', { headers })
      }
      const { token, expiresIn } = tokens.issue(user.id)
      const body = { access_token: token, token_type: 'Bearer', expires_in: expiresIn } as const
      return { status: 200, body }
    },
  }
}

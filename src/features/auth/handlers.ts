// Logging in: from a password to an access token.
import type { Handlers } from '../../contract/handler.ts'
import { refusal } from '../../errors.ts'
import type { Tokens } from '../../platform/tokens.ts'
import type { CheckPassword } from './check-password.ts'

interface Dependencies {
  readonly checkPassword: CheckPassword
  readonly tokens: Tokens
}

export function authHandlers({ checkPassword, tokens }: Dependencies): Pick<Handlers, 'login'> {
  return {
    async login({ body: { username, password } }) {
      const user = await checkPassword(username, password)
      if (user === undefined) {
        const code = 'invalid_credentials'
        throw refusal('unauthenticated', 'Username or password is wrong.', { code })
      }
      const { token, expiresIn } = tokens.issue(user.id)
      const body = { access_token: token, token_type: 'Bearer', expires_in: expiresIn } as const
      return { status: 200, body }
    },
  }
}

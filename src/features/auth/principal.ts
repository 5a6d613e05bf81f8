// From an access token to the principal whom the engine's access rules are checked against.
import { type Principal, superuserScope } from '../../contract/handler.ts'
import type { Tokens } from '../../platform/tokens.ts'

interface Dependencies {
  readonly findUser: (
    id: string,
  ) => Promise<{ readonly id: string; username: string; isSuperuser: boolean } | undefined>
  readonly tokens: Tokens
}

/**
 * Whose token this is, null when it is nobody's any more. The user is loaded for each request, so
 * that a deletion, a rename or a change of rights holds at once.
 */
export function principalOf({ findUser, tokens }: Dependencies) {
  return async (token: string): Promise<Principal | null> => {
    const userId = tokens.verify(token)
    const user = userId === null ? undefined : await findUser(userId)
    if (user === undefined) return null
    return {
      id: user.id,
      owns: { username: user.username, userId: user.id },
      scopes: user.isSuperuser ? [superuserScope] : [],
    }
  }
}

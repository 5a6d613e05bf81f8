// From credentials to the principal whom the engine's access rules are checked against.
import { validate as isUuid } from 'uuid'
import { type Principal, superuserScope } from '../../contract/handler.ts'
import type { Tokens } from '../../platform/tokens.ts'

interface Identity {
  readonly id: string
  readonly username: string
  readonly isSuperuser: boolean
}

/** What a user may reach: their own, and as a superuser what belongs to others. */
export function principalOf({ id, username, isSuperuser }: Identity): Principal {
  return { id, owns: { username, userId: id }, scopes: isSuperuser ? [superuserScope] : [] }
}

interface Dependencies {
  readonly findUser: (id: string) => Promise<Identity | undefined>
  readonly tokens: Tokens
}

/**
 * Whose access token this is, null when it is nobody's any more. The user is loaded for each
 * request, so that a deletion, a rename or a change of rights holds at once.
 */
export function principalOfToken({ findUser, tokens }: Dependencies) {
  return async (token: string): Promise<Principal | null> => {
    const userId = tokens.verify(token)
    // Another service may share the key and name its subjects otherwise.
    if (userId === null || !isUuid(userId)) return null
    const user = await findUser(userId)
    return user === undefined ? null : principalOf(user)
  }
}

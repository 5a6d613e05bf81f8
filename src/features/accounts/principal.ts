// From credentials to the principal whom the engine's access rules are checked against.
import { type Principal, superuserScope } from '../../contract.ts'
import type { Tokens } from '../../security/tokens.ts'

export interface Identity {
  readonly id: string
  readonly username: string
  readonly isSuperuser: boolean
}

/** What a user may reach: their own, and as a superuser what belongs to others. */
export function principalOf(user: Identity, sessionId?: string): Principal {
  const { id, username, isSuperuser } = user
  const scopes = isSuperuser ? [superuserScope] : []
  return { id, owns: { username, userId: id }, scopes, sessionId }
}

interface Dependencies {
  /** The user of a session that has not ended. */
  readonly findUser: (userId: string, sessionId: string) => Promise<Identity | undefined>
  readonly tokens: Tokens
}

/**
 * Whose access token this is, null when it is nobody's any more. User and session are loaded for each
 * request, in one query, so that a logout, a deletion, a rename or a change of rights holds at once.
 */
export function principalOfToken({ findUser, tokens }: Dependencies) {
  return async (token: string): Promise<Principal | null> => {
    const subject = tokens.verify(token)
    if (subject === null) return null
    const { userId, sessionId } = subject
    const user = await findUser(userId, sessionId)
    return user === undefined ? null : principalOf(user, sessionId)
  }
}

// A session as the contract shows it to its user.
import type { Schemas } from '../../contract.ts'
import type { SessionModel } from './session-model.ts'

export function ownSession(
  session: SessionModel,
  currentId: string | undefined,
): Schemas['Session'] {
  return {
    id: session.id,
    isCurrent: session.id === currentId,
    userAgent: session.userAgent,
    createdAt: session.createdAt,
    refreshedAt: session.refreshedAt,
    expiresAt: session.expiresAt,
  }
}

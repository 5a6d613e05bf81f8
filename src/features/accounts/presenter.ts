// Users as the contract shows them: to anyone, to themselves, and to superusers.
// A session as the contract shows it to its user.
import type { Schemas } from '../../contract.ts'
import type { SessionModel, User } from './model.ts'

export function publicUser(user: User): Schemas['PublicUser'] {
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    profileImageUrl: user.profileImageUrl,
    createdAt: user.createdAt,
  }
}

export function ownUser(user: User): Schemas['User'] {
  return {
    ...publicUser(user),
    email: user.email,
    isSuperuser: user.isSuperuser,
    updatedAt: user.updatedAt,
  }
}

export function anyUser(user: User): Schemas['AnyUser'] {
  return { ...ownUser(user), deletedAt: user.deletedAt }
}

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

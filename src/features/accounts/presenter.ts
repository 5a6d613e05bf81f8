// Users and sessions as responses show them.
import type { Schemas } from '../../contract.ts'
import type { SessionModel, User } from './model.ts'

/** Returns what everyone may see of a user. */
export function toPublicUser(user: User): Schemas['PublicUser'] {
  return {
    id: user.id,
    name: user.name,
    username: user.username,
    profileImageUrl: user.profileImageUrl,
    createdAt: user.createdAt,
  }
}

/** Returns what users see of their own account. */
export function toUser(user: User): Schemas['User'] {
  return {
    ...toPublicUser(user),
    email: user.email,
    isSuperuser: user.isSuperuser,
    updatedAt: user.updatedAt,
  }
}

/** Returns what superusers see of any user, deleted or not. */
export function toAdminUser(user: User): Schemas['AnyUser'] {
  return { ...toUser(user), deletedAt: user.deletedAt }
}

/** @param currentId the id of the session that the request belongs to. */
export function toSession(
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

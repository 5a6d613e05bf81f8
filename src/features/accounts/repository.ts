// Users in the database. Every query but `pageWithDeleted` and `hardDelete` finds active users only.
import { raw } from 'objection'
import { v7 as uuidv7 } from 'uuid'
import { conflict, type HandlerRequest, type Schemas } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import { translateConstraints } from '../../db/errors.ts'
import {
  keysetPage,
  orderOf,
  type Page,
  type Precondition,
  whereContains,
  writeIf,
} from '../../db/repository.ts'
import { statement } from '../../db/statements.ts'
import type { Clock } from '../../lib/clock.ts'
import { type User, UserModel } from './model.ts'

interface NewUser {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly passwordHash: string
  readonly profileImageUrl: string | null
  readonly isSuperuser?: boolean
}

type UserChanges = Partial<Pick<NewUser, 'name' | 'username' | 'email' | 'profileImageUrl'>>

/** An active user by id, under the name that a request states: the name may pass to another user. */
interface UserKey {
  readonly id: string
  readonly username: string
}

/** The orders of the lists of users. */
const orders = {
  createdAt: { column: 'id' },
  name: { column: 'name', collation: 'und-x-icu' },
} as const
const ordersWithDeleted = {
  createdAt: { column: 'id' },
  deletedAt: { column: 'deleted_at', isNullable: true },
} as const

const constraintErrors = {
  users_username_key: () => conflict('username_taken', 'This username is taken.'),
  users_email_key: () => conflict('email_taken', 'This email address is taken.'),
}

const columns = `id, name, username, email, password_hash as "passwordHash",
  profile_image_url as "profileImageUrl", is_superuser as "isSuperuser",
  session_generation as "sessionGeneration", created_at as "createdAt",
  updated_at as "updatedAt", deleted_at as "deletedAt"`

const selectById = statement<User>(
  'user_by_id',
  `select ${columns} from users where id = ? and deleted_at is null`,
)

const selectByUsername = statement<User>(
  'user_by_username',
  `select ${columns} from users where username = ? and deleted_at is null`,
)

/** Ignores when the session expires: an access token expires before its session. */
const selectBySession = statement<Pick<User, 'id' | 'username' | 'isSuperuser'>>(
  'user_by_session',
  `select users.id, users.username, users.is_superuser as "isSuperuser"
  from users join sessions on sessions.user_id = users.id
  where users.id = ? and sessions.id = ?
    and users.session_generation = sessions.generation and users.deleted_at is null`,
)

export type UserRepository = ReturnType<typeof userRepository>

/** @param db the pool, or a transaction in which all queries run. */
export function userRepository(db: Connection, clock: Clock) {
  const active = (on = db) => UserModel.query(on).whereNull('deleted_at')
  const byKey = ({ id, username }: UserKey) => {
    return (on: Connection) => active(on).where({ id, username })
  }
  return {
    /** @throws ApiError username_taken or email_taken. */
    async create(user: NewUser): Promise<User> {
      const now = clock().toISOString()
      const row = { id: uuidv7(), isSuperuser: false, createdAt: now, updatedAt: now, ...user }
      return translateConstraints(constraintErrors, () =>
        UserModel.query(db).insert(row).returning('*'),
      )
    },

    async findById(id: string): Promise<User | undefined> {
      return (await selectById(db, id)).rows[0]
    },

    /** Finds a user by one of their active sessions. */
    async findBySession(id: string, sessionId: string) {
      return (await selectBySession(db, id, sessionId)).rows[0]
    },

    async findByUsername(username: string): Promise<User | undefined> {
      return (await selectByUsername(db, username)).rows[0]
    },

    async findIdByUsername(username: string): Promise<string | undefined> {
      return (await selectByUsername(db, username)).rows[0]?.id
    },

    /**
     * Finds a user by username, or by email address in any case. JavaScript lowers the case, as it does
     * where logins are counted: PostgreSQL maps more letters to an i.
     */
    async findByLogin(login: string): Promise<User | undefined> {
      if (!login.includes('@')) return active().findOne({ username: login })
      return active().whereRaw('lower(email) = ?', [login.toLowerCase()]).first()
    },

    /** Returns a page of users, of those with a text in a name if one is given. */
    page({ sort, q, ...request }: HandlerRequest<'listUsers'>['query']): Promise<Page<User>> {
      const query = active()
      if (q !== undefined) whereContains(query, ['name', 'username'], q)
      return keysetPage(query, request, orderOf(sort, orders))
    },

    /**
     * Updates a user who still has the username, and returns the new row. A rename locks the row first,
     * so that writes under the old name have committed.
     * @throws ApiError username_taken or email_taken, and what the precondition throws.
     */
    async update(
      key: UserKey,
      changes: UserChanges,
      precondition?: Precondition<User>,
    ): Promise<User | undefined> {
      const patch = { ...changes, updatedAt: clock().toISOString() }
      const isRename = changes.username !== undefined
      const check = isRename ? (precondition ?? (() => {})) : precondition
      return translateConstraints(constraintErrors, () =>
        writeIf(db, check, byKey(key), (row) => row.patch(patch).returning('*').first()),
      )
    },

    /**
     * Replaces a password hash and ends all sessions of the user. Returns false if the hash has changed
     * meanwhile or the user is deleted.
     */
    async changePassword(id: string, previousHash: string, passwordHash: string): Promise<boolean> {
      const sessionGeneration = raw('session_generation + 1')
      const patch = { passwordHash, sessionGeneration, updatedAt: clock().toISOString() }
      return (await active().where({ id, password_hash: previousHash }).patch(patch)) > 0
    },

    /** Ends the sessions of a user, or of all. Returns how many users there are. */
    async endSessions(username?: string): Promise<number> {
      const users = username === undefined ? active() : active().where({ username })
      return users.patch({ sessionGeneration: raw('session_generation + 1') })
    },

    /**
     * Deletes a user softly: the row stays, username and email address become free. Returns false if
     * there is no such user.
     * @throws what the precondition throws.
     */
    async delete(key: UserKey, precondition?: Precondition<User>): Promise<boolean> {
      const now = clock().toISOString()
      const patch = { deletedAt: now, updatedAt: now }
      return (await writeIf(db, precondition, byKey(key), (row) => row.patch(patch))) > 0
    },

    /** Returns a page of users, filtered by state and by a text in a name; without a state, in all of them. */
    pageWithDeleted({
      status = [],
      sort,
      q,
      ...request
    }: HandlerRequest<'listAllUsers'>['query']): Promise<Page<User>> {
      const query = UserModel.query(db)
      const isIn = (it: Schemas['UserStatus']) => status.length === 0 || status.includes(it)
      if (!isIn('active')) query.whereNotNull('deleted_at')
      if (!isIn('deleted')) query.whereNull('deleted_at')
      if (q !== undefined) whereContains(query, ['name', 'username', 'email'], q)
      return keysetPage(query, request, orderOf(sort, ordersWithDeleted))
    },

    /** Removes a user, deleted or not, with everything of theirs. Returns false if there is none. */
    async hardDelete(id: string): Promise<boolean> {
      return (await UserModel.query(db).deleteById(id)) > 0
    },

    /** Hard deletes up to `limit` users that were deleted before a time, and returns their number. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = UserModel.query(db).select('id').where('deleted_at', '<', before).limit(limit)
      return UserModel.query(db).whereIn('id', old).delete()
    },
  }
}

// Users in the database. All but `anyPage` and `erase` see present users only.
import { raw } from 'objection'
import { v7 as uuidv7 } from 'uuid'
import { conflict } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
import { refusing } from '../../db/errors.ts'
import {
  type Guard,
  guarded,
  keysetPage,
  type Page,
  type PageRequest,
} from '../../db/repository.ts'
import { statement } from '../../db/statements.ts'
import type { Clock } from '../../lib/clock.ts'
import { type User, UserModel } from './model.ts'

export interface NewUser {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly passwordHash: string
  readonly profileImageUrl: string | null
  readonly isSuperuser?: boolean
}

export interface AnyUserFilter extends PageRequest {
  readonly deleted?: boolean | undefined
  readonly search?: string | undefined
}

/** What access is decided by. */
type Identity = Pick<User, 'id' | 'username' | 'isSuperuser'>

/** An active user under the name that a request says: the name may pass to another user. */
interface UserKey {
  readonly id: string
  readonly username: string
}

export type UserChanges = Partial<Pick<NewUser, 'name' | 'username' | 'email' | 'profileImageUrl'>>

/** By its names in `migrations/`, what a client is told. */
const taken = {
  users_username_key: () => conflict('username_taken', 'This username is taken.'),
  users_email_key: () => conflict('email_taken', 'This email address is taken.'),
}

const columns = `users.id, users.name, users.username, users.email,
  users.password_hash as "passwordHash", users.profile_image_url as "profileImageUrl",
  users.is_superuser as "isSuperuser", users.session_generation as "sessionGeneration",
  users.created_at as "createdAt", users.updated_at as "updatedAt", users.deleted_at as "deletedAt"`

const selectById = statement<User>(
  'user_by_id',
  `select ${columns} from users where id = ? and deleted_at is null`,
)

const selectByUsername = statement<User>(
  'user_by_username',
  `select ${columns} from users where username = ? and deleted_at is null`,
)

/** Ignores when the session expires: an access token expires before its session. */
const selectBySession = statement<Identity>(
  'user_by_session',
  `select users.id, users.username, users.is_superuser as "isSuperuser"
  from users join sessions on sessions.user_id = users.id
  where users.id = ? and sessions.id = ?
    and users.session_generation = sessions.generation and users.deleted_at is null`,
)

export type UserRepository = ReturnType<typeof userRepository>

/** Closes over a connection pool, or a transaction in which all that follows happens. */
export function userRepository(db: Connection, clock: Clock) {
  const present = (on = db) => UserModel.query(on).whereNull('deleted_at')
  return {
    /** @throws ApiError username_taken or email_taken. */
    async create(user: NewUser): Promise<UserModel> {
      const now = clock().toISOString()
      const row = { id: uuidv7(), isSuperuser: false, createdAt: now, updatedAt: now, ...user }
      return refusing(taken, () => UserModel.query(db).insert(row).returning('*'))
    },

    async findById(id: string): Promise<User | undefined> {
      return (await selectById(db, id)).rows[0]
    },

    /** Who a user is, by one of their sessions that has not ended. */
    async findBySession(id: string, sessionId: string): Promise<Identity | undefined> {
      return (await selectBySession(db, id, sessionId)).rows[0]
    },

    async findByUsername(username: string): Promise<User | undefined> {
      return (await selectByUsername(db, username)).rows[0]
    },

    /** Returns the id of the active user who has a name. */
    async findIdByUsername(username: string): Promise<string | undefined> {
      return (await selectByUsername(db, username)).rows[0]?.id
    },

    /**
     * By username, or by email without regard to case; which case is which says JavaScript, as it does
     * where tries are counted: PostgreSQL takes more letters for an i.
     */
    async findByLogin(login: string): Promise<UserModel | undefined> {
      if (!login.includes('@')) return present().findOne({ username: login })
      return present().whereRaw('lower(email) = ?', [login.toLowerCase()]).first()
    },

    page(request: PageRequest): Promise<Page<UserModel>> {
      return keysetPage(present(), request)
    },

    /**
     * Changes the user that still has all of what `where` names, unless the guard throws. A row that gets
     * another name is locked first: what is being written under the old one has ended by then.
     * @returns the user as it is now, undefined where there is none.
     * @throws ApiError username_taken or email_taken.
     */
    async update(
      where: UserKey,
      changes: UserChanges,
      guard?: Guard<UserModel>,
    ): Promise<UserModel | undefined> {
      const update = { ...changes, updatedAt: clock().toISOString() }
      const { id, username } = where
      const one = (on: Connection) => present(on).where({ id, username })
      const lock = changes.username === undefined ? guard : (guard ?? (() => {}))
      return refusing(taken, () =>
        guarded(db, lock, one, (row) => row.patch(update).returning('*').first()),
      )
    },

    /**
     * Replaces a password that is still the one it was, and ends all sessions that it opened.
     * @returns false where it has changed meanwhile, or there is no such user any more.
     */
    async changePassword(id: string, previousHash: string, passwordHash: string): Promise<boolean> {
      const sessionGeneration = raw('session_generation + 1')
      const one = present().where({ id, password_hash: previousHash })
      return (
        (await one.patch({ passwordHash, sessionGeneration, updatedAt: clock().toISOString() })) > 0
      )
    },

    /**
     * Deletes softly, unless the guard throws: the row stays, the names are free.
     * @returns false where there is no such user.
     */
    async delete(where: UserKey, guard?: Guard<UserModel>): Promise<boolean> {
      const now = clock().toISOString()
      const { id, username } = where
      const one = (on: Connection) => present(on).where({ id, username })
      const patch = { deletedAt: now, updatedAt: now }
      return (await guarded(db, guard, one, (row) => row.patch(patch))) > 0
    },

    /** Users whether deleted or not, narrowed by either, or by a text in one of their names. */
    async anyPage({ deleted, search, ...request }: AnyUserFilter): Promise<Page<UserModel>> {
      const query = UserModel.query(db)
      if (deleted === true) query.whereNotNull('deleted_at')
      if (deleted === false) query.whereNull('deleted_at')
      if (search !== undefined) {
        const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
        query.where((either) => {
          for (const column of ['name', 'username', 'email']) either.orWhereILike(column, pattern)
        })
      }
      return keysetPage(query, request)
    },

    /** Removes the row and what hangs on it, deleted or not. @returns false where there is none. */
    async erase(id: string): Promise<boolean> {
      return (await UserModel.query(db).deleteById(id)) > 0
    },

    /** Removes up to so many users that were deleted before a time, with what hangs on them. @returns how many. */
    async purge(before: Date, limit: number): Promise<number> {
      const old = UserModel.query(db).select('id').where('deleted_at', '<', before).limit(limit)
      return UserModel.query(db).whereIn('id', old).delete()
    },
  }
}

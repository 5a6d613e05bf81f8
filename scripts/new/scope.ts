// To whom or to what a resource belongs: the user, or the resource below which its path is.
import { isOwned, type Resource } from './resource.ts'

export interface Scope {
  /** What handlers and repository call it: `owner`, `post`. */
  readonly name: string
  /** The type of its key: `Owner`, `PostKey`. */
  readonly type: string
  readonly comment: string
  readonly members: readonly string[]
  /** The column that refers to it. */
  readonly column: string
  /** The table that the column refers to. */
  readonly table: string
  /** Finds it while it is active. */
  readonly sql: string
  /** The members for the placeholders in the SQL; the first is its id. */
  readonly values: readonly string[]
}

/** Returns the scope of a resource; undefined for one at the top. */
export function scopeOf(resource: Resource): Scope | undefined {
  const { parent } = resource
  if (parent === undefined) return isOwned(resource) ? owner : undefined
  const { one, table, isSoftDeleted, parameters, userColumn } = parent
  const active = isSoftDeleted ? ` and ${table}.deleted_at is null` : ''
  const ofUser = `select ${table}.id from ${table} join users on users.id = ${table}.${userColumn}
  where ${table}.id = ? and users.username = ?${active} and users.deleted_at is null`
  return {
    name: one.camel,
    type: `${one.pascal}Key`,
    comment: `The ${one.spoken} that a path names.`,
    members: parameters,
    column: `${one.snake}_id`,
    table,
    sql: parameters.length > 1 ? ofUser : `select id from ${table} where id = ?${active}`,
    values: [...parameters].reverse(),
  }
}

const owner: Scope = {
  name: 'owner',
  type: 'Owner',
  comment:
    'An active user by id, under the name that a request states: the name may pass to another user.',
  members: ['id', 'username'],
  column: 'user_id',
  table: 'users',
  sql: 'select id from users where id = ? and username = ? and deleted_at is null',
  values: ['id', 'username'],
}

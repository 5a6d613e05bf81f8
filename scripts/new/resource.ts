// What `npm run new -- resource` is asked for, and what all its templates read of it.
import type { Field } from './fields.ts'
import type { Name } from './names.ts'
import type { Parent } from './parent.ts'

/**
 * Who may call the operations. Superusers may do all of it.
 * `owner`: the user whom the path names, under `/users/{username}`.
 * `public`: anyone reads, every user creates, and only its author changes what they created.
 * `admin`: anyone reads, and only superusers write.
 */
type Access = 'owner' | 'public' | 'admin'

export interface Resource {
  readonly one: Name
  readonly many: Name
  readonly fields: readonly Field[]
  readonly access: Access
  /** The resource below which it is. */
  readonly parent: Parent | undefined
  /** Deleted rows stay until a job removes them. */
  readonly isSoftDeleted: boolean
  /** How many seconds reads are cached; undefined if they are not. */
  readonly cacheSeconds: number | undefined
  /** What a list may be sorted by, beside the time of creation. */
  readonly sorted: readonly Field[]
  /** What a list may be filtered by. */
  readonly filtered: readonly Field[]
  /** The texts that a list may be searched in. */
  readonly searched: readonly Field[]
}

/** Tells whether the path names the user to whom a resource belongs. */
export const isOwned = ({ access }: Resource) => access === 'owner'

/** Tells whether a resource belongs to the user who created it. */
export const isAuthored = ({ access }: Resource) => access === 'public'

/** Returns the column of the user to whom a row belongs; undefined if it belongs to no one. */
export const userColumn = ({ access, parent }: Resource) =>
  ({ owner: parent ? undefined : 'user_id', public: 'author_id', admin: undefined })[access]

/** Returns the path of the list. */
export function listPath(resource: Resource): string {
  const { parent, many } = resource
  const above = parent?.itemPath ?? (isOwned(resource) ? '/users/{username}' : '')
  return `${above}/${many.kebab}`
}

/** Returns the name of the path parameter: `noteId`. */
export const idName = ({ one }: Resource) => `${one.camel}Id`

/** Returns the path of one of them. */
export const itemPath = (resource: Resource) => `${listPath(resource)}/{${idName(resource)}}`

/** Returns the name of the component for a field: `NoteText`. */
export const componentOf = ({ one }: Resource, { name }: Field) => one.pascal + name.pascal

/** Returns the operations by what they do. */
export function operationsOf({ one, many }: Resource) {
  return {
    list: `list${many.pascal}`,
    create: `create${one.pascal}`,
    get: `get${one.pascal}`,
    update: `update${one.pascal}`,
    delete: `delete${one.pascal}`,
  }
}

/** Tells whether a list takes more than a page to be asked for. */
export const hasListQuery = ({ sorted, filtered, searched }: Resource) =>
  sorted.length + filtered.length + searched.length > 0

export const uniqueFields = ({ fields }: Resource) => fields.filter((it) => it.isUnique)

export const refFields = ({ fields }: Resource) => fields.filter((it) => it.type === 'ref')

/** Returns the problem code of a unique field: `note_slug_taken`. */
export const codeOf = ({ one }: Resource, { name }: Field) => `${one.snake}_${name.snake}_taken`

/** Returns the name of the unique index of a field, which tells its violation from others. */
export const uniqueIndex = ({ many }: Resource, { name }: Field) =>
  `${many.snake}_${name.snake}_key`

/** Returns the name that knex gives to the constraint of a foreign key. */
export const foreignKey = ({ many }: Resource, { name }: Field) =>
  `${many.snake}_${name.snake}_foreign`

/** From this length on, in characters, a list leaves a text out. */
const longText = 500

/** Tells whether a value may be so long that a list leaves it out. */
const isLong = ({ type, max = 0, isList }: Field) =>
  type === 'json' || (type === 'string' && (isList || max > longText))

/** Tells whether a list shows less of each than its own read. */
export const hasSummary = ({ fields }: Resource) => fields.some(isLong)

/** Returns the fields that a list shows. */
export const listedFields = ({ fields }: Resource) => fields.filter((it) => !isLong(it))

/** Returns the name of the schema of which a list has many. */
export const listedName = (resource: Resource) =>
  `${resource.one.pascal}${hasSummary(resource) ? 'Summary' : ''}`

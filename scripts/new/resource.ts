// What `npm run new -- resource` is asked for, and what all its templates read of it.
import type { Field } from './fields.ts'
import type { Name } from './names.ts'

/**
 * Who may call the operations:
 * `owner`: the user whom the path names, under `/users/{username}`;
 * `public`: anyone reads, every user creates, and only the author changes what they created;
 * `admin`: superusers, under `/admin`.
 * Superusers may do all of it.
 */
type Access = 'owner' | 'public' | 'admin'

export interface Resource {
  readonly one: Name
  readonly many: Name
  readonly fields: readonly Field[]
  readonly access: Access
  /** Deleted rows stay until a job removes them. */
  readonly isSoftDeleted: boolean
  /** How many seconds reads are cached; undefined if they are not. */
  readonly cacheSeconds: number | undefined
}

/** Tells whether the path names the user to whom a resource belongs. */
export const isOwned = ({ access }: Resource) => access === 'owner'

/** Tells whether a resource belongs to the user who created it. */
export const isAuthored = ({ access }: Resource) => access === 'public'

const prefixes = { owner: '/users/{username}', public: '', admin: '/admin' }

/** Returns the path of the list. */
export const listPath = ({ access, many }: Resource) => `${prefixes[access]}/${many.kebab}`

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

/** Returns the problem code of a unique field: `note_slug_taken`. */
export const codeOf = ({ one }: Resource, { name }: Field) => `${one.snake}_${name.snake}_taken`

/** From this length on, in characters, a list leaves a text out. */
const longText = 500

/** Tells whether a value may be so long that a list leaves it out. */
export const isLong = ({ type, max, isList }: Field) =>
  type === 'json' || (type === 'string' && (isList || (max ?? 0) > longText))

/** Tells whether a list shows less of each than its own read. */
export const hasSummary = ({ fields }: Resource) => fields.some(isLong)

/** Returns the name of the schema of which a list has many. */
export const listedName = (resource: Resource) =>
  `${resource.one.pascal}${hasSummary(resource) ? 'Summary' : ''}`

// `repository.ts` of a resource: its queries.
import { code, wrapped } from '../code.ts'
import { sentence, withArticle } from '../names.ts'
import {
  codeOf,
  foreignKey,
  hasSummary,
  isAuthored,
  listedFields,
  listedName,
  operationsOf,
  type Resource,
  refFields,
  uniqueFields,
  uniqueIndex,
} from '../resource.ts'
import { type Scope, scopeOf } from '../scope.ts'

/** Returns `repository.ts`. */
export function repository(resource: Resource): string {
  const { one, many, isSoftDeleted, sorted } = resource
  const scope = scopeOf(resource)
  const errors = constraintErrors(resource)
  const model = `${one.pascal}Model`
  return code`
// ${sentence(many.spoken)} in the database.${scope && ` Every query requires the ${scope.name}: an id alone gives no access.`}
${imports(resource)}

${scope && scopeQueries(resource, scope)}
${sorted.length > 0 && orders(resource)}
${
  errors.length > 0 &&
  code`
const constraintErrors = {
  ${errors}
}
`
}
${
  hasSummary(resource) &&
  code`
/** The columns that a list shows. */
const listed = [${listedColumns(resource)}]
`
}
export type ${one.pascal}Repository = ReturnType<typeof ${one.camel}Repository>

/** @param db the pool, or a transaction in which all queries run. */
export function ${one.camel}Repository(db: Connection, clock: Clock) {
  ${rows(resource)}
  return {
    ${create(resource)}
    /** Finds ${withArticle(one.spoken)}${scope && ` of ${withArticle(scope.name)}`}. */
    async find(${scope && `${scope.name}: ${scope.type}, `}id: string): Promise<${model} | undefined> {
      return ${scope ? `${many.camel}Of(${scope.name})` : 'visible()'}.findById(id)
    },

    ${page(resource)}
    ${update(resource)}
    /**
     * Deletes ${withArticle(one.spoken)}${isSoftDeleted && ' softly'}. Returns false if ${scope ? `the ${scope.name} has no such ${one.spoken}` : 'there is none'}.
     * @throws what the precondition throws.
     */
    async delete(
      ${scope && `${scope.name}: ${scope.type},`}
      id: string,
      precondition?: Precondition<${model}>,
    ): Promise<boolean> {
      ${isSoftDeleted && 'const patch = { deletedAt: clock().toISOString() }'}
      const ${one.camel} = ${byKey(resource)}
      return (await writeIf(db, precondition, ${one.camel}, (row) => row.${isSoftDeleted ? 'patch(patch)' : 'delete()'})) > 0
    },
    ${isSoftDeleted && purge(resource)}
  }
}
`
}

function imports(resource: Resource): string {
  const { one, searched, sorted } = resource
  const errors = constraintErrors(resource)
  const fromContract = [
    ...(errors.some((it) => it.includes('apiError')) ? ['apiError'] : []),
    ...(uniqueFields(resource).length > 0 ? ['conflict'] : []),
    'type HandlerRequest',
    'type Schemas',
  ]
  const fromRepository = [
    'keysetPage',
    ...(sorted.length > 0 ? ['orderOf'] : []),
    'type Page',
    'type Precondition',
    ...(searched.length > 0 ? ['whereContains'] : []),
    'writeIf',
  ]
  const fromModel = [
    `${one.pascal}Model`,
    ...(hasSummary(resource) ? [`type ${listedName(resource)}`] : []),
  ]
  return code`
import { v7 as uuidv7 } from 'uuid'
import { ${fromContract.join(', ')} } from '../../contract.ts'
import type { Connection } from '../../db/connection.ts'
${errors.length > 0 && `import { translateConstraints } from '../../db/errors.ts'`}
import { ${fromRepository.join(', ')} } from '../../db/repository.ts'
${scopeOf(resource) && `import { statement } from '../../db/statements.ts'`}
import type { Clock } from '../../lib/clock.ts'
import { ${fromModel.join(', ')} } from './model.ts'`
}

const orders = ({ sorted }: Resource) => code`
const orders = {
  createdAt: { column: 'id' },
  ${sorted.map(({ name, type, isOptional }) => {
    const collation = type === 'string' ? `, collation: 'und-x-icu'` : ''
    return `${name.camel}: { column: '${name.snake}'${collation}${isOptional ? ', isNullable: true' : ''} },`
  })}
} as const
`

const listedColumns = (resource: Resource) =>
  [
    'id',
    ...(isAuthored(resource) ? ['author_id'] : []),
    ...listedFields(resource).map((it) => it.name.snake),
    'created_at',
    'updated_at',
  ]
    .map((it) => `'${it}'`)
    .join(', ')

/** Returns what the violation of each constraint means to a client. */
function constraintErrors(resource: Resource): string[] {
  const { many } = resource
  const deleted = `() => apiError('unauthenticated', 'This account has been deleted.'),`
  return [
    ...(isAuthored(resource) ? [`${many.snake}_author_id_foreign: ${deleted}`] : []),
    ...refFields(resource).map((it) => {
      const errors = `[{ pointer: '/body/${it.name.camel}', detail: 'is the id of no user' }]`
      return `${foreignKey(resource, it)}: () => apiError('validation_failed', 'There is no such user.', { errors: ${errors} }),`
    }),
    ...uniqueFields(resource).map((it) => {
      const error = `conflict('${codeOf(resource, it)}', 'This ${it.name.spoken} is taken.')`
      return `${uniqueIndex(resource, it)}: () => ${error},`
    }),
  ]
}

/** Returns the ApiErrors that a write may throw, for its comment. */
function thrown(resource: Resource): string | undefined {
  const kinds = [
    ...(refFields(resource).length > 0 ? ['validation_failed for a user that does not exist'] : []),
    ...uniqueFields(resource).map((it) => codeOf(resource, it)),
  ]
  return kinds.length > 0 ? `ApiError ${kinds.join(' or ')}` : undefined
}

/** Returns the lines of a doc comment. */
const comment = (text: string) => wrapped(text, 7).map((it) => `* ${it}`)

function translated(resource: Resource, write: string): string {
  if (constraintErrors(resource).length === 0) return write
  return `translateConstraints(constraintErrors, () => ${write})`
}

/** Returns the key of the scope, and the statements that find it. */
function scopeQueries({ one, parent }: Resource, scope: Scope): string {
  const name = sentence(scope.name)
  return code`
/** ${scope.comment} */
interface ${scope.type} {
  ${scope.members.map((it) => `readonly ${it}: string`)}
}

${
  parent &&
  code`
const active${name} = \`${scope.sql}\`
const select${name} = statement<{ id: string }>('${scope.name}_of_${one.snake}', active${name})
`
}
/**
 * Locks the ${scope.name} as a rename of its user does: a write under a name commits before the name changes,
 * or finds it changed. Otherwise a list under the new name could be cached without it.
 */
const locked${name} = ${parent ? `\`\${active${name}} for key share\`` : `'${scope.sql} for key share'`}
const lock${name} = statement<{ id: string }>('lock_${scope.name}_of_${one.snake}', locked${name})
`
}

/** Returns the queries that the methods share. */
function rows(resource: Resource): string {
  const { one, many, isSoftDeleted, parent } = resource
  const scope = scopeOf(resource)
  const name = scope && sentence(scope.name)
  const author = isAuthored(resource)
  const table = many.snake
  const base = [
    `${one.pascal}Model.query(on)`,
    isSoftDeleted && `.whereNull('deleted_at')`,
    scope && `.where({ ${scope.column}: ${scope.name}.${scope.values[0]} })`,
    author && `.whereRaw(\`exists (\${activeAuthor})\`)`,
  ]
  const selected = base.filter(Boolean).join('')
  const values = scope && `[${scope.values.map((it) => `${scope.name}.${it}`).join(', ')}]`
  const exists = (sql: string) => `.whereRaw(\`exists (\${${sql}})\`, ${values})`
  return code`
  ${author && '/** The end of an author hides what they created. */'}
  ${author && `const activeAuthor = 'select from users where users.id = ${table}.author_id and users.deleted_at is null'`}
  ${!scope && `const visible = (on = db) => ${selected}`}
  ${scope && !parent && `const ${many.camel}Of = (${scope.name}: ${scope.type}, on = db) => ${selected}`}
  ${scope && parent && `const ${many.camel}Of = (${scope.name}: ${scope.type}, on = db, found = active${name}) => ${selected}${exists('found')}`}
  ${scope && !parent && `const byKey = (${scope.name}: ${scope.type}, id: string) => (on: Connection) => ${many.camel}Of(${scope.name}, on).where({ id })${exists(`locked${name}`)}`}
  ${scope && parent && `const byKey = (${scope.name}: ${scope.type}, id: string) => (on: Connection) => ${many.camel}Of(${scope.name}, on, locked${name}).where({ id })`}
`
}

/** Returns the function that selects the row of a write. */
function byKey(resource: Resource): string {
  const scope = scopeOf(resource)
  return scope ? `byKey(${scope.name}, id)` : '(on: Connection) => visible(on).where({ id })'
}

function create(resource: Resource): string {
  const { one, fields, parent } = resource
  const scope = scopeOf(resource)
  const authored = isAuthored(resource)
  const model = `${one.pascal}Model`
  const nulls = fields.filter((it) => it.isOptional).map((it) => `${it.name.camel}: null`)
  const id = scope && `${scope.name}.${scope.values[0]}`
  const place = parent && id ? [`${parent.one.camel}Id: ${id}`] : id ? [`userId: ${id}`] : []
  const user = [...place, ...(authored ? ['authorId'] : [])]
  const now = ['createdAt: now', 'updatedAt: now']
  const row = ['id: uuidv7()', ...user, ...nulls, '...values', ...now].join(', ')
  const deleted = authored ? 'unauthenticated if the account has been deleted' : undefined
  const errors = [thrown(resource), deleted].filter((it) => it !== undefined).join(', or ')
  const keys = scope?.values.map((it) => `${scope.name}.${it}`).join(', ')
  const insert = scope
    ? code`
db.transaction(async (trx) => {
  const found = await lock${sentence(scope.name)}(trx, ${keys})
  if (found.rowCount === 0) return undefined
  return ${model}.query(trx).insert(row).returning('*')
})`
    : `${model}.query(db).insert(row).returning('*')`
  const missing = scope ? ` Returns undefined if there is no such ${scope.name}.` : ''
  return code`
/**
 * Creates ${withArticle(one.spoken)}.${missing}
 ${errors && comment(`@throws ${errors.startsWith('ApiError') ? '' : 'ApiError '}${errors}.`)}
 */
async create(
  ${scope && `${scope.name}: ${scope.type},`}
  ${authored && 'authorId: string,'}
  values: Schemas['${one.pascal}Create'],
): Promise<${model}${scope && ' | undefined'}> {
  const now = clock().toISOString()
  const row = { ${row} }
  return ${translated(resource, insert)}
},

`
}

function page(resource: Resource): string {
  const { many, filtered, searched, sorted, parent } = resource
  const { list } = operationsOf(resource)
  const scope = scopeOf(resource)
  const select = hasSummary(resource) ? '.select(...listed)' : ''
  const found = `${scope ? `${many.camel}Of(${scope.name})` : 'visible()'}${select}`
  const asked = [
    ...(sorted.length > 0 ? ['sort'] : []),
    ...(searched.length > 0 ? ['q'] : []),
    ...filtered.map((it) => it.name.camel),
  ]
  const query = `HandlerRequest<'${list}'>['query']`
  const parameter = asked.length > 0 ? `{ ${asked.join(', ')}, ...request }` : 'request'
  const row = hasSummary(resource) ? listedName(resource) : `${resource.one.pascal}Model`
  const isChosen = filtered.length + searched.length > 0
  const columns = searched.map((it) => `'${it.name.snake}'`).join(', ')
  const order = sorted.length > 0 ? ', orderOf(sort, orders)' : ''
  return code`
/** Returns a page of ${many.spoken}${parent && `; undefined if there is no such ${parent.one.spoken}`}. */
${parent && 'async '}page(${scope && `${scope.name}: ${scope.type}, `}${parameter}: ${query}): Promise<Page<${row}>${parent && ' | undefined'}> {
  ${parent && scope && `const found = await select${sentence(scope.name)}(db, ${scope.values.map((it) => `${scope.name}.${it}`).join(', ')})`}
  ${parent && 'if (found.rowCount === 0) return undefined'}
  ${isChosen && `const ${many.camel} = ${found}`}
  ${filtered.map(({ name }) => {
    const where = name.snake === name.camel ? name.camel : `${name.snake}: ${name.camel}`
    return `if (${name.camel} !== undefined) ${many.camel}.where({ ${where} })`
  })}
  ${searched.length > 0 && `if (q !== undefined) whereContains(${many.camel}, [${columns}], q)`}
  return keysetPage(${isChosen ? many.camel : found}, request${order})
},

`
}

function update(resource: Resource): string {
  const { one } = resource
  const scope = scopeOf(resource)
  const model = `${one.pascal}Model`
  const errors = [thrown(resource), 'what the precondition throws'].filter(Boolean)
  const write = `writeIf(db, precondition, ${one.camel}, (row) => row.patch(patch).returning('*').first())`
  return code`
/**
 * Updates ${withArticle(one.spoken)} and returns the new row; undefined if ${scope ? `the ${scope.name} has no such ${one.spoken}` : 'there is none'}.
 ${comment(`@throws ${errors.join(', and ')}.`)}
 */
async update(
  ${scope && `${scope.name}: ${scope.type},`}
  id: string,
  changes: Schemas['${one.pascal}Update'],
  precondition?: Precondition<${model}>,
): Promise<${model} | undefined> {
  const patch = { ...changes, updatedAt: clock().toISOString() }
  const ${one.camel} = ${byKey(resource)}
  return ${translated(resource, write)}
},

`
}

const purge = ({ one, many }: Resource) => code`

/** Hard deletes up to \`limit\` ${many.spoken} that were deleted before a time, and returns their number. */
async purge(before: Date, limit: number): Promise<number> {
  const old = ${one.pascal}Model.query(db).select('id').where('deleted_at', '<', before).limit(limit)
  return ${one.pascal}Model.query(db).whereIn('id', old).delete()
},
`

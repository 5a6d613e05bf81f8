// The migration that creates the table of a resource.
import { code } from '../code.ts'
import type { Field } from '../fields.ts'
import { listIndexes } from '../list-indexes.ts'
import { sentence, withArticle } from '../names.ts'
import { type Resource, refFields, uniqueFields, uniqueIndex, userColumn } from '../resource.ts'
import { scopeOf } from '../scope.ts'

/** Returns the text of the migration. */
export function migration(resource: Resource): string {
  const { many, one, fields, isSoftDeleted, parent } = resource
  const parentColumn = parent && scopeOf(resource)?.column
  const table = many.snake
  const user = userColumn(resource)
  const raw = rawIndexes(resource)
  const purpose = isSoftDeleted
    ? `A deleted ${one.spoken} keeps its row until it is purged.`
    : parent
      ? `${sentence(withArticle(one.spoken))} goes with its ${parent.one.spoken}.`
      : user === undefined
        ? `${sentence(many.spoken)}, which superusers write.`
        : `${sentence(withArticle(one.spoken))} goes with its user.`
  return code`
import type { Knex } from 'knex'

// ${purpose}
export async function up(knex: Knex) {
  await knex.schema.createTable('${table}', (table) => {
    table.uuid('id').primary()
    ${user && `table.uuid('${user}').notNullable().references('users.id').onDelete('cascade')`}
    ${parent && `table.uuid('${parentColumn}').notNullable().references('${parent.table}.id').onDelete('cascade')`}
    ${fields.map(columnDefinition)}
    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
    ${isSoftDeleted && `table.timestamp('deleted_at')`}
    ${plainIndexes(resource)}
  })
  ${raw.length === 1 && `await knex.raw(${raw[0]})`}
  ${raw.length > 1 && `const indexes = [\n${raw.join(',\n')},\n]`}
  ${raw.length > 1 && `for (const index of indexes) await knex.raw(index)`}
}

export async function down(knex: Knex) {
  await knex.schema.dropTable('${table}')
}
`
}

/** Returns the indexes that knex can create with the table. */
function plainIndexes(resource: Resource): string[] {
  const { many, isSoftDeleted, parent } = resource
  const user = userColumn(resource)
  const scope = scopeOf(resource)?.column
  const forUser = user === scope ? [user, 'id'] : [user]
  const unique = uniqueFields(resource).filter(() => !isSoftDeleted)
  return [
    ...(user
      ? [
          '// For the foreign key: the delete of a user finds all rows of the user by it.',
          index(
            many.snake,
            forUser.filter((it) => it !== undefined),
          ),
        ]
      : []),
    ...(parent && scope
      ? [
          `// For the foreign key: the delete of ${withArticle(parent.one.spoken)} finds all its rows by it.`,
          index(many.snake, [scope, 'id']),
        ]
      : []),
    ...refFields(resource)
      .filter((it) => !it.isUnique || isSoftDeleted || scope !== undefined)
      .map((it) => index(many.snake, [it.name.snake])),
    ...unique.map((it) => {
      const columns = uniqueColumns(resource, it).map((name) => `'${name}'`)
      return `table.unique([${columns.join(', ')}], { indexName: '${uniqueIndex(resource, it)}' })`
    }),
  ]
}

const index = (table: string, columns: readonly string[]) =>
  `table.index([${columns.map((it) => `'${it}'`).join(', ')}], '${table}_${columns.join('_')}_index')`

/** A value is unique in its list. */
function uniqueColumns(resource: Resource, { name }: Field): string[] {
  const scope = scopeOf(resource)?.column
  return scope ? [scope, name.snake] : [name.snake]
}

/** Returns the indexes that knex has no method for, as literals. */
function rawIndexes(resource: Resource): string[] {
  const { many, isSoftDeleted } = resource
  const created = plainIndexes(resource).join('\n')
  const lists = new Map(listIndexes(resource).map(({ name, on }) => [name, on]))
  const sql = [...lists].flatMap(([name, on]) =>
    on === undefined || created.includes(`'${name}'`) ? [] : [`create index ${name} ${on}`],
  )
  if (isSoftDeleted) {
    const table = many.snake
    const unique = uniqueFields(resource).map((it) => {
      const columns = uniqueColumns(resource, it).join(', ')
      return `create unique index ${uniqueIndex(resource, it)} on ${table} (${columns}) where deleted_at is null`
    })
    const old = `create index ${table}_deleted_at_index on ${table} (deleted_at) where deleted_at is not null`
    sql.push(...unique, old)
  }
  return sql.map((it) => {
    if (it.length <= 90) return `'${it}'`
    return `\`${it.replace(/ (using|where|on) /, '\n     $1 ')}\``
  })
}

/** Returns the definition of a column. */
export function columnDefinition(field: Field): string {
  const { name, isList, isOptional } = field
  const type = isList ? `specificType('${name.snake}', '${arrayType(field)}')` : columnType(field)
  const reference =
    field.type === 'ref' &&
    `.references('users.id').onDelete('${isOptional ? 'set null' : 'cascade'}')`
  return `table.${type}${isOptional ? '' : '.notNullable()'}${reference || ''}`
}

function columnType({ name, type, max, values }: Field): string {
  const column = `'${name.snake}'`
  switch (type) {
    case 'string':
      return `string(${column}, ${max})`
    case 'integer':
      return `integer(${column})`
    case 'number':
      return `double(${column})`
    case 'boolean':
      return `boolean(${column})`
    case 'date':
      return `date(${column})`
    case 'datetime':
      return `timestamp(${column})`
    case 'enum':
      return `enu(${column}, [${values.map((it) => `'${it}'`).join(', ')}])`
    case 'json':
      return `jsonb(${column})`
    case 'ref':
      return `uuid(${column})`
  }
}

const arrayTypes: Partial<Record<Field['type'], string>> = {
  integer: 'integer[]',
  number: 'double precision[]',
  boolean: 'boolean[]',
  enum: 'text[]',
}
const arrayType = ({ type, max }: Field) => arrayTypes[type] ?? `varchar(${max})[]`

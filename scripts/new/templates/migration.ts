// The migration that creates the table of a resource.
import type { Field } from '../fields.ts'
import { isAuthored, isOwned, type Resource } from '../resource.ts'

/** Returns the text of the migration. */
export function migration(resource: Resource): string {
  const { many, one, fields, isSoftDeleted } = resource
  const table = many.snake
  const owned = isOwned(resource)
  const hasUser = owned || isAuthored(resource)
  const plain = fields.filter((it) => it.isUnique && !isSoftDeleted)
  const partial = [
    ...(isSoftDeleted
      ? [
          owned
            ? `create index ${table}_active_user_id_id_index on ${table} (user_id, id) where deleted_at is null`
            : `create index ${table}_active_id_index on ${table} (id) where deleted_at is null`,
          `create index ${table}_deleted_at_index on ${table} (deleted_at) where deleted_at is not null`,
          ...fields
            .filter((it) => it.isUnique)
            .map(
              (it) =>
                `create unique index ${uniqueName(resource, it)} on ${table} (${columnOf(it)}) where deleted_at is null`,
            ),
        ]
      : []),
  ]
  const goes = hasUser ? `goes with its user` : 'stays until it is deleted'
  const kept = isSoftDeleted ? ', and a deleted one keeps its row until it is purged' : ''
  return `import type { Knex } from 'knex'

// ${one.spoken.charAt(0).toUpperCase()}${one.spoken.slice(1)}: a row ${goes}${kept}.
export async function up(knex: Knex) {
  await knex.schema.createTable('${table}', (table) => {
    table.uuid('id').primary()
${hasUser ? "    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')\n" : ''}${fields.map((it) => `    ${columnDefinition(it)}\n`).join('')}    table.timestamp('created_at').notNullable()
    table.timestamp('updated_at').notNullable()
${isSoftDeleted ? "    table.timestamp('deleted_at')\n" : ''}${hasUser ? `    table.index(['user_id', 'id'], '${table}_user_id_id_index')\n` : ''}${plain.map((it) => `    table.unique(['${columnOf(it)}'], { indexName: '${uniqueName(resource, it)}' })\n`).join('')}${fields
  .filter((it) => it.type === 'ref' && !it.isUnique)
  .map((it) => `    table.index(['${columnOf(it)}'], '${table}_${columnOf(it)}_index')\n`)
  .join('')}  })
${partial.map((it) => `  await knex.raw(\n    '${it}',\n  )\n`).join('')}}

export async function down(knex: Knex) {
  await knex.schema.dropTable('${table}')
}
`
}

/** Returns the column of a field: a ref ends in `_id`. */
export const columnOf = ({ name }: Field) => name.snake

/** Returns the name of the unique index of a field, which tells its violation from others. */
export const uniqueName = ({ many }: Resource, field: Field) =>
  `${many.snake}_${columnOf(field)}_key`

export function columnDefinition(field: Field): string {
  const name = `'${columnOf(field)}'`
  const end = field.isOptional ? '' : '.notNullable()'
  if (field.isList) return `table.specificType(${name}, '${arrayType(field)}')${end}`
  switch (field.type) {
    case 'string':
      return `table.string(${name}, ${field.max})${end}`
    case 'integer':
      return `table.integer(${name})${end}`
    case 'number':
      return `table.double(${name})${end}`
    case 'boolean':
      return `table.boolean(${name})${end}`
    case 'date':
      return `table.date(${name})${end}`
    case 'datetime':
      return `table.timestamp(${name})${end}`
    case 'enum':
      return `table.enu(${name}, [${field.values.map((it) => `'${it}'`).join(', ')}])${end}`
    case 'json':
      return `table.jsonb(${name})${end}`
    case 'ref':
      return `table.uuid(${name})${end}.references('${field.target ?? ''}.id').onDelete('${field.isOptional ? 'set null' : 'cascade'}')`
  }
}

function arrayType({ type, max }: Field): string {
  const of = {
    string: `varchar(${max})`,
    integer: 'integer',
    number: 'double precision',
    boolean: 'boolean',
    date: 'date',
    datetime: 'timestamptz',
    enum: 'text',
    json: 'jsonb',
    ref: 'uuid',
  }
  return `${of[type]}[]`
}

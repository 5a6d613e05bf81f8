// The rows of a resource for which PostgreSQL plans its lists, in tests/db/indexes.test.ts.
import type { Field } from '../fields.ts'
import { type Resource, userColumn } from '../resource.ts'
import { sampleOf } from '../samples.ts'

/** Returns a statement that inserts twenty rows for each of many users. */
export function filling(resource: Resource): string {
  const { many, fields } = resource
  const user = userColumn(resource)
  const columns = {
    id: 'gen_random_uuid()',
    ...(user && { [user]: 'owners.id' }),
    ...Object.fromEntries(fields.map((it) => [it.name.snake, sqlOf(it)])),
    created_at: 'now()',
    updated_at: 'now()',
  }
  return `
    insert into ${many.snake} (${Object.keys(columns).join(', ')})
      select ${Object.values(columns).join(', ')}
      from (select id from users where name = 'Filler' limit 250) owners, generate_series(1, 20) n`
}

/** Returns an expression of SQL for a value, which varies where a list can be filtered by it. */
function sqlOf(field: Field): string {
  const { type, isList, isUnique, values, min = 0, max = 36 } = field
  if (isList) return `'{}'`
  if (isUnique && type === 'integer') return `${min} + row_number() over ()`
  if (isUnique && type === 'string') {
    const text = `right(gen_random_uuid()::text, ${max})`
    return min > 36 ? `${text} || repeat('.', ${min - 36})` : text
  }
  switch (type) {
    case 'ref':
      return 'owners.id'
    case 'boolean':
      return 'n % 2 = 0'
    case 'enum':
      return `(array[${values.map((it) => `'${it}'`).join(', ')}])[1 + n % ${values.length}]`
    case 'json':
      return `'{}'`
    case 'integer':
    case 'number':
      return String(sampleOf(field))
    default:
      return `'${String(sampleOf(field)).replaceAll("'", "''")}'`
  }
}

// The contract and the columns say the same: what a schema lets in fits its column, and what may be
// null in one may be null in the other. A migration that forgets the contract fails here, and so
// does a contract that forgets its migration.
import { describe, expect, it } from 'vitest'
import document from '../../generated/openapi.json' with { type: 'json' }
import type { Schema } from '../../scripts/contract/document.ts'
import { useService } from '../support/service.ts'

const service = useService()
const schemas = document.components.schemas as unknown as Record<string, Schema>

/** Which columns each schema is stored in; every stored schema has its line. */
const stored: Record<string, string> = {
  User: 'users',
  AnyUser: 'users',
  PublicUser: 'users',
  UserCreate: 'users',
  UserUpdate: 'users',
  Post: 'posts',
  PostSummary: 'posts',
  PostCreate: 'posts',
  PostUpdate: 'posts',
  GreetTask: 'tasks',
  GreetTaskCreate: 'tasks',
  Session: 'sessions',
}
/** Properties that are not stored as they are sent. */
const derived: readonly string[] = [
  'UserCreate.password',
  'Session.isCurrent',
  'PostSummary.excerpt',
]
/** Nullable columns whose property is left out instead. */
const leftOut: readonly string[] = ['GreetTask.result', 'GreetTask.problem']

interface Column {
  readonly data_type: string
  readonly character_maximum_length: number | null
  readonly is_nullable: 'YES' | 'NO'
}

const types: Record<string, string[]> = {
  string: ['character varying', 'text', 'uuid', 'date', 'timestamp with time zone'],
  integer: ['smallint', 'integer', 'bigint'],
  number: ['double precision', 'numeric'],
  array: ['ARRAY', 'jsonb'],
  boolean: ['boolean'],
  object: ['jsonb'],
}

function resolved(schema: Schema): Schema & { maxLength?: number } {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : resolved(schemas[name] as Schema)
}

/** The values that a column is held to by a check; undefined where there is none. */
async function acceptedBy(table: string, column: string): Promise<string[] | undefined> {
  const { rows } = await service.db.raw(
    `select pg_get_constraintdef(rule.oid) as text from pg_constraint rule
     join pg_attribute on attrelid = conrelid and array[attnum] = conkey
     where contype = 'c' and conrelid = ?::regclass and attname = ?`,
    [table, column],
  )
  const [rule] = rows
  return rule && [...rule.text.matchAll(/'([^']*)'/g)].map(([, value]: RegExpMatchArray) => value)
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

describe.each(Object.entries(stored))('%s in %s', (name, table) => {
  const { properties = {}, required = [] } = resolved({ $ref: `#/components/schemas/${name}` })
  const names = Object.keys(properties).filter((it) => !derived.includes(`${name}.${it}`))

  it.each(names)('%s', async (property) => {
    const where = { table_name: table, column_name: snakeCase(property), table_schema: 'public' }
    const column: Column = await service.db('information_schema.columns').where(where).first()
    expect(column, 'there is no such column').toBeDefined()
    const schema = resolved(properties[property] as Schema)
    const all = [schema.type ?? []].flat()
    const type = all.find((it) => it !== 'null') ?? ''
    expect(types[type]).toContain(column.data_type)
    if (column.character_maximum_length !== null && schema.maxLength !== undefined) {
      expect(schema.maxLength).toBe(column.character_maximum_length)
    }
    const values = schema.enum?.filter((it) => it !== null)
    if (values) expect(await acceptedBy(table, snakeCase(property))).toEqual(values)
    if (schema.format === 'date-time') expect(column.data_type).toBe('timestamp with time zone')
    if (schema.format === 'uuid') expect(column.data_type).toBe('uuid')
    // What may be left out of a new thing is filled by the service; null goes where null may be.
    const nullable = all.includes('null') || leftOut.includes(`${name}.${property}`)
    const isWhole = required.includes(property) || leftOut.includes(`${name}.${property}`)
    if (isWhole || all.includes('null')) expect(column.is_nullable).toBe(nullable ? 'YES' : 'NO')
  })
})

it('every schema with an id is compared', () => {
  const withId = Object.entries(schemas).filter(([, schema]) => schema.properties?.id)
  expect(withId.map(([name]) => name).filter((name) => !(name in stored))).toEqual([])
})

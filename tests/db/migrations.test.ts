// Each migration can be rolled back and applied again, with the same schema as its result.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import { createLogger } from '../../src/lib/log.ts'
import { temporaryDatabase } from '../support/database.ts'

let db: Database
let drop: () => Promise<void>
const silent = createLogger({ level: 'silent', part: 'test' })

beforeAll(async () => {
  const database = await temporaryDatabase()
  drop = database.drop
  db = createDatabase({ url: database.url, poolMax: 2 }, silent)
})
afterAll(async () => {
  await closeDatabase(db)
  await drop()
})

/** Returns what a migration can create: columns, constraints and indexes of the public schema. */
async function schema() {
  const columns = await db('information_schema.columns')
    .where({ table_schema: 'public' })
    .whereNot('table_name', 'like', 'knex_%')
    .orderBy(['table_name', 'column_name'])
    .select('table_name', 'column_name', 'data_type', 'is_nullable', 'column_default')
    .select('character_maximum_length')
  const { rows: constraints } = await db.raw(
    `select conrelid::regclass::text as table_name, conname, pg_get_constraintdef(oid) as rule
     from pg_constraint where connamespace = 'public'::regnamespace
     and conrelid::regclass::text not like 'knex_%' order by 1, 2`,
  )
  const indexes = await db('pg_indexes')
    .where({ schemaname: 'public' })
    .whereNot('tablename', 'like', 'knex_%')
    .orderBy('indexname')
    .select('tablename', 'indexname', 'indexdef')
  return { columns, constraints, indexes }
}

it('rolls each migration back and applies it again', async () => {
  const final = await schema()
  expect(final.columns.length).toBeGreaterThan(0)
  const steps = [final]
  const [, pending] = await db.migrate.list()
  expect(pending).toEqual([])
  let [done]: { name: string }[][] = await db.migrate.list()
  const count = done?.length ?? 0
  for (let step = 0; step < count; step++) {
    await db.migrate.down()
    steps.unshift(await schema())
  }
  expect(steps[0]).toEqual({ columns: [], constraints: [], indexes: [] })
  for (const expected of steps.slice(1)) {
    await db.migrate.up()
    expect(await schema()).toEqual(expected)
  }
  ;[done] = await db.migrate.list()
  expect(done).toHaveLength(count)
})

it('says who can create the extension where the user of the migrations may not', async () => {
  const database = await temporaryDatabase()
  const open = (url: string) => createDatabase({ url, poolMax: 1 }, silent)
  const admin = open(database.url)
  const name = `limited_${randomBytes(6).toString('hex')}`
  await admin.migrate.rollback(undefined, true)
  await admin.raw('drop table knex_migrations, knex_migrations_lock')
  await admin.raw('drop extension pg_trgm')
  await admin.raw(`create role ${name} login password 'limited'`)
  await admin.raw(`grant usage, create on schema public to ${name}`)
  const limited = open(
    Object.assign(new URL(database.url), { username: name, password: 'limited' }).href,
  )
  try {
    await expect(limited.migrate.latest()).rejects.toThrow(
      /this user cannot create: .*permission denied.* An administrator .* runs "create extension pg_trgm"/,
    )
    await admin.raw('create extension pg_trgm')
    await limited.migrate.latest()
  } finally {
    await closeDatabase(limited)
    await admin.raw(`drop owned by ${name}`)
    await admin.raw(`drop role ${name}`)
    await closeDatabase(admin)
    await database.drop()
  }
})

it('has an index for every foreign key', async () => {
  const { rows } = await db.raw(
    `select conrelid::regclass::text as table_name, a.attname as column_name from pg_constraint c
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and not exists (
       select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`,
  )
  expect(rows).toEqual([])
})

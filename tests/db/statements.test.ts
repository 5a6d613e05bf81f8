// Hot statements on the pool and in a transaction, before and after a migration.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import { unavailability } from '../../src/db/errors.ts'
import { statement } from '../../src/db/statements.ts'
import { createLogger } from '../../src/lib/log.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()
const log = createLogger({ level: 'silent', part: 'test' })
let db: Database

beforeAll(async () => {
  // One connection, because prepared statements belong to a connection.
  db = createDatabase({ url: service.env.DATABASE_URL ?? '', poolMax: 1 }, log)
  await db.raw('create table prepared_notes (id integer primary key, text varchar(50) not null)')
  await db.raw(`insert into prepared_notes values (1, 'one'), (2, 'two')`)
})
afterAll(() => closeDatabase(db))

const preparedNames = async (on: Database): Promise<string[]> =>
  (await on('pg_prepared_statements').select('name')).map((it) => it.name)

const selectNote = (name: string) =>
  statement<{ id: number; text: string }>(name, 'select id, text from prepared_notes where id = ?')

it('prepares a statement once and runs it with different values', async () => {
  const select = selectNote('note_by_id')
  expect((await select(db, 1)).rows).toEqual([{ id: 1, text: 'one' }])
  expect((await select(db, 2)).rows).toEqual([{ id: 2, text: 'two' }])
  expect((await select(db, 3)).rows).toEqual([])
  const prepared = await db('pg_prepared_statements').where({ name: 'note_by_id' })
  expect(prepared).toMatchObject([
    { statement: 'select id, text from prepared_notes where id = $1' },
  ])
})

it('returns how many rows a write has changed', async () => {
  const update = statement('rename_note', 'update prepared_notes set text = ? where id = ?')
  expect((await update(db, 'two', 2)).rowCount).toBe(1)
  expect((await update(db, 'three', 3)).rowCount).toBe(0)
})

describe('in a transaction', () => {
  it('sees what the transaction has written, and prepares the statement', async () => {
    const select = selectNote('note_in_transaction')
    await db.transaction(async (trx) => {
      await trx.raw(`insert into prepared_notes values (4, 'four')`)
      expect((await select(trx, 4)).rows).toEqual([{ id: 4, text: 'four' }])
      await trx.rollback()
    })
    expect(await preparedNames(db)).toContain('note_in_transaction')
    expect((await select(db, 4)).rows).toEqual([])
  })

  it('fails after the transaction has ended, and changes nothing', async () => {
    const insert = statement('insert_note', 'insert into prepared_notes values (?, ?)')
    let insertLater = () => Promise.resolve<unknown>(undefined)
    await db.transaction(async (trx) => {
      insertLater = () => insert(trx, 5, 'five')
    })
    await expect(insertLater()).rejects.toThrow(/Transaction query already complete/)
    expect(await db('prepared_notes').where({ id: 5 })).toEqual([])
  })
})

describe('after a migration has changed the type of a column', () => {
  const widen = (length: number) =>
    db.raw(`alter table prepared_notes alter text type varchar(${length})`)

  it('runs the statement under another name', async () => {
    const select = selectNote('note_before_migration')
    await select(db, 1)
    await widen(60)
    expect((await select(db, 1)).rows).toEqual([{ id: 1, text: 'one' }])
    expect(await preparedNames(db)).toContain('note_before_migration_1')
  })

  it('fails once in a transaction, as unavailable, and works in the next transaction', async () => {
    const select = selectNote('note_in_old_transaction')
    const read = () => db.transaction(async (trx) => (await select(trx, 1)).rows)
    await read()
    await widen(70)
    const error = await read().catch((thrown: unknown) => thrown)
    expect(unavailability(error)).toBe('A migration has just changed this data.')
    expect(await read()).toEqual([{ id: 1, text: 'one' }])
  })

  it('answers every request with success', async () => {
    const ada = await person(service)
    const getProfile = () => service.api.as(ada).get('/users/me')
    expect((await getProfile()).status).toBe(200)
    await db.raw('alter table users add nickname text, alter username type varchar(64)')
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, getProfile))
      expect(answers.map((it) => it.status)).toEqual(Array(20).fill(200))
    } finally {
      await db.raw('alter table users drop nickname, alter username type varchar(20)')
    }
    expect((await getProfile()).status).toBe(200)
  })
})

it('prepares nothing if preparing is off, for a pooler without prepared statements', async () => {
  const select = selectNote('note_by_pooler')
  const url = service.env.DATABASE_URL ?? ''
  const pooled = createDatabase({ url, poolMax: 1, prepare: false }, log)
  try {
    expect((await select(pooled, 1)).rows).toEqual([{ id: 1, text: 'one' }])
    await pooled.transaction(async (trx) => {
      expect((await select(trx, 1)).rows).toEqual([{ id: 1, text: 'one' }])
    })
    expect(await preparedNames(pooled)).toEqual([])
  } finally {
    await closeDatabase(pooled)
  }
})

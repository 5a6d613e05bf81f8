// Timestamps leave PostgreSQL as text, in the form that JavaScript writes, in every time zone of a session.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import { createLogger } from '../../src/lib/log.ts'
import { useService } from '../support/service.ts'

const service = useService()
let db: Database

beforeAll(() => {
  const log = createLogger({ level: 'silent', part: 'test' })
  // One connection, because a time zone belongs to a session.
  db = createDatabase({ url: service.env.DATABASE_URL ?? '', poolMax: 1 }, log)
})
afterAll(() => closeDatabase(db))

const moments = [
  ...['2026-11-22T09:08:07.000Z', '2026-11-22T09:08:07.100Z', '2026-11-22T09:08:07.120Z'],
  ...['2026-11-22T09:08:07.123Z', '2026-11-22T09:08:07.009Z', '1999-12-31T23:59:59.999Z'],
  ...['0099-01-01T00:00:00.000Z', '2024-02-29T12:00:00.050Z'],
]
const zones = ['UTC', 'Europe/London', 'Asia/Kolkata', 'America/St_Johns']

it.each(zones)('reads timestamps as they were written, in a session in %s', async (zone) => {
  await db.raw(`set time zone '${zone}'`)
  for (const moment of moments) {
    const { rows } = await db.raw('select ?::timestamptz as moment', [moment])
    expect(rows).toEqual([{ moment }])
  }
})

it('cuts timestamps to milliseconds', async () => {
  await db.raw(`set time zone 'UTC'`)
  const { rows } = await db.raw(`select '2026-11-22 09:08:07.123999+00'::timestamptz as moment`)
  expect(rows).toEqual([{ moment: '2026-11-22T09:08:07.123Z' }])
})

it('reads years with five digits', async () => {
  const { rows } = await db.raw(`select '10000-01-01 00:00:00+00'::timestamptz as moment`)
  expect(rows).toEqual([{ moment: '+010000-01-01T00:00:00.000Z' }])
})

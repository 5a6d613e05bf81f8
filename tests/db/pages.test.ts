// Pages by keyset in every order, on a table of its own: each row comes once, whatever its values.
import { Model, snakeCaseMappers } from 'objection'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keysetPage, type Order, orderOf, pageOf, pageStart } from '../../src/db/repository.ts'
import { statement } from '../../src/db/statements.ts'
import { useService } from '../support/service.ts'

const service = useService()

class Thing extends Model {
  static override tableName = 'things'
  static override columnNameMappers = snakeCaseMappers()
  declare id: string
}

const things = [
  { due_on: null, price: '0.10', title: '' },
  { due_on: '2026-01-01', price: '0.1000000000000000055', title: 'a"b\\' },
  { due_on: '2026-01-01', price: '0.10', title: 'B' },
  { due_on: null, price: '12345678901234567890.5', title: 'b' },
  { due_on: '0001-01-01', price: '-1', title: 'Ä\u{1F989}' },
  { due_on: '2026-01-01 00:00:00.000001', price: '2', title: "'; --" },
  { due_on: null, price: '0.10', title: 'b' },
  { due_on: '2025-12-31', price: '10', title: 'a' },
].map((it, index) => ({ id: `00000000-0000-7000-8000-00000000000${(index * 3) % 8}`, ...it }))

beforeAll(async () => {
  await service.db.schema.createTable('things', (table) => {
    table.uuid('id').primary()
    table.timestamp('due_on')
    table.decimal('price', 40, 20).notNullable()
    table.text('title').notNullable()
  })
  await service.db('things').insert(things)
})
afterAll(() => service.db.schema.dropTable('things'))

const orders: Readonly<Record<'createdAt' | 'dueOn' | 'price' | 'title', Order>> = {
  createdAt: { column: 'id' },
  dueOn: { column: 'due_on', isNullable: true },
  price: { column: 'price' },
  title: { column: 'title', collation: 'und-x-icu' },
}

async function idsInPages(order: Order, limit: number): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await keysetPage(Thing.query(service.db), { limit, cursor }, order)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

it.each([
  ['createdAt', 'id'],
  ['-createdAt', 'id desc'],
  ['dueOn', 'due_on nulls last, id'],
  ['-dueOn', 'due_on desc nulls last, id desc'],
  ['price', 'price, id'],
  ['-price', 'price desc, id desc'],
  ['title', 'title collate "und-x-icu", id'],
  ['-title', 'title collate "und-x-icu" desc, id desc'],
] as const)('pages of any size in the order %s have each row once', async (sort, by) => {
  const { rows } = await service.db.raw<{ rows: { id: string }[] }>(
    `select id from things order by ${by}`,
  )
  const expected = rows.map(({ id }) => id)
  for (let limit = 1; limit <= things.length; limit++) {
    expect(await idsInPages(orderOf(sort, orders), limit), `limit ${limit}`).toEqual(expected)
  }
})

it('reads the newest first without an order', async () => {
  expect(await idsInPages(orderOf(undefined, orders), 3)).toEqual(
    things
      .map(({ id }) => id)
      .sort()
      .reverse(),
  )
})

it('names a column whose nulls its order would lose', async () => {
  const page = keysetPage(
    Thing.query(service.db),
    { limit: 2 },
    { column: 'due_on', isDescending: true },
  )
  await expect(page).rejects.toThrow('the column due_on has nulls: its order needs isNullable')
})

it('a list that is a prepared statement has the same pages', async () => {
  const select = statement<{ id: string }>(
    'page_of_things',
    'select id from things where id < ? order by id desc limit ?',
  )
  for (const limit of [1, 3, 8]) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const request = { limit, cursor }
      const { rows } = await select(service.db, pageStart(request), limit + 1)
      const page = pageOf(rows, limit)
      const expected = await keysetPage(Thing.query(service.db), request)
      expect(page.items.map(({ id }) => id)).toEqual(expected.items.map(({ id }) => id))
      expect(page.nextCursor).toBe(expected.nextCursor)
      cursor = page.nextCursor
    }
  }
})

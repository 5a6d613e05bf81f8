// What repositories share: pages by keyset, search, and writes with a precondition (`If-Match`).
import { type Model, type QueryBuilder, raw } from 'objection'
import type { Connection } from './connection.ts'

export interface PageRequest {
  readonly limit: number
  /** Where the previous page ended. The engine has verified that this list issued it. */
  readonly cursor?: string | undefined
}

export interface Page<Row> {
  readonly items: Row[]
  /** Where this page ends, which the engine turns into a cursor; null on the last page. */
  readonly nextCursor: string | null
}

/** An order of a list: by a column, then by `id`. Its index ends with the two. Nulls come last. */
export interface Order {
  readonly column: string
  /** For text in the order of dictionaries instead of code points. The index has the same collation. */
  readonly collation?: 'und-x-icu'
  readonly isNullable?: boolean
  readonly isDescending?: boolean
}

const newestFirst: Order = { column: 'id', isDescending: true }

type FieldOf<Sort> = Sort extends `-${infer Field}` ? Field : Sort

/** Returns the order that `sort` names, where a minus means descending; newest first without `sort`. */
export function orderOf<Sort extends string>(
  sort: Sort | undefined,
  orders: Readonly<Record<FieldOf<Sort>, Order>>,
): Order {
  if (sort === undefined) return newestFirst
  const isDescending = sort.startsWith('-')
  const field = (isDescending ? sort.slice(1) : sort) as FieldOf<Sort>
  return { ...orders[field], isDescending }
}

/**
 * Returns one page of a query, newest first unless an order is given. A UUIDv7 contains its time, so ids
 * have the order of creation. A keyset over an index costs the same on every page.
 */
export async function keysetPage<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  request: PageRequest,
  order = newestFirst,
): Promise<Page<Row>> {
  if (order.column !== 'id') return sortedPage(query, request, order)
  return pageOf(await keyset(query, request, order), request.limit)
}

/**
 * Limits a query, in the order of ids, to the rows of a page and the one behind it.
 * @public for features
 */
export function keyset<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  { limit, cursor }: PageRequest,
  { isDescending } = newestFirst,
): QueryBuilder<Row> {
  if (cursor !== undefined) query.where('id', isDescending ? '<' : '>', cursor)
  return query.orderBy('id', isDescending ? 'desc' : 'asc').limit(limit + 1)
}

/**
 * Returns the page of rows that were selected with a limit of one more than the page's.
 * @public for features
 */
export function pageOf<Row extends { id: string }>(
  rows: Row[],
  limit: number,
  positionOf = ({ id }: Row) => id,
): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? positionOf(last) : null }
}

/** The id of a row, and its value as PostgreSQL writes it: JavaScript would cut a timestamp. */
type Position = readonly [id: string, value: string | null]

/** Returns a page in the order of another column than `id`: first the rows with a value, then those without. */
async function sortedPage<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  { limit, cursor }: PageRequest,
  { column, collation, isNullable, isDescending }: Order,
): Promise<Page<Row>> {
  const [id = '', value] = cursor === undefined ? [] : (JSON.parse(cursor) as Position)
  const [direction, after] = isDescending ? (['desc', '<'] as const) : (['asc', '>'] as const)
  const by = collation ? raw('?? collate ??', column, collation) : raw('??', column)
  if (!query.hasSelects()) query.select('*')
  query
    .select(raw('??::text', column).as('sort_value'))
    .orderBy(by, direction)
    .orderBy('id', direction)

  const rows: (Row & { sortValue?: string | null })[] = []
  if (value !== null) {
    const withValue = query.clone().limit(limit + 1)
    if (isNullable) withValue.whereNotNull(column)
    if (value !== undefined) withValue.where(raw(`(?, id) ${after} (?, ?)`, by, value, id))
    rows.push(...(await withValue))
  }
  if (isNullable && rows.length <= limit) {
    const withoutValue = query.whereNull(column).limit(limit + 1 - rows.length)
    if (value === null) withoutValue.where('id', after, id)
    rows.push(...(await withoutValue))
  }
  if (!isNullable && rows.some(({ sortValue }) => sortValue === null)) {
    throw new Error(`the column ${column} has nulls: its order needs isNullable`)
  }
  return pageOf(rows, limit, (row) => JSON.stringify([row.id, row.sortValue]))
}

/**
 * Limits a query to rows with a text in one of these columns, in any case. Each column needs an index of
 * trigrams, and the text three letters or digits in a row, which the format `searchable` requires.
 */
export function whereContains<Row extends Model>(
  query: QueryBuilder<Row>,
  columns: readonly string[],
  text: string,
): void {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  query.where((either) => {
    for (const column of columns) either.orWhereILike(column, pattern)
  })
}

/**
 * Returns the id below which a page starts; on the first page it is above all ids.
 * @public for features
 */
export function pageStart({ cursor }: PageRequest): string {
  return cursor ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
}

/** Throws if the row that a write is about to change is not the one that the client has seen. */
export type Precondition<Row> = ((row: Row) => void) | undefined

/**
 * Runs a write on the row that `select` finds. With a precondition the row is locked and checked first,
 * so that it cannot change before the write; without one the write is a single statement.
 */
export async function writeIf<Row extends Model, T>(
  db: Connection,
  precondition: Precondition<Row>,
  select: (on: Connection) => QueryBuilder<Row>,
  write: (selected: QueryBuilder<Row>) => PromiseLike<T>,
): Promise<T> {
  if (precondition === undefined) return write(select(db))
  return db.transaction(async (trx) => {
    const row = await select(trx).first().forUpdate()
    if (row !== undefined) precondition(row)
    return write(select(trx))
  })
}

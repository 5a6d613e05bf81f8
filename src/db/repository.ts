// What repositories share: pages by keyset, and writes with a precondition (`If-Match`).
import type { Model, QueryBuilder } from 'objection'
import type { Connection } from './connection.ts'

export interface PageRequest {
  readonly limit: number
  /** The id at which the previous page ended. The engine has verified that this list issued it. */
  readonly cursor?: string | undefined
}

export interface Page<Row> {
  readonly items: Row[]
  /** The id at which this page ends, which the engine turns into a cursor; null on the last page. */
  readonly nextCursor: string | null
}

/**
 * Returns one page of a query, newest first by `id`: a UUIDv7 contains its time, and a keyset over an
 * index costs the same on every page.
 */
export async function keysetPage<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  request: PageRequest,
): Promise<Page<Row>> {
  return pageOf(await keyset(query, request), request.limit)
}

/** Limits a query to the rows of a page and the one behind it. */
export function keyset<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  { limit, cursor }: PageRequest,
): QueryBuilder<Row> {
  if (cursor !== undefined) query.where('id', '<', cursor)
  return query.orderBy('id', 'desc').limit(limit + 1)
}

/** Returns the page of rows that were selected with a limit of one more than the page's. */
export function pageOf<Row extends { id: string }>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? last.id : null }
}

/** Returns the id below which a page starts; on the first page it is above all ids. */
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

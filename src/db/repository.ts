// What repositories have in common, as functions to compose: pages by keyset, and unique
// constraints as conflicts. Nothing here knows a table.
import type { Model, QueryBuilder } from 'objection'
import type { ApiError } from '../engine/errors.ts'
import type { Connection } from './connection.ts'
import { nativeError, sqlState } from './errors.ts'

export interface PageRequest {
  readonly limit: number
  /** The id where the page before ended. The engine has checked that this list issued it. */
  readonly cursor?: string | undefined
}

export interface Page<Row> {
  readonly items: Row[]
  /** The id where this page ends, for the engine to make a cursor of; null on the last page. */
  readonly nextCursor: string | null
}

/**
 * Returns one page of a query, newest first by `id`: UUIDv7 carry their time, and a keyset over an
 * index costs the same on every page.
 */
export async function keysetPage<Row extends Model & { id: string }>(
  query: QueryBuilder<Row>,
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  if (cursor !== undefined) query.where('id', '<', cursor)
  return pageOf(await query.orderBy('id', 'desc').limit(limit + 1), limit)
}

/** The page that rows make, where one row more than its limit was asked for. */
export function pageOf<Row extends { id: string }>(rows: Row[], limit: number): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? last.id : null }
}

/** Returns the id below which a page begins, above all ids on the first page. */
export function pageStart({ cursor }: PageRequest): string {
  return cursor ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
}

/** Looks at the row that a write is about to change; throws to keep it as it is. */
export type Guard<Row> = ((row: Row) => void) | undefined

/**
 * Runs a write on the row that `select` finds. With a guard, the row is locked first and shown to it,
 * so that nobody can change it between the look and the write; without one, it is a single statement.
 */
export async function guarded<Row extends Model, T>(
  db: Connection,
  guard: Guard<Row>,
  select: (on: Connection) => QueryBuilder<Row>,
  write: (selected: QueryBuilder<Row>) => PromiseLike<T>,
): Promise<T> {
  if (guard === undefined) return write(select(db))
  return db.transaction(async (trx) => {
    const row = await select(trx).first().forUpdate()
    if (row !== undefined) guard(row)
    return write(select(trx))
  })
}

/**
 * Runs a write whose constraints, by name, each mean a refusal for the client. What is unique and
 * what exists is decided by the database alone, so that no two requests can both find a name free,
 * and none can write for a user who is being erased.
 */
export async function refusing<T>(
  refusals: Readonly<Record<string, () => ApiError>>,
  write: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const refuse = refusals[violatedConstraint(error) ?? '']
    throw refuse ? refuse() : error
  }
}

/** Unique and foreign key violations. */
const violations = ['23505', '23503']

function violatedConstraint(error: unknown): string | undefined {
  const native = nativeError(error)
  if (!violations.includes(sqlState(native) ?? '')) return undefined
  const { constraint } = native as { constraint?: unknown }
  return typeof constraint === 'string' ? constraint : undefined
}

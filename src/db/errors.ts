// What the errors of PostgreSQL, pg and its pool mean to a client.
// Work that waits for a database that is not available.

import { setTimeout as wait } from 'node:timers/promises'
import { type ApiError, unavailable } from '../engine/errors.ts'
import { isConnectionError, isPoolExhausted, isReadTimeout } from './pool.ts'

/** The driver's own error: Objection wraps it into one of its classes. */
export function nativeError(error: unknown): unknown {
  return error instanceof Error && 'nativeError' in error ? error.nativeError : error
}

/** The five-character SQLSTATE (or Node's errno name) of an error, where it has one. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

const unreachable = 'The database cannot be reached.'
const readOnlyDetail = 'The database is read-only at the moment.'
const unanswered = 'The database did not answer in time.'
const locked = 'Another operation holds this data.'

const queryCanceled = '57014'

/** By SQLSTATE or its first characters, the longest first. */
const details: readonly (readonly [prefix: string, detail: string])[] = [
  ['53300', 'The database has no free connection.'],
  ['53', 'The database is out of resources.'],
  [queryCanceled, unanswered],
  ['25P03', unanswered],
  ['55P03', locked],
  ['40P01', locked],
  ['40001', locked],
  ['25006', readOnlyDetail],
  ['57P', unreachable],
  ['3D000', unreachable],
  ['28', unreachable],
  ['08', unreachable],
]

/** Returns why the database cannot serve a request; undefined for any other error. */
export function unavailability(thrown: unknown): string | undefined {
  const error = nativeError(thrown)
  if (isPoolExhausted(error)) return 'All database connections of this process are in use.'
  if (isReadTimeout(error)) return unanswered
  const code = sqlState(error)
  const known = code && details.find(([prefix]) => code.startsWith(prefix))
  if (known) return known[1]
  return isConnectionError(error) ? unreachable : undefined
}

/** Returns whether a statement took longer than it may. */
export function isTooSlow(thrown: unknown): boolean {
  const error = nativeError(thrown)
  return isReadTimeout(error) || sqlState(error) === queryCanceled
}

/** Turns a database that cannot serve a request into a 503; any other error passes unchanged. */
export function databaseApiError(error: unknown): ApiError | unknown {
  const detail = unavailability(error)
  return detail === undefined ? error : unavailable(detail, error)
}

const retryMs = 500

/**
 * Does work, again and again while the database is unavailable, for so many milliseconds or until
 * `isStopping`. Of work that failed it is not known whether PostgreSQL has done it.
 * @throws the error of the last time.
 */
export async function onceAvailable<T>(
  ms: number,
  isStopping: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (isStopping() || performance.now() > end || !unavailability(error)) throw error
      await wait(retryMs)
    }
  }
}

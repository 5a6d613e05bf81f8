// What the errors of PostgreSQL, pg and its pool mean to a client.
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiError, unavailable } from '../engine/errors.ts'

/** Returns the driver's error from the one that Objection wraps around it. */
function nativeError(error: unknown): unknown {
  return error instanceof Error && 'nativeError' in error ? error.nativeError : error
}

/** Returns the five-character SQLSTATE of an error, or Node's name for it (`ECONNRESET`). */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The SQLSTATE for a prepared statement whose columns have another type since a migration. */
export const changedResultType = '0A000'
/** The SQLSTATE for a write on a server that only reads: a standby, or a primary before a failover. */
export const readOnly = '25006'
const queryCanceled = '57014'

const exhausted = 'timeout exceeded when trying to connect'

/** Returns the error that pg's pool throws when a query waits too long for a connection. */
export const poolExhausted = () => new Error(exhausted)

function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === exhausted
}

/** Returns whether the server did not answer a query in time. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith('Query read timeout')
}

/** Recorded here instead of recognized by its message, because knex puts its SQL before that. */
const connectionErrors = new WeakSet<Error>()

/** Records that an error means that a connection was lost or never opened. */
export function markConnectionError(error: Error): void {
  connectionErrors.add(error)
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return connectionErrors.has(error) || /connection timeout$|calling end on/.test(error.message)
}

const unreachable = 'The database cannot be reached.'
const tooLate = 'The database did not answer in time.'
const locked = 'Another operation holds this data.'

/** By SQLSTATE or its first characters, the longest first. */
const details: readonly (readonly [prefix: string, detail: string])[] = [
  ['53300', 'The database has no free connection.'],
  ['53', 'The database is out of resources.'],
  [changedResultType, 'A migration has just changed this data.'],
  [queryCanceled, tooLate],
  ['25P03', tooLate],
  ['55P03', locked],
  ['40P01', locked],
  ['40001', locked],
  [readOnly, 'The database is read-only at the moment.'],
  ['57P', unreachable],
  ['3D000', unreachable],
  ['28', unreachable],
  ['08', unreachable],
]

/** Returns why the database cannot serve a request; undefined for any other error. */
export function unavailability(thrown: unknown): string | undefined {
  const error = nativeError(thrown)
  if (isPoolExhausted(error)) return 'All database connections of this process are in use.'
  if (isReadTimeout(error)) return tooLate
  const code = sqlState(error)
  const known = code && details.find(([prefix]) => code.startsWith(prefix))
  if (known) return known[1]
  return isConnectionError(error) ? unreachable : undefined
}

/** Returns whether a statement exceeded its time limit. */
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
 * Runs work again while the database is unavailable, for up to `ms` milliseconds or until `isStopping`.
 * PostgreSQL may have committed work that failed.
 * @throws the error of the last attempt.
 */
export async function retryUntilAvailable<T>(
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

/**
 * Runs a write and throws the error that belongs to the constraint it violates, by the constraint's name.
 * Only the database decides what is unique and what exists, so two requests cannot take the same name.
 */
export async function translateConstraints<T>(
  errors: Readonly<Record<string, () => ApiError>>,
  write: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const translate = errors[violatedConstraint(error) ?? '']
    throw translate ? translate() : error
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

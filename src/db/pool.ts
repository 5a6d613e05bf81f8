// The connection pool of PostgreSQL, in which every wait has a limit: connecting, waiting for a
// connection, a statement, a lock, an idle transaction. One pool serves knex, Objection and the hot
// statements.
import pg from 'pg'
import type { Timestamp } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { isReadTimeout, markConnectionError, readOnly, sqlState } from './errors.ts'
import { type ServerConfig, serverOptions } from './server.ts'

export interface PoolConfig extends ServerConfig {
  readonly poolMax: number
  /** The limit for one statement, in milliseconds; 5000 if undefined. */
  readonly queryTimeoutMs?: number | undefined
  /** Whether PostgreSQL limits statements, locks and idle transactions itself; PgBouncer rejects that. */
  readonly serverTimeouts?: boolean | undefined
}

/** The classes of a pool and its connections, where they are not the plain ones. */
interface Parts {
  readonly Pool: typeof pg.Pool
  readonly Client: typeof Connection
}

interface Limits {
  readonly max: number
  readonly connectTimeoutMs: number
  readonly queryTimeoutMs: number
}

/** The limit for opening a connection, and for waiting until one is free, in milliseconds. */
export const connectTimeoutMs = 3000
const defaultQueryTimeoutMs = 5000
/** The client waits longer than PostgreSQL, whose error says more. */
const clientShare = 1.2
/** Below 1, since PostgreSQL would otherwise report the statement's limit instead of the lock's. */
const lockShare = 0.6
const idleInTransactionTimeoutMs = 10_000

/**
 * How long an unused connection stays open, in milliseconds. Below the 350 s after which some networks
 * drop it, and long enough that a quiet minute is not followed by a slow start.
 */
const idleTimeoutMillis = 300_000
/** After this many seconds a connection is replaced, so that it follows a failover to another server. */
const maxLifetimeSeconds = 600
const keepAliveInitialDelayMillis = 10_000

/**
 * Opens a pool, which connects at the first query. Close it with `end()`.
 * @param limits replaces those of the configuration.
 */
export function openPool(
  config: PoolConfig,
  log: Logger,
  limits?: Limits,
  { Pool, Client }: Parts = { Pool: pg.Pool, Client: Connection },
): pg.Pool {
  const { poolMax, queryTimeoutMs = defaultQueryTimeoutMs, serverTimeouts = true } = config
  const chosen = limits ?? { max: poolMax, connectTimeoutMs, queryTimeoutMs }
  const pool = new Pool({
    ...serverOptions(config),
    types: rowTypes,
    Client,
    max: chosen.max,
    connectionTimeoutMillis: chosen.connectTimeoutMs,
    query_timeout: Math.ceil(chosen.queryTimeoutMs * clientShare),
    ...(serverTimeouts && {
      statement_timeout: chosen.queryTimeoutMs,
      lock_timeout: Math.ceil(chosen.queryTimeoutMs * lockShare),
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    }),
    idleTimeoutMillis,
    maxLifetimeSeconds,
    keepAlive: true,
    keepAliveInitialDelayMillis,
  })
  pool.on('error', (error) => log.debug({ err: error }, 'an idle connection was lost'))
  return pool
}

const lostConnection = /^(Connection terminated|Client was closed|Client has encountered)/
const lostSockets = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

type Done = (error: Error, result: pg.QueryResult) => void

/**
 * A connection that closes itself when its server does not answer in time or turns out to be read-only.
 * pg alone leaves the unanswered query on the connection, and the pool hands it out again.
 */
export class Connection extends pg.Client {
  #failure: Error | undefined

  constructor(config?: pg.ClientConfig) {
    super(config)
    // Without a listener an error outside of a query ends the process.
    this.on('error', (error) => this.#fail(error))
  }

  override connect(): Promise<pg.Client>
  override connect(callback: (error: Error) => void): void
  override connect(callback?: (error: Error) => void) {
    if (callback === undefined) return super.connect()
    return super.connect((error: Error | null) => {
      if (error) markConnectionError(withAdvice(error))
      callback(error as Error)
    })
  }

  /** Runs a query. On a closed connection each query fails with the reason for closing it. */
  override query(...args: unknown[]): never
  override query(config: pg.QueryConfig, values: unknown, callback?: Done) {
    if (typeof values === 'function') return this.#run(config, undefined, values as Done)
    if (callback !== undefined) return this.#run(config, values, callback)
    return new Promise((resolve, reject) => {
      this.#run(config, values, (error, result) => (error ? reject(error) : resolve(result)))
    })
  }

  #run(config: pg.QueryConfig, values: unknown, done: Done) {
    if (this.#failure !== undefined) return process.nextTick(done, this.#failure)
    const checked: Done = (error, result) => {
      if (error) this.#check(error)
      done(error, result)
    }
    return super.query(config as pg.QueryConfig & string, values as unknown[], checked)
  }

  #check(error: Error) {
    const code = sqlState(error)
    if (isReadTimeout(error) || code === readOnly) {
      this.#fail(error)
      this.end(() => {})
    } else if (lostConnection.test(error.message) || lostSockets.has(code ?? '')) {
      this.#fail(error)
    }
  }

  #fail(error: Error) {
    this.#failure ??= error
    markConnectionError(error)
  }
}

/** Adds to PgBouncer's error the variable that avoids it. */
function withAdvice(error: Error): Error {
  if (/unsupported startup parameter/.test(error.message)) {
    error.message += ': set DATABASE_SERVER_TIMEOUTS=off'
  }
  return error
}

const { builtins, getTypeParser } = pg.types
const parseDate = getTypeParser(builtins.TIMESTAMPTZ)

/** The parsers of pg, except that a day and a timestamp stay text, as JSON needs them. */
export const rowTypes = {
  getTypeParser(type: number, format?: string) {
    if (format === 'binary') return getTypeParser(type, 'binary')
    if (type === builtins.DATE) return asIs
    return type === builtins.TIMESTAMPTZ ? timestampOf : getTypeParser(type)
  },
}

const asIs = (text: string) => text

const withoutFraction = 'YYYY-MM-DD HH:MM:SS'.length
const utc = '+00'

/**
 * Returns the text of a `timestamptz` in the form of JSON. A value in UTC is only rearranged, which
 * costs a sixth of parsing and formatting a `Date`.
 */
function timestampOf(text: string): Timestamp {
  if (!text.endsWith(utc) || text[withoutFraction - 3] !== ':') return parseDate(text).toISOString()
  const fraction = text.slice(withoutFraction + 1, -utc.length)
  const milliseconds = fraction.length === 3 ? fraction : fraction.padEnd(3, '0').slice(0, 3)
  return `${text.slice(0, 10)}T${text.slice(11, withoutFraction)}.${milliseconds}Z`
}

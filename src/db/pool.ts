// The connection pool of PostgreSQL, in which every wait has a limit. One pool serves knex, Objection and
// the hot statements of `prepared.ts`.
// Turns at the connection pool. A request that finds the pool busy waits here, so that it can be left out
// when its client has gone: a query that waits in the pool itself runs in any case.
import pg from 'pg'
import { unavailable } from '../engine/errors.ts'
import type { Turns } from '../engine/types.ts'
import type { Logger } from '../lib/log.ts'
import type { Database } from './connection.ts'
import type { StatementParams } from './statements.ts'

export interface PoolConfig {
  readonly url: string
  readonly poolMax: number
  /** How long one statement may take, in milliseconds; 5000 if undefined. */
  readonly queryTimeoutMs?: number | undefined
  /** Whether PostgreSQL limits statements, locks and idle transactions itself; PgBouncer refuses that. */
  readonly serverTimeouts?: boolean | undefined
  /** How values are parsed; pg's own parsers if undefined. */
  readonly types?: pg.CustomTypesConfig
}

/** How long a new connection may take, and how long a query waits for a free one, in milliseconds. */
export const connectTimeoutMs = 3000
const defaultQueryTimeoutMs = 5000
/** The client gives up later than PostgreSQL, whose error says more. */
const patience = 1.2
/** Less than the whole, or PostgreSQL would report the statement's limit in place of the lock's. */
const lockShare = 0.6
const idleInTransactionTimeoutMs = 10_000

/**
 * How long an unused connection is kept, in milliseconds: less than the 350 s after which some networks
 * forget it. A pool that closes connections sooner starts again slowly after each quiet minute.
 */
const idleTimeoutMillis = 300_000
/** After how many seconds a connection is replaced, so that it follows a failover to another server. */
const maxLifetimeSeconds = 600
const keepAliveInitialDelayMillis = 10_000

/** The server only reads: it is a standby, or was the primary before a failover. */
const readOnly = '25006'

/** Errors of the connection itself. Marked here, since knex puts its SQL before their messages. */
const connectionErrors = new WeakSet<Error>()
const lostConnection = /^(Connection terminated|Client was closed|Client has encountered)/
const lostSockets = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])
const codeOf = (error: Error) => (error as NodeJS.ErrnoException).code

/** Returns whether an error means that there was no connection, or that it was lost. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return connectionErrors.has(error) || /connection timeout$|calling end on/.test(error.message)
}

const exhausted = 'timeout exceeded when trying to connect'

/** Returns the error of pg's pool for a query that waited too long for a connection. */
const poolExhausted = () => new Error(exhausted)

/** Returns whether a query waited too long for a connection of this process's pool. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === exhausted
}

/** Returns whether the server left a query without an answer. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith('Query read timeout')
}

type Done = (error: Error, result: pg.QueryResult) => void

/**
 * A connection that closes itself when its server does not answer in time, or turns out to be read-only.
 * pg alone would leave the unanswered query on it, and the pool would hand it out again.
 */
class Connection extends pg.Client {
  #failure: Error | undefined

  constructor(config?: pg.ClientConfig) {
    super(config)
    // Without a listener an error outside of a query would end the process.
    this.on('error', (error) => this.#fail(error))
  }

  override connect(): Promise<pg.Client>
  override connect(callback: (error: Error) => void): void
  override connect(callback?: (error: Error) => void) {
    if (callback === undefined) return super.connect()
    return super.connect((error: Error | null) => {
      if (error) connectionErrors.add(explained(error))
      callback(error as Error)
    })
  }

  /** Runs a query. Once the connection is closed, each query fails with the reason for that. */
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
    const answered: Done = (error, result) => {
      if (error) this.#look(error)
      done(error, result)
    }
    return super.query(config as pg.QueryConfig & string, values as unknown[], answered)
  }

  #look(error: Error) {
    if (isReadTimeout(error) || codeOf(error) === readOnly) {
      this.#fail(error)
      this.end(() => {})
    } else if (lostConnection.test(error.message) || lostSockets.has(codeOf(error) ?? '')) {
      this.#fail(error)
    }
  }

  #fail(error: Error) {
    this.#failure ??= error
    connectionErrors.add(error)
  }
}

/** Adds to PgBouncer's error which variable avoids it. */
function explained(error: Error): Error {
  if (/unsupported startup parameter/.test(error.message)) {
    error.message += ': set DATABASE_SERVER_TIMEOUTS=off'
  }
  return error
}

interface Limits {
  readonly max: number
  readonly connectTimeoutMs: number
  readonly queryTimeoutMs: number
}

/**
 * Opens a pool; nothing is connected before the first query. Close it with `end()`.
 * @param limits replaces those of the configuration.
 */
export function openPool(config: PoolConfig, log: Logger, limits?: Limits): pg.Pool {
  const {
    url,
    poolMax,
    types,
    queryTimeoutMs = defaultQueryTimeoutMs,
    serverTimeouts = true,
  } = config
  const own = limits ?? { max: poolMax, connectTimeoutMs, queryTimeoutMs }
  const pool = new pg.Pool({
    connectionString: url,
    types,
    Client: Connection,
    max: own.max,
    connectionTimeoutMillis: own.connectTimeoutMs,
    query_timeout: Math.ceil(own.queryTimeoutMs * patience),
    ...(serverTimeouts && {
      statement_timeout: own.queryTimeoutMs,
      lock_timeout: Math.ceil(own.queryTimeoutMs * lockShare),
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

interface Waiting {
  readonly isGone: () => boolean
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const gone = () => unavailable('The client has gone.')

/** Follows the pool of a database with so many connections at most. */
export function databaseTurns(db: Database, max: number): Turns {
  const { pool } = db.userParams as StatementParams
  const queue: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  let isScheduled = false
  const free = () => pool.idleCount + max - pool.totalCount - pool.waitingCount

  function grant() {
    isScheduled = false
    let left = free()
    if (left <= 0) return
    while (left > 0) {
      const next = queue.shift()
      if (next === undefined) return
      if (next.isGone()) {
        next.reject(gone())
      } else {
        next.resolve()
        left -= 1
      }
    }
    // What has its turn may need no connection after all.
    setImmediate(grant)
  }

  function schedule() {
    if (queue.length === 0 || isScheduled) return
    isScheduled = true
    // The pool tells of a release just before the connection is free.
    queueMicrotask(grant)
  }
  pool.on('release', schedule)
  pool.on('remove', schedule)

  /** One timer for all: who came first has the first deadline. */
  function expire() {
    timer = undefined
    const now = performance.now()
    while (queue[0] !== undefined && queue[0].deadline <= now)
      queue.shift()?.reject(poolExhausted())
    arm()
  }

  function arm() {
    const first = queue[0]
    if (first === undefined || timer !== undefined) return
    timer = setTimeout(expire, Math.max(1, first.deadline - performance.now()))
  }

  return {
    isBusy: () => queue.length > 0 || free() <= 0,

    wait: (isGone) =>
      new Promise((resolve, reject) => {
        const deadline = performance.now() + connectTimeoutMs
        queue.push({ isGone, deadline, resolve, reject })
        arm()
      }),
  }
}

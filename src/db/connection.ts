// PostgreSQL through knex and Objection: opens and closes the pool, and checks whether the database is
// ready.
import knex, { type Knex } from 'knex'
import type { Logger } from '../lib/log.ts'
import type { Tracing } from '../lib/tracing.ts'
import { sqlState, unavailability } from './errors.ts'
import { migrations } from './migrations.ts'
import { connectTimeoutMs, openPool, type PoolConfig, rowTypes } from './pool.ts'
import { serverOptions } from './server.ts'
import type { StatementParams } from './statements.ts'
import { tracedParts } from './traced.ts'

export type Database = Knex
export type Transaction = Knex.Transaction
/** What a repository runs its queries on: the pool, or one transaction. */
export type Connection = Database | Transaction
export interface DatabaseConfig extends PoolConfig {
  /** Whether connections keep hot statements prepared; not every pooler supports that. */
  readonly prepare?: boolean
}

/** Names migrations without extension, so that the sources agree with a build. */
const migrationSource: Knex.MigrationSource<{ file: string }> = {
  // `migrate:list` prints `file`.
  getMigrations: async () => migrationNames().map((file) => ({ file })),
  getMigrationName: ({ file }) => file,
  getMigration: async ({ file }) => {
    const load = migrations[file]
    if (load === undefined) throw new Error(`there is no migration ${file}`)
    return load()
  },
}

/** Returns the names of the migrations of this version, in the order in which they are applied. */
export const migrationNames = () => Object.keys(migrations)

/** Returns the configuration of the `knex` command. Its migrations have no time limit. */
export function knexConfig({ poolMax, ...server }: DatabaseConfig): Knex.Config {
  return {
    client: 'pg',
    connection: {
      ...serverOptions(server),
      connectionTimeoutMillis: connectTimeoutMs,
      types: rowTypes,
    },
    pool: { min: 0, max: poolMax },
    migrations: { migrationSource },
  }
}

/**
 * Opens a pool, which connects at the first query. Close it with `closeDatabase`. The warnings of knex
 * go to the log instead of the console.
 * @param tracing records its statements.
 */
export function createDatabase(config: DatabaseConfig, log: Logger, tracing?: Tracing): Database {
  const warn = (message: unknown) => log.debug({ err: message }, 'knex')
  const pool = openPool(config, log, undefined, tracing && tracedParts(tracing))
  const params: StatementParams = { pool, prepare: config.prepare ?? true, tracing }
  return knex({
    client: 'pg',
    connectionPool: pool,
    migrations: { migrationSource },
    log: { warn, error: warn, deprecate: warn, debug: warn },
  }).withUserParams(params)
}

/** Closes the pool after its queries have finished. */
export async function closeDatabase(db: Database): Promise<void> {
  const { pool } = db.userParams as StatementParams
  await db.destroy()
  await pool.end()
}

/** A probe waits for a connection and for the answer: 1.8 s at most. */
const probeLimits = { max: 1, connectTimeoutMs: 1000, queryTimeoutMs: 800 }

const selectState = `select array(select name from knex_migrations) as migrations,
  current_setting('transaction_read_only') = 'on' as is_read_only`

interface Reason {
  /** For anonymous clients: reveals nothing about this installation. */
  readonly detail: string
  /** For the log. */
  readonly fields: object
  readonly hint: string
}

const undefinedTable = '42P01'
const howToMigrate = 'run npx knex migrate:latest, or npm run migrate from a build'

/**
 * Checks whether the database can serve this build, at once, so that the log shows a problem at start.
 * The check has its own connection with short limits, so that a busy pool or a locked table does not look
 * like an outage. Close it with `close()`.
 */
export function databaseReadiness(config: DatabaseConfig, log: Logger) {
  const pool = openPool(config, log, probeLimits)
  const expected = migrationNames()
  let checking: Promise<string | undefined> | undefined
  let reported: string | undefined

  async function findReason(): Promise<Reason | undefined> {
    const client = await pool.connect()
    let reason: Reason | undefined
    try {
      const { rows } = await client.query(selectState)
      reason = judge(rows[0], expected)
      return reason
    } finally {
      // Closes the connection if not ready, since a new one may reach another server.
      client.release(reason !== undefined)
    }
  }

  async function check() {
    const reason = await findReason().catch(reasonOf)
    if (reason?.detail !== reported) {
      if (reason) log.warn(reason.fields, `not ready: ${reason.detail} ${reason.hint}`)
      else log.info('ready again')
    }
    reported = reason?.detail
    return reported
  }

  /** Returns why the database is not ready, in words for anonymous clients; undefined if it is ready. */
  function checkOnce(): Promise<string | undefined> {
    checking ??= check().finally(() => {
      checking = undefined
    })
    return checking
  }
  void checkOnce()
  return { check: checkOnce, close: () => pool.end() }
}

interface Row {
  readonly migrations: string[]
  readonly is_read_only: boolean
}

function judge({ migrations, is_read_only }: Row, expected: readonly string[]): Reason | undefined {
  if (is_read_only) {
    return { detail: 'The database is read-only.', fields: {}, hint: 'See DATABASE_URL.' }
  }
  const done = new Set(migrations)
  const missing = expected.filter((name) => !done.has(name))
  return missing.length === 0 ? undefined : notMigrated({ missing })
}

const notMigrated = (fields: object): Reason => ({
  detail: 'The database lacks migrations of this build.',
  fields,
  hint: `To apply them, ${howToMigrate}.`,
})

function reasonOf(error: unknown): Reason {
  if (sqlState(error) === undefinedTable) return notMigrated({ err: error })
  const detail = unavailability(error) ?? 'The database cannot be used.'
  return { detail, fields: { err: error }, hint: 'See DATABASE_URL.' }
}

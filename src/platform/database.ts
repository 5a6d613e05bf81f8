// PostgreSQL through knex: the pool, the migrations and what its failures mean. The only code that
// knows how a database is reached; what is asked of it stands in the rooms' repositories.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import knex, { type Knex } from 'knex'
import { unavailable } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Transaction } from '../transaction.ts'
import { rowTypes } from './timestamps.ts'

export type { Transaction } from '../transaction.ts'

export type Database = Knex
/** What a repository closes over: the pool, or a transaction in which all that it does happens. */
export type Connection = Database | Transaction
export interface DatabaseConfig {
  readonly url: string
  readonly poolMax: number
  /** Whether hot reads stay prepared on their connections; a pooler may not carry that. */
  readonly prepare?: boolean
}

/**
 * How long a connection that nobody uses is kept, in milliseconds: less than the 350 s after which some
 * networks forget it. With the 30 s that are usual, a service that was quiet for as long opens each
 * connection and prepares each statement once more, and begins with half its rate instead of two thirds.
 */
const idleTimeoutMillis = 300_000

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/**
 * Migrations by name without extension, so that `.ts` in development and `.js` in a build are one
 * and the same migration to the database.
 */
const migrationSource: Knex.MigrationSource<{ file: string }> = {
  getMigrations: async () => migrationFiles().map((file) => ({ file })),
  getMigrationName: ({ file }) => migrationName(file),
  getMigration: ({ file }) => import(new URL(`../../migrations/${file}`, import.meta.url).href),
}

function migrationFiles(): string[] {
  return readdirSync(migrationsFolder)
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts'))
    .sort()
}

function migrationName(file: string): string {
  return file.replace(/\.[jt]s$/, '')
}

/** The knex configuration, for the service and for the `knex` command alike. */
export function knexConfig(config: DatabaseConfig): Knex.Config {
  return {
    client: 'pg',
    connection: {
      connectionString: config.url,
      connectionTimeoutMillis: 3000,
      types: rowTypes,
    },
    pool: { min: 0, max: config.poolMax, idleTimeoutMillis },
    acquireConnectionTimeout: 5000,
    migrations: { migrationSource },
  }
}

/**
 * Opens a pool; nothing is connected before the first query. Close it with `destroy()`. What knex
 * has to say beside the errors that it throws goes to the log, not to the console.
 */
export function createDatabase(config: DatabaseConfig, log: Logger): Database {
  const said = (message: unknown) => log.debug({ err: message }, 'knex')
  return knex({
    ...knexConfig(config),
    log: { warn: said, error: said, deprecate: said, debug: said },
  }).withUserParams({ prepare: config.prepare ?? true })
}

/**
 * Whether the database can be reached and has every migration that this build knows.
 * @returns undefined when it is ready, else what is missing, in words for an operator.
 */
export async function databaseFault(db: Database): Promise<string | undefined> {
  try {
    const rows: { name: string }[] = await db('knex_migrations').select('name')
    const done = new Set(rows.map((row) => row.name))
    const missing = migrationFiles()
      .map(migrationName)
      .filter((name) => !done.has(name))
    if (missing.length === 0) return undefined
    return `migrations are missing (${missing.join(', ')}): ${howToMigrate}`
  } catch (error) {
    if (isUndefinedTable(error)) return `nothing is migrated yet: ${howToMigrate}`
    if (isConnectionFailure(error)) return 'the database cannot be reached: see DATABASE_URL'
    return `the database refuses (SQLSTATE ${sqlState(error) ?? 'unknown'}): see DATABASE_URL`
  }
}

const howToMigrate = 'run npx knex migrate:latest, or npm run migrate from a build'
const isUndefinedTable = (error: unknown) => sqlState(error) === '42P01'

/** The driver's own error: Objection wraps it into one of its classes. */
export function nativeError(error: unknown): unknown {
  return error instanceof Error && 'nativeError' in error ? error.nativeError : error
}

/** The five-character SQLSTATE (or Node's errno name) of an error, where it has one. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

const networkFailures = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * Whether an error means that the database is out of reach, rather than that a query was wrong:
 * SQLSTATE classes 08 (connection), 28 (credentials) and 57P (shutdown, start-up), 3D000 (no such
 * database), 53300 (too many connections), the socket's own errors, and the messages of pg and of
 * knex's pool, which bring no code.
 */
function isConnectionFailure(thrown: unknown): boolean {
  const error = nativeError(thrown)
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure)
  const code = sqlState(error)
  if (code !== undefined && (networkFailures.has(code) || /^(08|28|3D000|57P|53300)/.test(code)))
    return true
  if (!(error instanceof Error)) return false
  return (
    error.name === 'KnexTimeoutError' ||
    /Connection terminated|timeout expired|Connection ended unexpectedly/.test(error.message)
  )
}

/** Turns a failure to reach the database into a refusal; any other error passes unchanged. */
export function databaseRefusal(error: unknown): unknown {
  return isConnectionFailure(error) ? unavailable('The database cannot be reached.', error) : error
}

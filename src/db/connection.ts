// PostgreSQL through knex: the pool, the migrations and what its failures mean. The only code that
// knows how a database is reached; what is asked of it stands in the rooms' repositories.
// Timestamps on their way from PostgreSQL to JSON, which are text on both sides.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import knex, { type Knex } from 'knex'
import pg from 'pg'
import type { Timestamp } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { connectTimeoutMs, openPool, type PoolConfig } from './pool.ts'
import type { StatementParams } from './statements.ts'

export type Database = Knex
export type Transaction = Knex.Transaction
/** What a repository closes over: the pool, or a transaction in which all that it does happens. */
export type Connection = Database | Transaction
export interface DatabaseConfig extends PoolConfig {
  /** Whether hot statements stay prepared on their connections; a pooler may not carry that. */
  readonly prepare?: boolean
}

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

/** Returns the names of the migrations of this build. */
export function migrationNames(): string[] {
  return migrationFiles().map(migrationName)
}

function migrationName(file: string): string {
  return file.replace(/\.[jt]s$/, '')
}

/** Returns the configuration of the `knex` command, whose migrations may take any time. */
export function knexConfig({ url, poolMax }: DatabaseConfig): Knex.Config {
  return {
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      types: rowTypes,
    },
    pool: { min: 0, max: poolMax },
    migrations: { migrationSource },
  }
}

/**
 * Opens a pool; nothing is connected before the first query. Close it with `closeDatabase`. What knex
 * has to say beside the errors that it throws goes to the log, not to the console.
 */
export function createDatabase(config: DatabaseConfig, log: Logger): Database {
  const said = (message: unknown) => log.debug({ err: message }, 'knex')
  const params: StatementParams = {
    pool: openPool({ ...config, types: rowTypes }, log),
    prepare: config.prepare ?? true,
  }
  return knex({
    client: 'pg',
    connectionPool: params.pool,
    migrations: { migrationSource },
    log: { warn: said, error: said, deprecate: said, debug: said },
  }).withUserParams(params)
}

/** Closes the pool; waits for the queries that run. */
export async function closeDatabase(db: Database): Promise<void> {
  const { pool } = db.userParams as StatementParams
  await db.destroy()
  await pool.end()
}

const { builtins, getTypeParser } = pg.types
const parseDate = getTypeParser(builtins.TIMESTAMPTZ)

const withoutFraction = 'YYYY-MM-DD HH:MM:SS'.length
const utc = '+00'

/**
 * A `timestamptz` as PostgreSQL writes it. Where that is in UTC the text is rearranged: as a `Date` that is
 * parsed and written again it would take six times as long, 45 µs for a list of 20.
 */
function timestampOf(text: string): Timestamp {
  if (!text.endsWith(utc) || text[withoutFraction - 3] !== ':') return parseDate(text).toISOString()
  const fraction = text.slice(withoutFraction + 1, -utc.length)
  const milliseconds = fraction.length === 3 ? fraction : fraction.padEnd(3, '0').slice(0, 3)
  return `${text.slice(0, 10)}T${text.slice(11, withoutFraction)}.${milliseconds}Z`
}

/** What pg makes of the values of a row: what it always does, and timestamps as text. */
export const rowTypes = {
  getTypeParser(type: number, format?: string) {
    if (format === 'binary') return getTypeParser(type, 'binary')
    return type === builtins.TIMESTAMPTZ ? timestampOf : getTypeParser(type)
  },
}

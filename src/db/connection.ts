// PostgreSQL through knex and Objection: opens and closes the pool and finds the migrations.
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
/** What a repository runs its queries on: the pool, or one transaction. */
export type Connection = Database | Transaction
export interface DatabaseConfig extends PoolConfig {
  /** Whether connections keep hot statements prepared; not every pooler supports that. */
  readonly prepare?: boolean
}

const migrationsFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** Names migrations without extension, so that `.ts` in development equals `.js` in a build. */
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

/** Returns the names of the migrations of this build. */
export function migrationNames(): string[] {
  return migrationFiles().map(migrationName)
}

/** Returns the configuration of the `knex` command. Its migrations have no time limit. */
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
 * Opens a pool, which connects at the first query. Close it with `closeDatabase`. The warnings of knex
 * go to the log instead of the console.
 */
export function createDatabase(config: DatabaseConfig, log: Logger): Database {
  const warn = (message: unknown) => log.debug({ err: message }, 'knex')
  const pool = openPool({ ...config, types: rowTypes }, log)
  const params: StatementParams = { pool, prepare: config.prepare ?? true }
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

const { builtins, getTypeParser } = pg.types
const parseDate = getTypeParser(builtins.TIMESTAMPTZ)

/** The parsers of pg, except that a timestamp stays text, as JSON needs it. */
export const rowTypes = {
  getTypeParser(type: number, format?: string) {
    if (format === 'binary') return getTypeParser(type, 'binary')
    return type === builtins.TIMESTAMPTZ ? timestampOf : getTypeParser(type)
  },
}

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

// PostgreSQL through knex: the pool, the migrations and what its failures mean. The only code that
// knows how a database is reached; what is asked of it stands in the rooms' repositories.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import knex, { type Knex } from 'knex'
import type { Logger } from '../lib/log.ts'
import type { Transaction } from '../lib/transaction.ts'
import { connectTimeoutMs, openPool, type PoolConfig } from './pool.ts'
import type { StatementParams } from './statements.ts'
import { rowTypes } from './timestamps.ts'

export type { Transaction } from '../lib/transaction.ts'

export type Database = Knex
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
  const params: StatementParams = { pool: openPool(config, log), prepare: config.prepare ?? true }
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

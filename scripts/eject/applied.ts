// Asks the configured database which migrations it has applied.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import knex from 'knex'
import { readEnvironment } from '../../src/config/config.ts'
import { knexConfig } from '../../src/db/connection.ts'
import { loadDevelopmentConfig } from '../dev/settings.ts'

/**
 * Returns the paths of the applied migrations.
 * @throws Error that asks for `--applied` or `--not-applied` if the database cannot be reached.
 */
export async function appliedMigrations(root: string): Promise<string[]> {
  const { database, development } = loadDevelopmentConfig(readEnvironment())
  // A private database that was never started has applied nothing.
  if (database.embedded && !existsSync(join(root, development.dataDir, 'postgres'))) return []
  const db = knex(knexConfig(database))
  try {
    if (!(await db.schema.hasTable('knex_migrations'))) return []
    const rows: { name: string }[] = await db('knex_migrations').select('name')
    return rows.map(({ name }) => `migrations/${name.replace(/\.[jt]s$/, '')}.ts`)
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error)
    throw new Error(
      `the database cannot say which migrations it has applied (${reason}): start it with npm run infra, ` +
        'or pass --applied (the tables exist somewhere) or --not-applied (they exist nowhere)',
    )
  } finally {
    await db.destroy()
  }
}

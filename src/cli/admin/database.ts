// Opens the database for a command.
import { Reader, readConfig, readEnvironment } from '../../config/config.ts'
import { closeDatabase, createDatabase, type Database } from '../../db/connection.ts'
import { sqlState, unavailability } from '../../db/errors.ts'
import { createLogger } from '../../lib/log.ts'
import { reasonOf } from '../command-line.ts'

/** The variables that say where PostgreSQL is. */
export const databaseVariables = /^(ENVIRONMENT|(EMBEDDED_)?POSTGRES_.*|DATABASE_.*)$/

/** Runs `work` with the database of the configuration, and closes it. Needs no other variables. */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const read = new Reader(readEnvironment())
  const { database } = readConfig(read)
  read.check(databaseVariables)
  const db = createDatabase(
    { ...database, poolMax: 1 },
    createLogger({ level: 'warn', part: 'admin' }),
  )
  try {
    return await work(db)
  } catch (error) {
    throw databaseError(error)
  } finally {
    await closeDatabase(db)
  }
}

const missingTable = '42P01'

/** Returns the error with what helps, where the database is unavailable or has no schema; any other as it is. */
export function databaseError(error: unknown): unknown {
  if (sqlState(error) === missingTable) {
    return new Error(`${reasonOf(error)}; run node dist/migrate.js`)
  }
  if (unavailability(error) === undefined) return error
  return new Error(`${reasonOf(error)}; see DATABASE_URL`)
}

// Opens the database for a command.
import { Reader, readConfig, readEnvironment } from '../../config/config.ts'
import { closeDatabase, createDatabase, type Database } from '../../db/connection.ts'
import { createLogger } from '../../lib/log.ts'

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
  } finally {
    await closeDatabase(db)
  }
}

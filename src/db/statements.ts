// Hot statements: plain SQL that every connection prepares once, under a name. Building and planning a
// query costs more than running one of these. Only this file prepares statements.
import type pg from 'pg'
import type { Tracing } from '../lib/tracing.ts'
import type { Connection } from './connection.ts'
import { changedResultType, sqlState } from './errors.ts'

type Value = string | number | boolean | null

/** What `createDatabase` passes to the statements, as the user parameters of knex. */
export interface StatementParams {
  readonly pool: pg.Pool
  /** False for a pooler that may send each query to another connection (DATABASE_PREPARE=off). */
  readonly prepare: boolean
  /** Undefined while tracing is off. */
  readonly tracing?: Tracing | undefined
}

/**
 * Declares a statement. `?` in the SQL stands for a value, and its column names become the members of a
 * row: `select created_at as "createdAt"`. List the columns, since a statement with `*` fails once when
 * a migration adds one.
 * @returns a function that runs the statement on a pool or in a transaction.
 */
export function statement<Row extends object>(name: string, sql: string) {
  let config: pg.QueryConfig | undefined
  let currentName = name
  let renames = 0

  function run(db: Connection, values: Value[]): Promise<pg.QueryResult<Row>> {
    // The knex command opens its own connections for seeds, without these parameters.
    const { pool, prepare = false } = db.userParams as Partial<StatementParams>
    const preparedName = prepare ? currentName : undefined
    if (db.isTransaction || pool === undefined) {
      // Through knex, which rejects a query on a transaction that has ended.
      return Promise.resolve(db.raw(sql, values).options({ name: preparedName }))
    }
    if (config === undefined || config.name !== preparedName) {
      const { sql: text } = db.raw(sql, values).toSQL().toNative()
      config = inherited({ name: preparedName, text })
    }
    return query(pool, config, values)
  }

  return async (db: Connection, ...values: Value[]): Promise<pg.QueryResult<Row>> => {
    const triedName = currentName
    try {
      return await run(db, values)
    } catch (error) {
      if (sqlState(error) !== changedResultType) throw error
      // Each connection would reject the old name from now on.
      if (currentName === triedName) {
        renames += 1
        currentName = `${name}_${renames}`
      }
      // PostgreSQL has aborted a transaction; only its owner can run it again.
      if (db.isTransaction) throw error
      return run(db, values)
    }
  }
}

/**
 * Returns an object that inherits the members of a query. pg copies a query's own members for each run,
 * one descriptor after the other, which is slow.
 */
function inherited(config: pg.QueryConfig): pg.QueryConfig {
  return Object.create(config)
}

/** Takes pg's callback, because its promises keep rows alive until a major garbage collection. */
function query<Row extends object>(
  pool: pg.Pool,
  config: pg.QueryConfig,
  values: Value[],
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    // pg documents a config, values and a callback; its types know only a text with them.
    pool.query<Row>(
      config as pg.QueryConfig & string,
      values,
      (error: Error | undefined, result) => {
        if (error) reject(error)
        else resolve(result)
      },
    )
  })
}

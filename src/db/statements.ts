// The hot statements, as SQL. Each stays prepared under its name on every connection: to build and plan a
// query costs more than to run one of these. DATABASE_PREPARE=off leaves the names out, for a pooler that
// gives out another connection for each query.
import type { Model } from 'objection'
import pg from 'pg'
import type { Connection } from './connection.ts'
import { sqlState } from './errors.ts'

type Value = string | number | boolean | null

interface RowClass<Row extends Model> {
  new (): Row
  fromDatabaseJson(json: object): Model
}

/** What `createDatabase` hands to the statements, as the user parameters of knex. */
export interface StatementParams {
  readonly pool: pg.Pool
  readonly prepare: boolean
}

/** Runs a statement with the values for its places, in order. */
type Run = (db: Connection, values: Value[]) => Promise<Result>
type Result = pg.QueryResult<object>

/** Makes a function that runs a statement; `?` in the SQL stands for a value. */
function prepared(name: string, sql: string): Run {
  let text: string | undefined
  let current = name
  let migrations = 0
  return async (db, values) => {
    // By knex, which refuses a transaction that is over. A statement of a transaction has no name: if a
    // migration has changed its columns, a second attempt cannot save the transaction.
    const { pool, prepare } = db.userParams as Partial<StatementParams>
    // The knex command opens connections of its own for seeds.
    if (db.isTransaction || pool === undefined) return await db.raw(sql, values)
    text ??= db.raw(sql, values).toSQL().toNative().sql
    if (!prepare) return query(pool, text, values)
    const tried = current
    try {
      return await query(pool, text, values, tried)
    } catch (error) {
      if (sqlState(error) !== changedResult) throw error
      if (tried === current) {
        migrations += 1
        current = `${name}_${migrations}`
      }
      return query(pool, text, values, current)
    }
  }
}

/** Makes a function that writes. It returns how many rows it has written. */
export function preparedWrite(name: string, sql: string) {
  const run = prepared(name, sql)
  return async (db: Connection, values: Value[]): Promise<number> =>
    (await run(db, values)).rowCount ?? 0
}

/** Makes a function that returns the rows of a statement as models. */
export function preparedRows<Row extends Model>(name: string, model: RowClass<Row>, sql: string) {
  const run = prepared(name, sql)
  return async (db: Connection, ...values: Value[]): Promise<Row[]> =>
    (await run(db, values)).rows.map((row) => model.fromDatabaseJson(row) as Row)
}

/** Makes a function that returns the first row of a statement, or undefined. */
export function preparedRow<Row extends Model>(name: string, model: RowClass<Row>, sql: string) {
  const run = prepared(name, sql)
  return async (db: Connection, ...values: Value[]): Promise<Row | undefined> => {
    const [row] = (await run(db, values)).rows
    return row && (model.fromDatabaseJson(row) as Row)
  }
}

/**
 * The SQLSTATE for a prepared statement whose columns have changed. A connection refuses the statement
 * from then on, so the statement goes on under another name.
 */
const changedResult = '0A000'

/**
 * By a callback, since the promises of pg keep their rows alive until the old space is collected, and as
 * a `Query`, since pg copies a description of one property by property.
 */
function query(pool: pg.Pool, text: string, values: Value[], name?: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const config = Object.assign(new pg.Query(text, values), { text, name })
    pool.query(config, (error: Error | undefined, result: Result) => {
      if (error) reject(error)
      else resolve(result)
    })
  })
}

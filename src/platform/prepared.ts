// Hot queries: one is written with Objection like any other, compiled once, and run from then on as a
// named prepared statement. Building a query and planning it are what it costs, not PostgreSQL. Where
// a pooler hands out another connection for each query, DATABASE_PREPARE=off leaves the names out.
import type { Model, QueryBuilder } from 'objection'
import pg, { type ClientBase } from 'pg'
import { type Connection, sqlState } from './database.ts'

type Values = Readonly<Record<string, unknown>>

interface RowClass<Row extends Model> {
  new (): Row
  fromDatabaseJson(json: object): Model
}

interface Statement {
  readonly text: string
  /** For each place in the text: which value it takes, or the constant that stands there. */
  readonly places: readonly ({ value: string } | { constant: unknown })[]
}

/** Stands in a binding for a value that is not known yet; no value of a request has a NUL. */
const marker = (value: string) => `\0${value}\0`

/**
 * Compiles the query that `build` writes for one row. `build` is called once, with a marker for each
 * value; it must put every value into a binding and decide nothing by it.
 * @returns a function from values to the row, undefined where there is none.
 */
export function preparedRead<Row extends Model, Keys extends string>(
  db: Connection,
  name: string,
  model: RowClass<Row>,
  keys: readonly Keys[],
  build: (values: Readonly<Record<Keys, string>>) => QueryBuilder<Row, Row | undefined>,
): (values: Readonly<Record<Keys, string>>) => Promise<Row | undefined> {
  let statement: Statement | undefined
  const rows = runner(name)
  return async (values) => {
    statement ??= compile(keys, build)
    const [row] = await rows(db, statement.text, valuesOf(statement, values))
    return row && (model.fromDatabaseJson(row) as Row)
  }
}

/**
 * Compiles the insertion of one row with these members, each of which has to be there. What `build` is
 * given are markers, whatever their types say: it must do nothing but insert them.
 * @returns a function that inserts one, by a pool or in a transaction, and gives it as it was given.
 */
export function preparedInsert<Row extends Model, Keys extends keyof Row & string>(
  name: string,
  model: RowClass<Row>,
  keys: readonly Keys[],
  build: (row: Readonly<Pick<Row, Keys>>) => QueryBuilder<Row, Row>,
): (db: Connection, row: Readonly<Pick<Row, Keys>>) => Promise<Row> {
  let statement: Statement | undefined
  const rows = runner(name)
  return async (db, row) => {
    statement ??= withoutReturning(
      compile(keys, (markers) => build(markers as unknown as Pick<Row, Keys>)),
    )
    await rows(db, statement.text, valuesOf(statement, row))
    return Object.assign(new model(), row)
  }
}

/**
 * Rows by a statement in SQL, for what the builder cannot say; its places are `$1`, `$2`, in the order
 * of the values.
 */
export function preparedRows<Row extends Model>(
  db: Connection,
  name: string,
  model: RowClass<Row>,
  text: string,
): (...values: (string | number)[]) => Promise<Row[]> {
  const rows = runner(name)
  return async (...values) =>
    (await rows(db, text, values)).map((row) => model.fromDatabaseJson(row) as Row)
}

/** Objection asks for the id, which is known here: a row sent back is a tenth of a `createPost`. */
function withoutReturning({ text, places }: Statement): Statement {
  return { text: text.replace(/ returning "id"$/, ''), places }
}

function compile<Row extends Model, Keys extends string>(
  keys: readonly Keys[],
  build: (values: Record<Keys, string>) => QueryBuilder<Row, Row | undefined>,
): Statement {
  const markers = Object.fromEntries(keys.map((key) => [key, marker(key)])) as Record<Keys, string>
  const { sql, bindings } = build(markers).toKnexQuery().toSQL().toNative()
  const places = bindings.map((binding) => {
    const key = keys.find((it) => marker(it) === binding)
    return key === undefined ? { constant: binding } : { value: key }
  })
  return { text: sql, places }
}

function valuesOf({ places }: Statement, given: Values): unknown[] {
  return places.map((it) => ('value' in it ? given[it.value] : it.constant))
}

/** What PostgreSQL says to a statement whose columns are others than when it was prepared. */
const stale = '0A000'

/**
 * Runs a statement under a name, and under another one from when a migration has changed its tables:
 * each connection would refuse the first for as long as it lives. In a transaction, which no second
 * try would save, and where nothing is to be prepared it has none.
 */
function runner(name: string) {
  let current = name
  let migrations = 0
  return async (db: Connection, text: string, values: unknown[]) => {
    if (db.isTransaction || db.userParams.prepare === false) return run(db, text, values)
    const tried = current
    try {
      return await run(db, text, values, tried)
    } catch (error) {
      if (sqlState(error) !== stale) throw error
      if (tried === current) {
        migrations += 1
        current = `${name}_${migrations}`
      }
      return run(db, text, values, current)
    }
  }
}

/**
 * The rows of a statement. Asked for with a callback, since the promises of pg keep what they have
 * resolved to alive until the old space is collected, 80 µs for each 20 rows; and by a query that is
 * made here, since a description of one is copied by pg property by property, 5 µs.
 * @param name it stays prepared under this one; without, it is parsed and planned again each time.
 */
async function run(db: Connection, text: string, values: unknown[], name?: string) {
  const client: ClientBase = await db.client.acquireConnection()
  return new Promise<object[]>((resolve, reject) => {
    const query = new pg.Query<object>(text, values, (error, result) => {
      db.client.releaseConnection(client)
      if (error) reject(error)
      else resolve(result.rows)
    })
    client.query(Object.assign(query, { name }))
  })
}

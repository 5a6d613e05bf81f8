// Hot reads: a query is written with Objection like any other, compiled once, and run from then on as
// a named prepared statement. Building a query and planning it are what it costs, not PostgreSQL. Where
// a pooler hands out another connection for each query, DATABASE_PREPARE=off leaves the names out.
import type { Model, QueryBuilder } from 'objection'
import type { Connection } from './database.ts'

type Values = Readonly<Record<string, string>>

/** What the pool of knex hands out: a client of pg. */
interface Client {
  query(statement: { name?: string; text: string; values: unknown[] }): Promise<{ rows: object[] }>
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
  model: { fromDatabaseJson(json: object): Model; new (): Row },
  keys: readonly Keys[],
  build: (values: Readonly<Record<Keys, string>>) => QueryBuilder<Row, Row | undefined>,
): (values: Readonly<Record<Keys, string>>) => Promise<Row | undefined> {
  let statement: Statement | undefined
  return async (values) => {
    statement ??= compile(keys, build)
    const [row] = await run(db, name, statement.text, valuesOf(statement, values))
    return row && (model.fromDatabaseJson(row) as Row)
  }
}

/**
 * Rows by a statement in SQL, for what the builder cannot say; its places are `$1`, `$2`, in the order
 * of the values.
 */
export function preparedRows<Row extends Model>(
  db: Connection,
  name: string,
  model: { fromDatabaseJson(json: object): Model; new (): Row },
  text: string,
): (...values: (string | number)[]) => Promise<Row[]> {
  return async (...values) =>
    (await run(db, name, text, values)).map((row) => model.fromDatabaseJson(row) as Row)
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

async function run(db: Connection, name: string, text: string, values: unknown[]) {
  const client: Client = await db.client.acquireConnection()
  try {
    // Without a name the statement is parsed and planned again each time.
    const named = db.userParams.prepare === false ? {} : { name }
    return (await client.query({ ...named, text, values })).rows
  } finally {
    db.client.releaseConnection(client)
  }
}

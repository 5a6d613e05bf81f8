// Whether the database can serve this build. The check has its own connection with short limits, so that
// a busy pool or a locked table does not look like an outage.
import type { Logger } from '../lib/log.ts'
import { type DatabaseConfig, migrationNames } from './connection.ts'
import { sqlState, unavailability } from './errors.ts'
import { openPool } from './pool.ts'

/** A probe waits for a connection and for the answer: 1.8 s at most. */
const limits = { max: 1, connectTimeoutMs: 1000, queryTimeoutMs: 800 }

const selectState = `select array(select name from knex_migrations) as migrations,
  current_setting('transaction_read_only') = 'on' as is_read_only`

interface Reason {
  /** For anonymous clients: reveals nothing about this installation. */
  readonly detail: string
  /** For the log. */
  readonly fields: object
  readonly hint: string
}

const undefinedTable = '42P01'
const howToMigrate = 'run npx knex migrate:latest, or npm run migrate from a build'

/** Checks the database at once, so that the log shows a problem at start. Close it with `close()`. */
export function databaseReadiness(config: DatabaseConfig, log: Logger) {
  const pool = openPool(config, log, limits)
  const expected = migrationNames()
  let checking: Promise<string | undefined> | undefined
  let reported: string | undefined

  async function findReason(): Promise<Reason | undefined> {
    const client = await pool.connect()
    let reason: Reason | undefined
    try {
      const { rows } = await client.query(selectState)
      reason = judge(rows[0], expected)
      return reason
    } finally {
      // Closes the connection if not ready, since a new one may reach another server.
      client.release(reason !== undefined)
    }
  }

  async function check() {
    const reason = await findReason().catch(reasonOf)
    if (reason?.detail !== reported) {
      if (reason) log.warn(reason.fields, `not ready: ${reason.detail} ${reason.hint}`)
      else log.info('ready again')
    }
    reported = reason?.detail
    return reported
  }

  /** Returns why the database is not ready, in words for anonymous clients; undefined if it is ready. */
  function checkOnce(): Promise<string | undefined> {
    checking ??= check().finally(() => {
      checking = undefined
    })
    return checking
  }
  void checkOnce()
  return { check: checkOnce, close: () => pool.end() }
}

interface Row {
  readonly migrations: string[]
  readonly is_read_only: boolean
}

function judge({ migrations, is_read_only }: Row, expected: readonly string[]): Reason | undefined {
  if (is_read_only) {
    return { detail: 'The database is read-only.', fields: {}, hint: 'See DATABASE_URL.' }
  }
  const done = new Set(migrations)
  const missing = expected.filter((name) => !done.has(name))
  return missing.length === 0 ? undefined : notMigrated({ missing })
}

const notMigrated = (fields: object): Reason => ({
  detail: 'The database lacks migrations of this build.',
  fields,
  hint: `To apply them, ${howToMigrate}.`,
})

function reasonOf(error: unknown): Reason {
  if (sqlState(error) === undefinedTable) return notMigrated({ err: error })
  const detail = unavailability(error) ?? 'The database cannot be used.'
  return { detail, fields: { err: error }, hint: 'See DATABASE_URL.' }
}

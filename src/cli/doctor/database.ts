// Checks PostgreSQL for `npm run doctor`: reachability, version, migrations, superuser and clock.
import type pg from 'pg'
import type { Config } from '../../config/config.ts'
import { migrationNames } from '../../db/connection.ts'
import { sqlState } from '../../db/errors.ts'
import { openPool } from '../../db/pool.ts'
import { within } from '../../lib/async.ts'
import { createLogger } from '../../lib/log.ts'
import type { Commands, Finding } from '../doctor.ts'

type DatabaseConfig = Config['database']

const limits = { max: 1, connectTimeoutMs: 3000, queryTimeoutMs: 2000 }
/** Above all of these, for a server that stops answering in between. */
const deadlineMs = 10_000
/** The relay's SQL says `as materialized`. */
const oldestVersion = 120_000
/** A difference of the clocks that tokens and leases of jobs bear, and one that they do not, in seconds. */
const smallSkew = 2
const largeSkew = 30
const log = createLogger({ level: 'silent', part: 'doctor' })

/** Returns what was found, at most after ten seconds. */
export async function checkDatabase(
  config: DatabaseConfig,
  commands: Commands,
): Promise<Finding[]> {
  const findings = await checkServer(config, commands)
  if (config.listener.url === config.url) return findings
  return [...findings, await checkListener(config)]
}

async function checkServer(config: DatabaseConfig, commands: Commands): Promise<Finding[]> {
  const pool = openPool(config, log, limits)
  try {
    return await within(
      deadlineMs,
      pool.connect().then((client) => examine(client, commands)),
    )
  } catch (error) {
    const isPrivate = config.embedded && codeOf(error) === 'ECONNREFUSED'
    return [isPrivate ? notStarted(commands) : unusable(error, config.url, 'PostgreSQL')]
  }
}

const notStarted = ({ infra }: Commands): Finding => ({
  check: 'PostgreSQL',
  state: 'warning',
  found: 'the private server does not run; migrations, superuser and clock are not checked',
  fix: `npm run dev, or ${infra}`,
})

async function checkListener({ listener, ...config }: DatabaseConfig): Promise<Finding> {
  const check = 'PostgreSQL for notifications'
  const { url } = listener
  const pool = openPool({ ...config, ...listener }, log, limits)
  try {
    await within(deadlineMs, pool.query('select 1'))
    return { check, state: 'ok', found: placeOf(url) }
  } catch (error) {
    return { ...unusable(error, url, check), fix: 'DATABASE_LISTEN_URL' }
  }
}

async function examine(client: pg.PoolClient, commands: Commands): Promise<Finding[]> {
  try {
    const askedAt = Date.now()
    const { rows } = await client.query<Server>(selectServer)
    const skew = skewOf(Number(rows[0]?.now), askedAt, Date.now())
    return [
      ...rows.map(judgeServer),
      ...(await checkMigrations(client, commands)),
      ...(await checkSuperuser(client, commands)),
      judgeSkew(skew),
    ]
  } finally {
    client.release(true)
  }
}

interface Server {
  readonly version: string
  readonly number: number
  readonly isReadOnly: boolean
  readonly name: string
  /** In seconds since 1970. */
  readonly now: string
}

const selectServer = `select current_setting('server_version') as version,
  current_setting('server_version_num')::int as number,
  current_setting('transaction_read_only') = 'on' as "isReadOnly",
  current_database() as name, extract(epoch from clock_timestamp())::text as now`

function judgeServer({ version, number, isReadOnly, name }: Server): Finding {
  const found = `version ${version}, database ${name}`
  if (number < oldestVersion) {
    return { check: 'PostgreSQL', state: 'wrong', found, fix: 'use PostgreSQL 12 or newer' }
  }
  if (!isReadOnly) return { check: 'PostgreSQL', state: 'ok', found }
  const fix = 'DATABASE_URL of the primary server'
  return { check: 'PostgreSQL', state: 'wrong', found: `${found}, read-only`, fix }
}

const undefinedTable = '42P01'

/** Returns the rows of a query, or undefined if a table of it does not exist. */
async function rowsOf<R extends pg.QueryResultRow>(client: pg.PoolClient, sql: string) {
  try {
    return (await client.query<R>(sql)).rows
  } catch (error) {
    if (sqlState(error) === undefinedTable) return undefined
    throw error
  }
}

async function checkMigrations(client: pg.PoolClient, commands: Commands): Promise<Finding[]> {
  const check = 'migrations'
  const rows = await rowsOf<{ name: string }>(
    client,
    'select name from knex_migrations order by id',
  )
  const done = new Set(rows?.map((it) => it.name))
  const known = migrationNames()
  const pending = known.filter((it) => !done.has(it))
  const unknown = [...done].filter((it) => !known.includes(it))
  const findings: Finding[] = []
  if (pending.length > 0) {
    const found = `${pending.length} of ${known.length} pending: ${pending[0]}${pending.length > 1 ? ', …' : ''}`
    findings.push({ check, state: 'wrong', found, fix: commands.migrate })
  }
  if (unknown.length > 0) {
    const found = `the database has ${unknown.join(', ')}, which this build does not know`
    const fix = 'use the build that applied them: to migrate with this one fails'
    findings.push({ check, state: 'warning', found, fix })
  }
  const locks = await rowsOf<{ isLocked: number }>(client, selectLock)
  if (locks?.some((it) => it.isLocked === 1)) {
    const found = 'a migration runs, or was killed while it ran'
    findings.push({ check, state: 'warning', found, fix: `if none runs: ${commands.unlock}` })
  }
  if (findings.length > 0) return findings
  return [{ check, state: 'ok', found: `all ${known.length} applied` }]
}

const selectLock = 'select is_locked as "isLocked" from knex_migrations_lock'

async function checkSuperuser(client: pg.PoolClient, commands: Commands): Promise<Finding[]> {
  const check = 'superuser'
  const rows = await rowsOf<{ count: number }>(
    client,
    'select count(*)::int as count from users where is_superuser and deleted_at is null',
  )
  if (rows === undefined) return []
  const count = rows[0]?.count ?? 0
  if (count > 0) return [{ check, state: 'ok', found: `${count} active` }]
  return [{ check, state: 'warning', found: 'none', fix: commands.createSuperuser }]
}

/** Returns by how many seconds this machine's clock is ahead, at least. */
function skewOf(now: number, askedAt: number, answeredAt: number): number {
  if (now > answeredAt / 1000) return answeredAt / 1000 - now
  return Math.max(0, askedAt / 1000 - now)
}

function judgeSkew(skew: number): Finding {
  const check = 'clock'
  const size = Math.abs(skew)
  if (size < smallSkew) return { check, state: 'ok', found: 'as in PostgreSQL' }
  const direction = skew > 0 ? 'ahead of' : 'behind'
  const found = `this machine is ${size.toFixed(0)} s ${direction} PostgreSQL`
  const fix = 'synchronize both clocks with NTP'
  return { check, state: size < largeSkew ? 'warning' : 'wrong', found, fix }
}

/** Returns host, port and database of a URL, without its user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'the default host'}:${port || 5432}${pathname}`
}

/** Hints by SQLSTATE or Node's code. */
const hints: Readonly<Record<string, string>> = {
  '28P01': 'correct the password in DATABASE_URL or POSTGRES_PASSWORD',
  '28000': 'correct the user in DATABASE_URL or POSTGRES_USER, or pg_hba.conf on the server',
  '3D000': 'create the database, or correct its name in DATABASE_URL or POSTGRES_DB',
  '53300': 'raise max_connections of the server, or lower DATABASE_POOL_MAX',
  '08P01': 'DATABASE_SERVER_TIMEOUTS=off behind PgBouncer',
  ECONNREFUSED: 'start PostgreSQL, or correct host and port in DATABASE_URL or POSTGRES_SERVER',
  ENOTFOUND: 'correct the host in DATABASE_URL or POSTGRES_SERVER',
}

/** Hints by a part of the message, which has no code of its own, or one of many. */
const tlsHints: Readonly<Record<string, string>> = {
  'no encryption': 'add ?sslmode=verify-full to DATABASE_URL, or allow the host in pg_hba.conf',
  'does not support SSL': 'turn ssl on in the server, or use sslmode=disable in a private network',
  'does not match certificate': 'correct the host in DATABASE_URL, or the names in the certificate',
  certificate: 'set DATABASE_TLS_CA to the authorities of the server, or renew its certificate',
}

function unusable(error: unknown, url: string, check: string): Finding {
  const code = codeOf(error) ?? ''
  const message = messageOf(error)
  const isSilent =
    error instanceof Error && /time(d? ?out|out exceeded)|not done within/.test(error.message)
  const reason = isSilent ? 'does not answer in time' : message
  const hint =
    Object.entries(tlsHints).find(([text]) => message.includes(text))?.[1] ??
    hints[code] ??
    'correct DATABASE_URL or POSTGRES_*, or the network and firewall on the way'
  return { check, state: 'wrong', found: `${placeOf(url)}: ${reason}`, fix: hint }
}

/** Returns the code of an error, or of the first of several: of a host with several addresses. */
function codeOf(error: unknown): string | undefined {
  return sqlState(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

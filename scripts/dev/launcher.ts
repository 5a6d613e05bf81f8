// What `npm run dev` and `npm run infra` share: one launcher a data folder, the clearing up after
// one that was killed, the private PostgreSQL and Redis where the configuration names no others,
// and an orderly end at Ctrl-C. What runs on top of the servers is the command's.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, ConfigError, loadConfig, readEnvironment } from '../../src/config/config.ts'
import { takeLock } from '../bootstrap/lock.mjs'
import { say } from './output.ts'
import { assertPortsFree } from './ports.ts'
import { recoverPostgres, startPostgres } from './postgres.ts'
import { ProcessRecord, partSteps, type Running, type StopStep } from './processes.ts'
import { recoverRedis, startRedis } from './redis.ts'
import { type Supervised, supervise } from './supervisor.ts'

const forcedSteps: readonly StopStep[] = [['SIGKILL', 2000]]
/** npm repeats a Ctrl-C to its child: within this time, two are one. */
const sameKeyPress = 1000
/** How often to see whether npm is still there, and how long a launcher may take to end. */
const parentCheck = 250
const handoverTime = 2500

export interface Command {
  readonly name: string
  /** The ports that the command uses beside those of the servers, by variable. */
  ports(config: Config): Record<string, number>
  /** Starts the rest and resolves; what it keeps runs until the launcher is asked to end. */
  main(launch: Launch): Promise<void>
}

export interface Launch {
  readonly config: Config
  /** The variables as inherited: each part reads `.env` itself, so a change there reaches it. */
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** Where the private database has its files, which is not always below `dataDir`. */
  readonly postgresDir: string | undefined
  /** Names the processes to a launcher that comes after this one was killed. */
  readonly record: ProcessRecord
  /** Aborted when the launcher is asked to end. */
  readonly signal: AbortSignal
  /** Starts a part, and again whenever it ends. */
  keep(name: string, start: () => Promise<Running>): Supervised
  /** Has something else stopped together with the parts. */
  atEnd(stop: () => Promise<void>): void
}

type Stop = () => Promise<void>

/** Runs a command to its end and exits: with 0 after a signal, with 1 where it did not start. */
export async function launch(command: Command): Promise<never> {
  const ending = new AbortController()
  const { signal } = ending
  const env = { ...process.env }
  const parts: Stop[] = []
  const servers: Stop[] = []
  let record: ProcessRecord | undefined
  const asked = untilAsked(ending, () => record?.stopRecorded(forcedSteps))
  let code = 0
  try {
    const config = loadConfig(readEnvironment())
    const dataDir = await occupy(config, command.name)
    record = new ProcessRecord(join(dataDir, 'run.json'))
    await recover(record, dataDir)
    await assertPortsFree({ ...serverPorts(config), ...command.ports(config) })
    signal.throwIfAborted()
    const { postgresDir } = await startServers(config, dataDir, servers)
    const keep = (name: string, start: () => Promise<Running>) => {
      const supervised = supervise(start, (line) => say(name, line))
      parts.push(supervised.stop)
      return supervised
    }
    const atEnd = (stop: Stop) => parts.push(stop)
    signal.throwIfAborted()
    await command.main({ config, env, dataDir, postgresDir, record, signal, keep, atEnd })
    await asked
  } catch (error) {
    // What fails while the launcher ends is a consequence of that.
    if (!signal.aborted) {
      code = 1
      console.error(
        error instanceof ConfigError ? error.message : `${command.name}: ${text(error)}`,
      )
    }
  }
  await Promise.all(parts.map((stop) => stop()))
  for (const stop of servers.reverse()) await stop()
  process.exit(code)
}

/** Makes the data folder this launcher's own. @throws where another one runs on it. */
async function occupy(config: Config, name: string): Promise<string> {
  const dataDir = resolve(config.development.dataDir)
  mkdirSync(dataDir, { recursive: true })
  // The one before may still be about to end.
  for (const deadline = Date.now() + handoverTime; ; await sleep(100)) {
    const { holder } = takeLock(join(dataDir, 'launcher.lock'), name)
    if (!holder) return dataDir
    if (Date.now() < deadline) continue
    throw new Error(
      `DATA_DIR: ${dataDir} is in use by "${holder.name}" (pid ${holder.pid}); ` +
        'stop it first, or set DATA_DIR and the ports to run a second one',
    )
  }
}

/** Ends what a launcher of this data folder left running when it was killed. */
async function recover(record: ProcessRecord, dataDir: string): Promise<void> {
  await record.stopRecorded(partSteps)
  await Promise.all([
    recoverPostgres(join(dataDir, 'postgres')),
    recoverRedis(join(dataDir, 'redis')),
  ])
}

function serverPorts({ database, redis }: Config): Record<string, number> {
  return {
    ...(database.embedded ? { EMBEDDED_POSTGRES_PORT: Number(new URL(database.url).port) } : {}),
    ...(redis.cache.embedded ? { EMBEDDED_REDIS_PORT: redis.cache.port } : {}),
  }
}

/** Starts the private servers at the same time, and keeps them running. */
async function startServers(
  { database, redis }: Config,
  dataDir: string,
  stops: Stop[],
): Promise<{ postgresDir: string | undefined }> {
  async function keep<T extends Running>(name: string, start: () => Promise<T>): Promise<T> {
    const first = await start()
    stops.push(supervise(start, (line) => say(name, line), first).stop)
    return first
  }
  const postgres = () =>
    startPostgres({
      dataDir: join(dataDir, 'postgres'),
      port: Number(new URL(database.url).port),
      log: (line) => say('postgres', line),
    })
  const cache = () => startRedis({ dataDir: join(dataDir, 'redis'), port: redis.cache.port })
  const [first, second] = await Promise.allSettled([
    database.embedded ? keep('postgres', postgres) : undefined,
    redis.cache.embedded ? keep('redis', cache) : undefined,
  ])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return { postgresDir: first.value?.dataDir }
}

/** Resolves when the launcher is to end; `force` is called at a later signal. */
function untilAsked(ending: AbortController, force: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    const end = () => {
      first ??= Date.now()
      ending.abort()
      resolve()
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        end()
        if (Date.now() - (first ?? 0) > sameKeyPress) force()
      })
    }
    // A signal to npm alone does not always come through to its child.
    const parent = process.ppid
    const orphaned = () => process.ppid !== parent && end()
    if (process.env.npm_lifecycle_event) setInterval(orphaned, parentCheck).unref()
  })
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

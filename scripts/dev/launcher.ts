// The parts that `npm run dev` and `npm run infra` share: one launcher per data folder, cleaning up after
// a killed launcher, the private PostgreSQL and Redis if the configuration names no others, and an
// orderly end on Ctrl-C.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, readEnvironment } from '../../src/config/config.ts'
import { takeLock } from '../bootstrap/lock.mjs'
import { say } from './output.ts'
import { assertPortsFree } from './ports.ts'
import { recoverPostgres, startPostgres } from './postgres.ts'
import { ProcessRecord, partSteps, type Running, type StopStep } from './processes.ts'
import { recoverRedis, startRedis } from './redis.ts'
import { type DevelopmentConfig, loadDevelopmentConfig } from './settings.ts'
import { type Supervised, supervise } from './supervisor.ts'

const forcedSteps: readonly StopStep[] = [['SIGKILL', 2000]]
/** npm repeats a Ctrl-C to its child: two signals within this time (ms) count as one. */
const sameKeyPress = 1000
/** How often to check that npm still runs, and how long another launcher may take to end (ms). */
const parentCheck = 250
const handoverTime = 2500

export interface Command {
  readonly name: string
  /** Returns the ports that the command uses in addition to the servers' ports, by variable. */
  ports(config: DevelopmentConfig): Record<string, number>
  /** Starts the other parts and resolves. Parts started with `keep` run until the launcher ends. */
  main(launch: Launch): Promise<void>
}

export interface Launch {
  readonly config: DevelopmentConfig
  /** The inherited variables. Each part reads `.env` itself, so that changes there reach it. */
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  /** The folder of the private database's files, which is not always below `dataDir`. */
  readonly postgresDir: string | undefined
  /** Names the processes for the next launcher, in case this one is killed. */
  readonly record: ProcessRecord
  /** Aborted when the launcher has to end. */
  readonly signal: AbortSignal
  /** Starts a part, and starts it again whenever it ends. */
  keep(name: string, start: () => Promise<Running>): Supervised
  /** Registers something else to stop together with the parts. */
  atEnd(stop: () => Promise<void>): void
}

type Stop = () => Promise<void>

/** Runs a command and exits: with 0 after a signal, with 1 if the command did not start. */
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
    const config = loadDevelopmentConfig(readEnvironment())
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
    // Errors after the abort are its consequences.
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

/** Locks the data folder. @throws Error if another launcher uses it. */
async function occupy(config: DevelopmentConfig, name: string): Promise<string> {
  const dataDir = resolve(config.development.dataDir)
  mkdirSync(dataDir, { recursive: true })
  // The previous launcher may still be ending.
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

/** Stops the processes that a killed launcher of this data folder left running. */
async function recover(record: ProcessRecord, dataDir: string): Promise<void> {
  await record.stopRecorded(partSteps)
  await Promise.all([
    recoverPostgres(join(dataDir, 'postgres')),
    recoverRedis(join(dataDir, 'redis')),
  ])
}

function serverPorts({ database, redis }: DevelopmentConfig): Record<string, number> {
  return {
    ...(database.embedded ? { EMBEDDED_POSTGRES_PORT: Number(new URL(database.url).port) } : {}),
    ...(redis.cache.embedded ? { EMBEDDED_REDIS_PORT: redis.cache.port } : {}),
  }
}

/** Starts the private servers in parallel and keeps them running. */
async function startServers(
  { database, redis }: DevelopmentConfig,
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

/** Resolves when the launcher has to end. A later signal calls `force`. */
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
    // npm does not always forward a signal to its child.
    const parent = process.ppid
    const orphaned = () => process.ppid !== parent && end()
    if (process.env.npm_lifecycle_event) setInterval(orphaned, parentCheck).unref()
  })
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

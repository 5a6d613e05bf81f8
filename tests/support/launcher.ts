// Runs a launcher on free ports and with a data folder of its own, independent of the environment and
// `.env` of this machine, and finds the processes that it started.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { commandOf } from '../../scripts/bootstrap/lock.mjs'
import { freePort } from '../../scripts/dev/ports.ts'
import { until } from './until.ts'

export interface Launcher {
  readonly child: ChildProcess
  output(): string
  /** Resolves with the output once it contains the words. @throws Error with the output, where the launcher ends. */
  says(words: string): Promise<string>
  /** Sends a signal and resolves with the exit code when the launcher has ended. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Resolves with the exit code when the launcher has ended. */
  readonly ended: Promise<number | null>
}

/** Returns variables for a launcher on free ports; `BCRYPT_COST` makes the seeds fast. */
export async function launcherVariables(dataDir: string): Promise<Record<string, string>> {
  const names = [
    'PORT',
    'MOCK_PORT',
    'WORKER_PORT',
    'EMBEDDED_POSTGRES_PORT',
    'EMBEDDED_REDIS_PORT',
  ]
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())]))
  return { DATA_DIR: dataDir, BCRYPT_COST: '4', ...Object.fromEntries(ports) }
}

/** Creates a folder for the data of a file's launchers, and variables for them in `beforeAll`. */
export function useLauncherFolder(prefix: string) {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  const dataDir = join(folder, 'data')
  const places = { folder, dataDir, variables: {} as Record<string, string> }
  beforeAll(async () => {
    // Where root runs the tests, PostgreSQL runs as another user, who needs access to the folder.
    chmodSync(folder, 0o755)
    Object.assign(places.variables, await launcherVariables(dataDir))
  })
  // Runs last, after the file has ended its launchers.
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return places
}

export function startLauncher(script: string, variables: Record<string, string>): Launcher {
  const { PATH, HOME } = process.env
  // An empty variable counts as unset and overrides the file.
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  const unset = Object.fromEntries(Object.keys(file).map((name) => [name, '']))
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', '--private-redis', script], {
    // A launcher that npm starts ends when its parent does.
    env: { ...unset, PATH, HOME, npm_lifecycle_event: 'dev', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const says = (words: string) => {
    const look = () => {
      if (output.includes(words)) return output
      if (child.exitCode !== null) throw new Error(`the launcher ended:\n${output}`)
      return undefined
    }
    return until(`"${words}" in the launcher's output`, look, 40_000)
  }
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return { child, output: () => output, says, end, ended }
}

/** Returns the running processes of a data folder by name: the servers and the parts. */
export function livingProcesses(dataDir: string): Record<string, number> {
  const first = (file: string) => {
    const path = join(dataDir, file)
    return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0
  }
  const record = join(dataDir, 'run.json')
  const parts: Record<string, { pid: number }> = existsSync(record)
    ? JSON.parse(readFileSync(record, 'utf8'))
    : {}
  const pids = {
    postgres: first('postgres/postmaster.pid'),
    redis: first('redis/redis.pid'),
    ...Object.fromEntries(Object.entries(parts).map(([name, { pid }]) => [name, pid])),
  }
  return Object.fromEntries(Object.entries(pids).filter(([, pid]) => pid && commandOf(pid)))
}

// Starts and stops other processes. They run apart from the terminal, so that Ctrl-C reaches the launcher
// alone and it decides the order of stopping. They stop within a deadline, and always with this process.
// The next launcher finds those that a killed one left. supervisor.ts keeps them running.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf } from '../bootstrap/lock.mjs'

/** A running process. */
export interface Running {
  readonly pid: number
  /** Resolves when the process has ended, with a description of how it ended. Never rejects. */
  readonly exited: Promise<string>
  /** Stops the process step by step and resolves when it has ended. */
  stop(): Promise<void>
}

/** A signal, and the milliseconds until the next one is sent. */
export type StopStep = readonly [NodeJS.Signals, number]

/** The signals that stop a part of the service. */
export const partSteps: readonly StopStep[] = [
  ['SIGTERM', 5000],
  ['SIGKILL', 2000],
]

/** Starts a program in a session of its own. @throws Error with its name if it cannot be started. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  steps: readonly StopStep[],
): Promise<Running & { readonly child: ChildProcess }> {
  const child = spawn(command, args, { ...options, detached: true })
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `got ${signal}` : `exit code ${code}`))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`)))
  })
  const pid = child.pid ?? 0
  const guard = startGuard(pid, steps[0]?.[0] ?? 'SIGTERM')
  exited.then(() => guard.kill('SIGKILL'))
  const stop = async () => {
    // The pid of an ended process may belong to another one by now.
    if (child.exitCode !== null || child.signalCode !== null) return
    await Promise.race([stopProcess(pid, steps), exited])
  }
  return { child, pid, exited, stop }
}

/**
 * Starts a shell that reads from this process and signals the other one at the end of the input. So the
 * other process ends with this one, even if this one is killed.
 */
function startGuard(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = 'read -r _; kill -s "$1" "$2"'
  const args = ['-c', script, 'guard', signal.replace('SIG', ''), String(pid)]
  const guard = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.on('error', () => {}) // the next launcher stops the process instead
  return guard
}

/** Sends the signals one after the other until the process has ended. */
export async function stopProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  for (const [signal, milliseconds] of steps) {
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    const deadline = Date.now() + milliseconds
    while (Date.now() < deadline) {
      if (commandOf(pid) === undefined) return
      await sleep(25)
    }
  }
}

/** Records the processes of a launcher on disk, for the next launcher. */
export class ProcessRecord {
  private readonly file: string
  private readonly entries = new Map<string, { pid: number; command: string }>()

  constructor(file: string) {
    this.file = file
    mkdirSync(dirname(file), { recursive: true })
  }

  /** Records that `name` runs as `pid`. */
  set(name: string, pid: number): void {
    this.entries.set(name, { pid, command: commandOf(pid) ?? '' })
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.entries), null, 2))
    renameSync(`${this.file}.new`, this.file)
  }

  /** Stops the recorded processes whose pids still have the recorded commands. */
  async stopRecorded(steps: readonly StopStep[]): Promise<void> {
    const recorded = Object.values(this.read())
    const living = recorded.filter((it) => it.command && commandOf(it.pid) === it.command)
    await Promise.all(living.map((it) => stopProcess(it.pid, steps)))
  }

  private read(): Record<string, { pid: number; command: string }> {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8'))
    } catch {
      return {}
    }
  }
}

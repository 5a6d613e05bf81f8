// Processes that are not this one: started apart from the terminal, so that a Ctrl-C reaches the
// launcher alone and the order of stopping is its own; ended with a deadline, and with this process
// in any case; found again by the next launcher. What is kept running is supervisor.ts's matter.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandOf } from '../bootstrap/lock.mjs'

/** Something that runs, until it ends by itself or by `stop`. */
export interface Running {
  readonly pid: number
  /** Settles when the process is gone, with words for how it ended. Never rejects. */
  readonly exited: Promise<string>
  /** Ends it, at first politely; resolves when it is gone. */
  stop(): Promise<void>
}

/** A signal, and the milliseconds that it is given to work before the next one. */
export type StopStep = readonly [NodeJS.Signals, number]

/** How a part is asked to end, and what happens when it does not. */
export const partSteps: readonly StopStep[] = [
  ['SIGTERM', 5000],
  ['SIGKILL', 2000],
]

/** Starts a program in a session of its own. @throws with its name where it cannot be started. */
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
    // The pid of a process that has ended may be another one's by now.
    if (child.exitCode !== null || child.signalCode !== null) return
    await Promise.race([stopProcess(pid, steps), exited])
  }
  return { child, pid, exited, stop }
}

/**
 * A shell that reads from this process, and signals the other one when there is nothing to read any
 * more: whatever this process dies of, what it started does not stay.
 */
function startGuard(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = 'read -r _; kill -s "$1" "$2"'
  const args = ['-c', script, 'guard', signal.replace('SIG', ''), String(pid)]
  const guard = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.on('error', () => {}) // the next start clears up instead
  return guard
}

/** Sends the signals one after the other until the process is gone. */
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

/** The processes of a launcher by name, on disk, for the launcher that comes after it. */
export class ProcessRecord {
  private readonly file: string
  private readonly entries = new Map<string, { pid: number; command: string }>()

  constructor(file: string) {
    this.file = file
    mkdirSync(dirname(file), { recursive: true })
  }

  /** Notes that `name` runs as `pid` from now on. */
  set(name: string, pid: number): void {
    this.entries.set(name, { pid, command: commandOf(pid) ?? '' })
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.entries), null, 2))
    renameSync(`${this.file}.new`, this.file)
  }

  /** Stops what an earlier record names, where the pid still is that very command. */
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

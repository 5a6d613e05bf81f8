// A process that a test starts, and its output.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Environment } from '../../src/config/config.ts'

export interface Process {
  readonly child: ChildProcess
  /** Resolves when it has ended; `code` is null where a signal ended it. */
  readonly ended: Promise<{ code: number | null; output: string }>
  /** Returns the output so far. */
  readonly printed: () => string
}

/** Starts a command as the leader of a process group, with only this environment and `PATH`. */
export function startCommand(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Process {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    // `exit` may come before the last of the output has been read.
    child.on('close', (code) => resolve({ code, output }))
  })
  return { child, ended, printed: () => output }
}

/** Kills a process and its children, if it still runs. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

// Runs the parts of the service as child processes of the launcher, with their output shown, and one-off
// commands such as migrations. dev.ts decides when.
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Launch } from './launcher.ts'
import { readLines, showRuns } from './output.ts'
import { partSteps, type Running, startProcess } from './processes.ts'

/** How long a migration may continue after Ctrl-C, in milliseconds. */
const commandGrace = 3000

/** Returns a function that starts a script as the part `name`. */
export function partStarter(launch: Launch, name: string, script: string) {
  // The whole path tells that the process belongs to this clone.
  const args = ['--import', 'tsx', resolve(script)]
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const runs = showRuns(name)

  return async function start(): Promise<Running> {
    const options = { env: launch.env, stdio: [...stdio] }
    const { child, ...running } = await startProcess(process.execPath, args, options, partSteps)
    launch.record.set(name, running.pid)
    for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, runs.line)
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const exited = closed.then(() => {
      runs.ended()
      return running.exited
    })
    return { ...running, exited }
  }
}

/**
 * Runs a Node command and resolves with its output.
 * @throws Error with its output if it fails.
 */
export async function runCommand(
  launch: Launch,
  name: string,
  args: readonly string[],
): Promise<string> {
  launch.signal.throwIfAborted()
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const options = { env: launch.env, stdio: [...stdio] }
  const { child, ...running } = await startProcess(process.execPath, args, options, partSteps)
  launch.record.set(name, running.pid)
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk) => (written += chunk))
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stopSoon = () => sleep(commandGrace).then(running.stop)
  launch.signal.addEventListener('abort', stopSoon)
  const how = await running.exited
  launch.signal.removeEventListener('abort', stopSoon)
  await closed
  if (how === 'exit code 0') return written
  throw new Error(`${name} failed (${how}):\n  ${written.trim().split('\n').join('\n  ')}`)
}

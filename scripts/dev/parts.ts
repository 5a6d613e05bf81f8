// The parts of the service as child processes of the launcher: TypeScript scripts run by tsx, their
// output shown, and one-off commands such as the migrations. When to start one is dev.ts's matter.
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Launch } from './launcher.ts'
import { readLines, showLives } from './output.ts'
import { partSteps, type Running, startProcess } from './processes.ts'

/** A migration under way at Ctrl-C may finish. */
const commandGrace = 3000

/** How to start a script as the part `name`. */
export function partStarter(launch: Launch, name: string, script: string) {
  // The whole path, by which the process is known to be of this clone.
  const args = ['--import', 'tsx', resolve(script)]
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const lives = showLives(name)

  return async function start(): Promise<Running> {
    const options = { env: launch.env, stdio: [...stdio] }
    const { child, ...running } = await startProcess(process.execPath, args, options, partSteps)
    launch.record.set(name, running.pid)
    for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, lives.line)
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const exited = closed.then(() => {
      lives.ended()
      return running.exited
    })
    return { ...running, exited }
  }
}

/**
 * Runs a Node command to its end and resolves with what it wrote.
 * @throws Error with what it wrote, where it failed.
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

// Starts a server program of this machine, such as nginx or PgBouncer, in a temporary folder and on a
// free port.
import { closeSync, openSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProgramName } from '../../scripts/bootstrap/programs.mjs'
import { requireProgram } from '../../scripts/bootstrap/provide-programs.mjs'
import { freePort } from '../../scripts/dev/ports.ts'
import { partSteps, startProcess } from '../../scripts/dev/processes.ts'
import { accepts } from '../../scripts/doctor/listeners.mjs'
import { until } from './until.ts'

export interface Program {
  readonly port: number
  /** The started process, which may have children. */
  readonly pid: number
  /** Returns its log so far. */
  log(): Promise<string>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

interface Plan {
  readonly files: Record<string, string>
  readonly args: readonly string[]
}

/**
 * Starts a program with the files and arguments that `plan` returns for its folder and port. Resolves
 * when it accepts connections on 127.0.0.1.
 * @throws Error with its log, where it ends before that
 */
export async function startProgram(
  name: ProgramName,
  plan: (folder: string, port: number) => Plan,
): Promise<Program> {
  const command = requireProgram(name)
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  // Where root runs the tests, a server may change to a user of its own.
  await chmod(folder, 0o755)
  const port = await freePort()
  const { files, args } = plan(folder, port)
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const logFile = join(folder, 'output.log')
  const log = () => readFile(logFile, 'utf8')
  const output = openSync(logFile, 'a')
  const running = await startProcess(
    command,
    args,
    { cwd: folder, stdio: ['ignore', output, output] },
    partSteps,
  )
  closeSync(output)
  const stop = async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
  let ended: string | undefined
  running.exited.then((how) => {
    ended = how
  })
  try {
    await until(`a connection to ${name}`, async () => {
      if (ended !== undefined) throw new Error(`${name} ended (${ended}):\n${await log()}`)
      return (await accepts('127.0.0.1', port)) || undefined
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { port, pid: running.pid, log, stop }
}

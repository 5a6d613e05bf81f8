// A project that uses the packed client, and nothing else of this repository.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { packClient } from '../../scripts/client/pack.ts'

const run = promisify(execFile)
const tsc = resolve('node_modules/typescript/bin/tsc')

/** Copies `tests/consumer` to a temporary folder and installs the packed client there. */
export async function consumerProject() {
  const folder = await mkdtemp(join(tmpdir(), 'api-consumer-'))
  /** Runs a command in the project. @throws Error with its output, where it fails. */
  const inProject = async (command: string, ...args: string[]) => {
    await run(command, args, { cwd: folder }).catch(({ stdout, stderr }) => {
      throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
    })
  }
  await cp('tests/consumer', folder, { recursive: true })
  await inProject('npm', 'install', '--offline', await packClient(folder))
  return {
    folder,
    /** Compiles the project without checking the compiler's own libraries. */
    compile: (...args: string[]) =>
      inProject(process.execPath, tsc, '--skipDefaultLibCheck', ...args),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

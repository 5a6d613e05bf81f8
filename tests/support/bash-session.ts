// A shell that runs blocks of a page one after the other and keeps its state between them.
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Options {
  /** The current folder. */
  readonly cwd: string
  /** The folder for the texts of the blocks. */
  readonly scripts: string
  readonly env: NodeJS.ProcessEnv
  /** Another user than that of the tests. */
  readonly uid?: number
}

export interface BashSession {
  readonly child: ChildProcess
  /** Runs a block. @throws Error with the output of the session, where a command fails. */
  run(name: string, text: string): Promise<void>
  /** Returns all output. */
  printed(): string
}

/** Starts bash, which ends at the first command that fails. */
export function bashSession({ cwd, scripts, env, uid }: Options): BashSession {
  const user = uid === undefined ? {} : { uid, gid: uid }
  const args = ['--norc', '--noprofile', '-euo', 'pipefail']
  const child = spawn('bash', args, { cwd, env, detached: true, ...user })
  let output = ''
  const changed = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
      for (const look of changed) look()
    })
  }
  let blocks = 0
  async function run(name: string, text: string) {
    blocks += 1
    const file = join(scripts, `block-${blocks}.sh`)
    const done = `the end of block ${blocks}\n`
    await writeFile(file, text, { mode: 0o644 })
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.includes(done)) return
        changed.delete(look)
        resolve()
      }
      changed.add(look)
      child.once('exit', () => reject(new Error(`${name} failed:\n${output}`)))
      child.stdin.write(`. '${file}' < /dev/null\necho 'the end of block ${blocks}'\n`)
    })
  }
  return { child, run, printed: () => output }
}

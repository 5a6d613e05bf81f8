// Runs commands to their end: checks, whose output is kept, and vitest, whose output is shown.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Outcome {
  readonly ok: boolean
  /** Everything that the command and its children have written. */
  readonly output: string
}

/** Runs a command, in the root of the repository or another folder, and keeps what it prints. Never rejects. */
export function runQuietly(
  [command = '', ...args]: readonly string[],
  folder = root,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    }
    child.on('error', (error) => resolve({ ok: false, output: String(error) }))
    // `exit` may come before the last of the output.
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

interface VitestOptions {
  /** The program that runs it; that of this process by default. */
  readonly node?: string
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs vitest, which receives the terminal's signals itself. Resolves with its exit code. */
export function runVitest(
  args: readonly string[],
  { node = process.execPath, env }: VitestOptions = {},
): Promise<number> {
  const command = ['node_modules/vitest/vitest.mjs', ...args]
  const options = { cwd: root, env: { ...process.env, ...env } }
  const child = spawn(node, command, { ...options, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

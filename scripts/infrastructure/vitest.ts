// Runs vitest for the commands that start tests.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Passes signals on by sharing the terminal. Resolves with the exit code. */
export function runVitest(args: readonly string[]): Promise<number> {
  const command = ['node_modules/vitest/vitest.mjs', 'run', ...args]
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

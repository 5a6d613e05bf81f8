// Finishes an adopted service: the lock of its packages, the format of its sources, and the words of its contract.
import { execFile } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { edit } from '../init/edit.ts'

/** Makes what depends on all files of a service. The packages are those of this repository. */
export async function finish(root: string, folder: string) {
  const bin = (name: string) => join(root, 'node_modules/.bin', name)
  const run = (command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd: folder, maxBuffer: 2 ** 28 })
  const npm = ['install', '--package-lock-only', '--ignore-scripts', '--prefer-offline']
  await run('npm', ...npm, '--no-audit', '--no-fund')
  const packages = join(folder, 'node_modules')
  await symlink(join(root, 'node_modules'), packages)
  // What it cannot fix, `npm run check` says.
  await run(bin('biome'), 'check', '--write', '--log-level=error').catch(() => undefined)
  const words = ['lint', '--words-only', '--unique', '--no-progress', '--no-summary', '--no-cache']
  const found = await run(bin('cspell'), ...words, '.').then(
    ({ stdout }) => stdout,
    // Its exit code says that it has found words.
    ({ stdout }: { stdout: string }) => stdout,
  )
  knowWords(folder, found.split('\n'))
  await rm(packages)
}

/** Adds words to those of the spell checker. */
function knowWords(folder: string, found: readonly string[]) {
  const words = new Set(found.map((it) => it.toLowerCase()).filter((it) => it !== ''))
  if (words.size === 0) return
  const lines = [...words].sort().map((it) => `  - ${JSON.stringify(it)}\n`)
  edit(folder, 'cspell.config.yaml', (text) =>
    text.replace('\nwords:\n', () => `\nwords:\n${lines.join('')}`),
  )
}

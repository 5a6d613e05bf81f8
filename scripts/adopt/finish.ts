// Finishes an adopted service: the format of its sources, the lock of its packages, and the words of its contract.
import { execFile } from 'node:child_process'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseDocument, type YAMLSeq } from 'yaml'

/** Formats the sources, and makes what depends on all files of a service. */
export async function finish(root: string, folder: string) {
  const bin = (name: string) => join(root, 'node_modules/.bin', name)
  const run = (command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd: folder, maxBuffer: 2 ** 28 })
  const npm = ['install', '--package-lock-only', '--ignore-scripts', '--prefer-offline']
  await run('npm', ...npm, '--no-audit', '--no-fund')
  const link = join(folder, 'node_modules')
  await symlink(join(root, 'node_modules'), link)
  // What it cannot fix, `npm run check` says.
  await run(bin('biome'), 'check', '--write', '--log-level=error').catch(() => undefined)
  await allowWords(folder, async () => {
    const args = ['lint', '--words-only', '--unique', '--no-progress', '--no-summary', '.']
    return run(bin('cspell'), ...args).then(
      ({ stdout }) => stdout,
      // It has found words.
      (error: { stdout: string }) => error.stdout,
    )
  })
  await rm(link)
}

/** Adds the words of the contract to those of the spell checker. Its list of words to avoid is for this repository. */
async function allowWords(folder: string, findWords: () => Promise<string>) {
  const path = join(folder, 'cspell.config.yaml')
  const config = parseDocument(await readFile(path, 'utf8'))
  config.delete('flagWords')
  await writeFile(path, config.toString())
  const found = (await findWords()).split('\n').filter((it) => it !== '')
  const words = config.get('words') as YAMLSeq
  for (const word of [...new Set(found.map((it) => it.toLowerCase()))].sort()) words.add(word)
  await writeFile(path, config.toString())
}

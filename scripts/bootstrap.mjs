// Makes `npm run dev` and `npm test` work right after `git clone`: checks the version of Node, installs
// the packages, finds the programs that the command needs, then runs a TypeScript script in this process,
// so that signals reach it. Plain JavaScript, because it runs before anything is installed.
//   node scripts/bootstrap.mjs [--needs=redis,nginx | --private-redis] scripts/<name>.ts [arguments]
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { installPackages } from './bootstrap/install-packages.mjs'
import { isProgramName } from './bootstrap/programs.mjs'
import { providePrograms } from './bootstrap/provide-programs.mjs'
import { requireNode } from './bootstrap/require-node.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
// --private-redis: a Redis, unless the configuration names one.
const [, needs] = /^--(needs=.+|private-redis)$/.exec(args[0] ?? '') ?? []
const [script, ...rest] = needs ? args.slice(1) : args
if (!script) {
  stop('usage: node scripts/bootstrap.mjs [--needs=… | --private-redis] <script.ts> [arguments]')
}

requireNode()
await installPackages().catch((error) => stop(error.message))
const tsx = await import('tsx/esm/api')
tsx.register()
await providePrograms(await neededPrograms()).catch((error) => stop(error.message))
process.argv = [process.execPath, resolve(script), ...rest]
await import(pathToFileURL(script).href)

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message, code = 1) {
  console.error(message)
  process.exit(code)
}

/** @returns {Promise<import('./bootstrap/programs.mjs').ProgramName[]>} */
async function neededPrograms() {
  if (needs === 'private-redis') return (await wantsPrivateRedis()) ? ['redis'] : []
  const names = needs?.slice('needs='.length).split(',') ?? []
  return names.map((name) => (isProgramName(name) ? name : stop(`unknown program: ${name}`)))
}

/** Tells whether the configuration names no Redis, so that the command starts a private one. */
async function wantsPrivateRedis() {
  const { loadConfig } = await import('../src/config/config.ts')
  const { parseEnv } = await import('node:util') // missing in versions of Node that requireNode rejects
  let file = ''
  try {
    file = readFileSync('.env', 'utf8')
  } catch {
    // The file is optional.
  }
  try {
    // Read apart from process.env, so that the script still sees which variables were inherited.
    return loadConfig({ ...parseEnv(file), ...process.env }).redis.cache.embedded
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error))
  }
}

// What makes `npm run dev` and `npm test` work straight after `git clone`: checks Node, installs the
// packages, finds the programs it needs, then runs a TypeScript script in this same process, so that
// signals reach it. Plain JavaScript, since nothing is installed when it starts.
//   node scripts/bootstrap.mjs [--needs=redis,nginx | --private-redis] scripts/<name>.ts [arguments]
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { installPackages } from './bootstrap/install-packages.mjs'
import { isProgramName } from './bootstrap/programs.mjs'
import { providePrograms } from './bootstrap/provide-programs.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const args = process.argv.slice(2)
// --private-redis: a Redis, unless the configuration names servers of its own.
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
  return names.map((name) => (isProgramName(name) ? name : stop(`there is no program "${name}"`)))
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [major, minor] = engines.node.match(/\d+/g).map(Number)
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return
  stop(`Node ${engines.node} is needed, this is ${process.version}: see https://nodejs.org`)
}

/** Whether the configuration names no Redis server, so that a private one has to be started. */
async function wantsPrivateRedis() {
  const { loadConfig } = await import('../src/config/config.ts')
  const { parseEnv } = await import('node:util') // absent from the Nodes that requireNode refuses
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

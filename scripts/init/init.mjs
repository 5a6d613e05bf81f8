// The steps of `npm run init`. The service is made in a scratch folder and moved at the end, so that an
// interrupted run leaves nothing behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from '../bootstrap/install-packages.mjs'
import { complete, readFlags, UsageError, usage } from './answers.mjs'
import { moveInto, replaceInPlace } from './move.mjs'
import { markPackagesCurrent } from './packages.mjs'
import { readTemplate } from './source.mjs'
import { typed } from './swallowed-flags.mjs'

const startedIn = process.cwd()
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * Makes a service from this clone.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function init(args) {
  try {
    const flags = readFlags(args)
    if (flags.help) {
      console.log(usage)
      return 0
    }
    const target = flags.to === undefined ? undefined : resolve(callerFolder(), flags.to)
    if (target !== undefined) checkTarget(target)
    const template = readTemplate(root, { inPlace: target === undefined })
    const answers = await complete(flags)
    return await make(template, answers, target)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return 1
  }
}

/** Returns the folder of the user's shell: npm runs scripts in the folder of the package. */
function callerFolder() {
  const { npm_lifecycle_event: script, INIT_CWD } = process.env
  return (script === 'init' && INIT_CWD) || startedIn
}

/**
 * @param {string} target
 * @throws UsageError
 */
function checkTarget(target) {
  const found = fs.statSync(target, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw new UsageError(`${target} is a file`)
  if (fs.readdirSync(target).length > 0) throw new UsageError(`${target} is not empty`)
}

/**
 * Makes the service in a scratch folder and moves it to where it belongs.
 * @param {import('./source.mjs').Clone} template
 * @param {import('./answers.mjs').Answers} answers
 * @param {string} [target] without it, the clone becomes the service
 * @returns {Promise<number>} the exit code
 */
async function make(template, answers, target) {
  process.chdir(root)
  if (target === undefined) await installPackages()
  const scratch = scratchFolder(target)
  const interruption = new AbortController()
  const interrupt = () => interruption.abort()
  for (const signal of signals) process.on(signal, interrupt)
  const outermost = fs.mkdirSync(scratch, { recursive: true }) ?? scratch
  try {
    copyFiles(template, scratch)
    if (target === undefined) lendPackages(scratch)
    const { repository, version, commit } = template
    const input = JSON.stringify({ template: { repository, version, commit }, answers })
    const code = await runIn(scratch, ['scripts/init/make.ts', input], interruption.signal)
    if (code !== 0) {
      console.error('\nNo service was made, and nothing is left of it.')
      return code
    }
    if (target === undefined) replaceInPlace(scratch, template)
    else moveInto(scratch, target)
  } finally {
    if (fs.existsSync(scratch)) {
      const made = target === undefined ? scratch : outermost
      fs.rmSync(made, { recursive: true, maxRetries: 5 })
    }
    for (const signal of signals) process.off(signal, interrupt)
  }
  console.log(`\n${answers.name} is ready. Next:\n`)
  const folder = target && relative(callerFolder(), target)
  if (folder) console.log(`  cd ${typed([folder])}`)
  console.log('  npm test       # every check and the quick tests')
  console.log('  npm run dev    # the API, the worker, the mock, PostgreSQL and Redis')
  return 0
}

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Returns a new folder on the same file system as the target, so that a rename moves it.
 * @param {string} [target]
 */
function scratchFolder(target) {
  const name = `init-${process.pid}`
  if (target === undefined) return join(root, '.data', name)
  return fs.existsSync(target)
    ? join(target, `.${name}`)
    : join(dirname(target), `.${basename(target)}.${name}`)
}

/**
 * @param {import('./source.mjs').Clone} template
 * @param {string} to
 */
function copyFiles({ files }, to) {
  for (const file of files) {
    fs.mkdirSync(dirname(join(to, file)), { recursive: true })
    fs.copyFileSync(join(root, file), join(to, file))
  }
}

/**
 * Links the packages of the clone into the scratch folder.
 * @param {string} scratch
 */
function lendPackages(scratch) {
  fs.symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'))
  markPackagesCurrent(scratch)
}

/**
 * Runs a script of the scratch folder with its packages, in a process group of its own, so that an
 * interruption ends npm and the checks too.
 * @param {string} folder
 * @param {string[]} args
 * @param {AbortSignal} interruption
 * @returns {Promise<number>} the exit code
 */
async function runIn(folder, args, interruption) {
  const child = spawn(process.execPath, ['scripts/bootstrap.mjs', ...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  }
  interruption.addEventListener('abort', end)
  const [code] = await once(child, 'close')
  interruption.removeEventListener('abort', end)
  return interruption.aborted ? 130 : code
}

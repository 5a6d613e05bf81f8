// Installs the packages of this repository, or of a package inside it, from the lock file. Plain
// JavaScript without dependencies, since the bootstrap runs it before `npm ci`.
import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeLock } from './lock.mjs'

/**
 * Thrown where packages cannot be installed.
 * @public for the bench
 */
export class InstallError extends Error {}

/**
 * Runs `npm ci` where node_modules is absent or older than the lock file; one process at a time.
 * @param {string} [folder] of the package, relative to the root of the repository
 * @throws InstallError whose message is for the user
 */
export async function installPackages(folder = '.') {
  if (packagesAreCurrent(folder)) return
  mkdirSync('.data', { recursive: true })
  for (let told = false; ; told = true) {
    const { holder, release } = takeLock('.data/install.lock', 'npm ci')
    if (!holder) {
      try {
        if (!packagesAreCurrent(folder)) runNpm(folder)
      } finally {
        release()
      }
      return
    }
    if (!told) console.log(`Waiting for process ${holder.pid}, which installs packages`)
    await sleep(200)
  }
}

/** @param {string} folder */
function packagesAreCurrent(folder) {
  const options = { throwIfNoEntry: false }
  const installed = statSync(join(folder, 'node_modules/.package-lock.json'), options)
  // npm writes that file last.
  return (
    installed !== undefined &&
    installed.mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs
  )
}

/** @param {string} folder */
function runNpm(folder) {
  if (lstatSync(join(folder, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new InstallError(
      `${join(folder, 'node_modules')} is a link, and npm ci would empty its target: run npm ci there`,
    )
  }
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--fetch-retry-maxtimeout=10000']
  const where = folder === '.' ? '' : ` in ${folder}/`
  console.log(`Installing the packages${where}: npm ${args.join(' ')}`)
  const { status, error } = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status === 0) return
  const reason = error ? error.message : `exit code ${status}`
  throw new InstallError(
    `npm ci failed${where} (${reason}): the packages are not installed.\n` +
      'It needs the npm registry or an npm cache with these packages; later runs need no network.',
  )
}

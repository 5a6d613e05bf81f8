// Compares Node and the installed packages with package.json and package-lock.json. Plain JavaScript
// without dependencies, because it runs before `npm ci`.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {import('./doctor.mjs').Finding} Finding */
/** @typedef {Record<string, string>} Ranges */
/** @typedef {{ version?: string, dev?: boolean, devOptional?: boolean, optional?: boolean }} Locked */

/** @returns {Finding} */
export function checkNode() {
  const { engines } = readJson('package.json')
  const [major, minor] = engines.node.match(/\d+/g).map(Number)
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  const found = `${process.version}, package.json wants ${engines.node}`
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) {
    return { check: 'Node', state: 'ok', found }
  }
  return {
    check: 'Node',
    state: 'wrong',
    found,
    fix: `install Node ${engines.node}: https://nodejs.org`,
  }
}

/**
 * Compares each installed package with the lock file. A machine in production has no packages, or only those
 * that are not for development.
 * @returns {Finding}
 */
export function checkPackages() {
  const check = 'packages'
  if (!existsSync('node_modules') && existsSync('dist')) {
    return { check, state: 'ok', found: 'none, and the build in dist/ needs none' }
  }
  if (!existsSync('package-lock.json')) return withoutLock()
  const { packages } = readJson('package-lock.json')
  const { '': root, ...locked } = packages
  const manifest = readJson('package.json')
  const unlocked = ['dependencies', 'devDependencies'].filter(
    (it) => !isSame(manifest[it] ?? {}, root[it] ?? {}),
  )
  if (unlocked.length > 0) {
    const found = `${unlocked.join(' and ')} of package.json differ from package-lock.json`
    return { check, state: 'wrong', found, fix: 'npm install' }
  }
  const all = Object.entries(/** @type {Record<string, Locked>} */ (locked))
  const isForDevelopment = (/** @type {Locked} */ it) => it.dev === true || it.devOptional === true
  const needed = hasPackage('tsx') ? all : all.filter(([, it]) => !isForDevelopment(it))
  const stale = needed.flatMap(([path, entry]) => difference(path, entry))
  if (stale.length > 0) {
    const found = `${stale.length} of ${needed.length} differ from package-lock.json: ${some(stale)}`
    return { check, state: 'wrong', found, fix: 'npm ci' }
  }
  if (needed === all) return { check, state: 'ok', found: 'as in package-lock.json' }
  const found = 'as in package-lock.json, without those for development'
  // Without a build, only the development packages can run anything.
  return existsSync('dist')
    ? { check, state: 'ok', found }
    : { check, state: 'wrong', found, fix: 'npm ci' }
}

/**
 * Tells whether a package is installed.
 * @param {string} name
 */
export const hasPackage = (name) => existsSync(`node_modules/${name}/package.json`)

/** @returns {Finding} */
function withoutLock() {
  const { dependencies } = readJson('package.json')
  const stale = Object.entries(/** @type {Ranges} */ (dependencies)).flatMap(([name, version]) =>
    difference(`node_modules/${name}`, { version }),
  )
  const check = 'packages'
  if (stale.length === 0)
    return { check, state: 'ok', found: 'as in package.json; no package-lock.json' }
  const found = `${stale.length} differ from package.json: ${some(stale)}`
  return { check, state: 'wrong', found, fix: 'copy node_modules/ of the build again' }
}

/**
 * Returns how the installed package differs from the locked one, as a list of one or none.
 * @param {string} path
 * @param {Locked} entry
 */
function difference(path, { version, optional }) {
  const name = path.split('node_modules/').at(-1)
  let installed
  try {
    installed = readJson(`${path}/package.json`).version
  } catch {
    // npm leaves out packages for other platforms, which are optional.
    return optional ? [] : [`${name} is missing`]
  }
  return installed === version ? [] : [`${name} is ${installed}, not ${version}`]
}

/** @param {readonly string[]} all */
function some(all) {
  const more = all.length > 3 ? ` and ${all.length - 3} more` : ''
  return all.slice(0, 3).join(', ') + more
}

/**
 * @param {Ranges} one
 * @param {Ranges} other
 */
function isSame(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((it) => one[it] === other[it])
}

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

// A lock that belongs to a process: a file that names its holder, taken over where the holder is
// dead. Plain JavaScript without dependencies, since the bootstrap needs it before `npm ci`; the
// launcher takes the lock of a data folder with it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** @typedef {{ name: string, pid: number, command: string }} Holder */

/**
 * The command line of a living process; undefined where there is none, or a zombie only.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function commandOf(pid) {
  // A slim Debian has no `ps`, macOS has no /proc.
  if (existsSync('/proc/self/cmdline')) return commandFromProc(pid)
  const ps = spawnSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], {
    encoding: 'utf8',
  })
  const [, state, command] = /^\s*(\S+)\s+(.*)/.exec(ps.stdout ?? '') ?? []
  return state?.startsWith('Z') ? undefined : command?.trim()
}

/** @param {number} pid */
function commandFromProc(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined
  } catch {
    return undefined
  }
}

/**
 * Takes the lock, in which case `holder` is undefined, or says who holds it. The lock ends with
 * `release`, and with this process in any case.
 * @param {string} file
 * @param {string} name how a person calls what takes the lock
 * @returns {{ holder: Holder | undefined, release: () => void }}
 */
export function takeLock(file, name) {
  const content = JSON.stringify({ name, pid: process.pid, command: commandOf(process.pid) })
  const release = () => {
    if (read(file) === content) rmSync(file, { force: true })
  }
  for (;;) {
    try {
      writeFileSync(file, content, { flag: 'wx' })
      process.once('exit', release)
      return { holder: undefined, release }
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    const found = read(file)
    const holder = livingHolder(file, found)
    if (holder) return { holder, release: () => {} }
    if (found !== undefined) dropDeadLock(file, found)
  }
}

/**
 * @param {string} file
 * @param {string | undefined} content
 * @returns {Holder | undefined}
 */
function livingHolder(file, content) {
  if (content === undefined) return undefined
  try {
    /** @type {Holder} */
    const holder = JSON.parse(content)
    const living = holder.pid !== process.pid && commandOf(holder.pid) === holder.command
    return living ? holder : undefined
  } catch {
    // Created, and not written yet: its process has a moment for that.
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age < 2000 ? { name: 'another', pid: 0, command: '' } : undefined
  }
}

/**
 * Moved aside and looked at again: another process may have taken the lock over in between.
 * @param {string} file
 * @param {string} dead
 */
function dropDeadLock(file, dead) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (read(aside) === dead) rmSync(aside)
    else renameSync(aside, file)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

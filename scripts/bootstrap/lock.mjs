// A lock that a process holds: a file that names its holder. The lock of a dead holder is taken over. Plain
// JavaScript without dependencies, because the bootstrap uses it before `npm ci`.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** @typedef {{ name: string, pid: number, command: string }} Holder */

/**
 * Returns the command line of a running process; undefined if there is none or only a zombie.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function commandOf(pid) {
  // A slim Debian has no `ps`; macOS has no /proc.
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
 * Takes the lock, or returns the process that holds it as `holder`. `release` gives the lock up, and so
 * does the end of this process.
 * @param {string} file
 * @param {string} name the command that takes the lock, for messages
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
    // The file was created but not written yet.
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    return age < 2000 ? { name: 'another', pid: 0, command: '' } : undefined
  }
}

/**
 * Removes the lock of a dead holder. The file is moved aside and checked again, because another process may
 * have taken the lock over in between.
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

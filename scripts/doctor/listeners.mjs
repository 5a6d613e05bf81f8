// Finds out whether a port is free, and which process listens on it. Plain JavaScript without dependencies.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/**
 * Returns the code of the error with which listening fails; undefined for a free port.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | undefined>}
 */
export async function tryPort(host, port) {
  // macOS lets a second program bind one address beside a listener on all of them.
  const answers = await Promise.all([accepts('127.0.0.1', port), accepts('::1', port)])
  if (answers.includes(true)) return 'EADDRINUSE'
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

/**
 * Tells whether a program listens on a port.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    /** @param {boolean} answer */
    const end = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

/**
 * Returns the process that listens on a port; undefined where the platform or another user hides it.
 * @param {number} port
 * @returns {number | undefined}
 */
export function listenerOf(port) {
  if (process.platform !== 'linux')
    return Number(lsof('-t', `-iTCP:${port}`, '-sTCP:LISTEN')[0]) || undefined
  const inodes = new Set(['tcp', 'tcp6'].flatMap((it) => listeningInodes(`/proc/net/${it}`, port)))
  const pids = readdirSync('/proc').filter((it) => /^\d+$/.test(it))
  return pids.map(Number).find((pid) => socketsOf(pid).some((it) => inodes.has(it)))
}

const listening = '0A'

/**
 * @param {string} table
 * @param {number} port
 */
function listeningInodes(table, port) {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return linesOf(table)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(end) && state === listening)
    .map((fields) => `socket:[${fields[9]}]`)
}

/** @param {string} file */
function linesOf(file) {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // no IPv6
  }
}

/** @param {number} pid */
function socketsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? [])
  } catch {
    return [] // another user's, or ended
  }
}

/** @param {string} link */
function linkOf(link) {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}

/**
 * Returns the current folder of a process.
 * @param {number} pid
 */
export function folderOf(pid) {
  if (process.platform === 'linux') return linkOf(`/proc/${pid}/cwd`)
  return lsof('-a', '-p', String(pid), '-d', 'cwd', '-Fn')
    .find((it) => it.startsWith('n'))
    ?.slice(1)
}

/** @param {...string} args */
function lsof(...args) {
  // Undefined where lsof is not installed.
  const { stdout } = spawnSync('lsof', ['-nP', ...args], { encoding: 'utf8', timeout: 3000 })
  return stdout?.split('\n') ?? []
}

// Checks the ports of the service: free, used by this installation, or by another process, and by which.
// Plain JavaScript, because it runs in production too.
import { basename, sep } from 'node:path'
import { commandOf } from '../bootstrap/lock.mjs'
import { folderOf, listenerOf, tryPort } from './listeners.mjs'

/** @typedef {import('./doctor.mjs').Finding} Finding */
/** @typedef {import('../../src/cli/doctor.ts').Port} Port */

/**
 * @param {readonly Port[]} ports
 * @param {readonly string[]} folders of this installation, beside the current one
 * @returns {Promise<Finding[]>}
 */
export async function checkPorts(ports, folders) {
  const own = [process.cwd(), ...folders]
  const findings = []
  for (const port of ports) {
    const same = ports.find((it) => it !== port && it.port === port.port)
    findings.push(same ? twice(port, same) : await checkPort(port, own))
  }
  return findings
}

/**
 * @param {Port} port
 * @param {Port} same
 * @returns {Finding}
 */
const twice = ({ variable, port }, same) => ({
  check: `port ${port}`,
  state: 'wrong',
  found: `both ${variable} and ${same.variable}`,
  fix: `set ${variable} or ${same.variable} to a free port`,
})

/**
 * @param {Port} port
 * @param {readonly string[]} folders
 * @returns {Promise<Finding>}
 */
async function checkPort({ variable, port, host, program }, folders) {
  const check = `port ${port}`
  const code = await tryPort(host, port)
  if (code === undefined) return { check, state: 'ok', found: `free, for ${variable}` }
  if (code === 'EACCES') {
    const found = `this user may not listen on it, for ${variable}`
    return { check, state: 'wrong', found, fix: `set ${variable} to a port above 1023` }
  }
  if (code !== 'EADDRINUSE') {
    const found = `cannot listen on ${host} (${code}), for ${variable}`
    return { check, state: 'wrong', found, fix: 'set HOST to an address of this machine' }
  }
  const pid = listenerOf(port)
  const fix = `set ${variable} to a free port, or stop that process`
  if (pid === undefined) {
    const found = `used by a process that cannot be seen, wanted for ${variable}`
    return { check, state: 'wrong', found, fix }
  }
  const command = commandOf(pid) ?? ''
  const folder = folderOf(pid)
  // Arguments may hold secrets.
  const name = basename(command.split(' ')[0] ?? '').replace(/:$/, '')
  const isOwn = folders.some((it) => folder === it || folder?.startsWith(it + sep))
  if (isOwn && program.test(command)) {
    return { check, state: 'ok', found: `used by this service (process ${pid}), for ${variable}` }
  }
  const where = folder === undefined ? '' : ` in ${folder}`
  const found = `used by process ${pid} (${name}${where}), wanted for ${variable}`
  return { check, state: 'wrong', found, fix }
}

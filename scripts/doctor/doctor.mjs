// `npm run doctor [-- --json]`: says what is wrong with this machine, the configuration, the servers and the
// generated files, and what fixes it. It changes nothing. Plain JavaScript, because it also runs before
// `npm ci`, and in production, where the rest comes from the build.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkEnvFile } from './env-file.mjs'
import { checkNode, checkPackages, hasPackage } from './packages.mjs'
import { checkPorts } from './ports.mjs'

/**
 * @typedef {object} Finding
 * @property {string} check
 * @property {'ok' | 'warning' | 'wrong'} state
 * @property {string} found
 * @property {string} [fix] a command to run or a variable to set
 */

process.chdir(fileURLToPath(new URL('../../', import.meta.url)))
const unknown = process.argv.slice(2).filter((it) => it !== '--json')
if (unknown.length > 0) {
  console.error(`unknown argument ${unknown[0]}: npm run doctor, or npm run doctor -- --json`)
  process.exit(2)
}

const findings = [checkNode(), checkPackages(), ...checkEnvFile()]
findings.push(...(await checkRest()))
const ok = findings.every((it) => it.state !== 'wrong')
const output = process.argv.includes('--json')
  ? JSON.stringify({ ok, findings }, null, 2)
  : table(findings)
// A silent server may still hold a connection, which would keep the process alive.
process.stdout.write(`${output}\n`, () => process.exit(ok ? 0 : 1))

/** @returns {Promise<Finding[]>} */
async function checkRest() {
  const check = 'everything else'
  const load = findProgram()
  if (load === undefined) {
    const [needs, fix] = neededFirst()
    return [{ check, state: 'warning', found: `not checked: needs ${needs}`, fix }]
  }
  try {
    const { diagnose } = await load()
    const { findings, ports, folders } = await diagnose()
    return [...findings, ...(await checkPorts(ports, folders))]
  } catch (error) {
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error)
    const found = `not checked: ${message.split('\n')[0]}`
    const fix = code === 'ERR_MODULE_NOT_FOUND' ? { fix: 'npm ci' } : {}
    return [{ check, state: 'wrong', found, ...fix }]
  }
}

/**
 * Returns what has to be there before the rest can be checked, and what provides it.
 * @returns {[needs: string, fix: string]}
 */
function neededFirst() {
  if (checkNode().state === 'wrong') return ['another Node', 'install it first']
  if (existsSync('src')) return ['the packages', 'npm ci']
  return ['the packages and a build in dist/', 'npm ci, then npm run build']
}

/**
 * Returns how to load the rest: from the sources where they can run, or else from the build.
 * @returns {(() => Promise<{ diagnose: () => Promise<import('../../src/cli/doctor.ts').Diagnosis> }>) | undefined}
 */
function findProgram() {
  if (checkNode().state === 'wrong') return undefined
  if (existsSync('src/cli/doctor.ts') && hasPackage('tsx')) {
    return async () => {
      const { register } = await import('tsx/esm/api')
      register()
      return import('./workspace.ts')
    }
  }
  const built = new URL('../../dist/doctor.js', import.meta.url)
  return existsSync(built) ? () => import(built.href) : undefined
}

/** @param {readonly Finding[]} findings */
function table(findings) {
  const width = Math.max(...findings.map((it) => it.check.length))
  const lines = findings.map(({ check, state, found, fix }) => {
    const line = `${state.padEnd(7)}  ${check.padEnd(width)}  ${found}`
    return fix === undefined ? line : `${line}\n${' '.repeat(9)}${' '.repeat(width)}  fix: ${fix}`
  })
  const count = findings.filter((it) => it.state === 'wrong').length
  const end = count === 0 ? 'Nothing is wrong.' : `${count} wrong.`
  return [...lines, '', end].join('\n')
}

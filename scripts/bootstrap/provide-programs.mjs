// Installs the programs that a command needs with the platform's package manager, if it may. Plain
// JavaScript without dependencies. It leaves no system service running or enabled: tests and launchers
// start private servers.
import { spawnSync } from 'node:child_process'
import { findCommand, findProgram, namedFile, programs } from './programs.mjs'

/** @typedef {import('./programs.mjs').ProgramName} ProgramName */

/**
 * Returns the path of the program's file.
 * @param {ProgramName} name
 * @throws Error whose message says what to install
 */
export function requireProgram(name) {
  const file = findProgram(name)
  if (file) return file
  throw new Error(missingMessage([name]))
}

/**
 * Installs the programs that are missing: without asking as root or with CI=true, after asking at a
 * terminal.
 * @param {readonly ProgramName[]} names
 * @throws Error for the user, with the command to type, if it may not install or the installation fails
 */
export async function providePrograms(names) {
  const missing = names.filter((name) => !findProgram(name))
  if (missing.length === 0) return
  const manager = packageManager(missing)
  const unasked = process.getuid?.() === 0 || ['true', '1'].includes(process.env.CI ?? '')
  if (!manager?.possible || (!unasked && !(await agreed(missing, manager.line)))) {
    throw new Error(missingMessage(missing))
  }
  console.log(`Installing ${titles(missing)}: ${manager.line}`)
  const { status, stdout, stderr, error } = spawnSync(manager.command, manager.args(unasked), {
    encoding: 'utf8',
    stdio: [unasked ? 'ignore' : 'inherit', 'pipe', 'pipe'],
  })
  const absent = missing.filter((name) => !findProgram(name))
  if (status === 0 && absent.length === 0) return
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-6).join('\n  ')
  throw new Error(
    `The installation failed:\n  ${error?.message ?? said}\n${missingMessage(absent.length > 0 ? absent : missing)}`,
  )
}

/** @param {readonly ProgramName[]} names */
const titles = (names) => names.map((name) => programs[name].title).join(', ')

/**
 * Returns a message that says what is missing and how to get it.
 * @param {readonly ProgramName[]} names
 */
function missingMessage(names) {
  const installable = names.filter((name) => packageManager([name]))
  const line = packageManager(installable)?.line
  return [
    ...names.map((name) => {
      const { title, variable, advice } = programs[name]
      const named = namedFile(name)
      if (named) return `${title} is needed, but ${variable}=${named} is not a program.`
      return `${title} is needed and was not found${advice ? `\n  (${advice})` : ''}`
    }),
    ...(line ? [`Install ${titles(installable)} with: ${line}`] : []),
  ].join('\n')
}

/**
 * @param {readonly ProgramName[]} missing
 * @param {string} line
 */
async function agreed(missing, line) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false
  const { createInterface } = await import('node:readline/promises')
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await prompt.question(
      `Not found: ${titles(missing)}. Install with: ${line} [Y/n] `,
    )
    return /^(y|yes)?$/i.test(answer.trim())
  } catch {
    console.log() // Ctrl-C at the question
    return false
  } finally {
    prompt.close()
  }
}

/**
 * @typedef {object} Manager
 * @property {string} line the command for a user to type
 * @property {boolean} possible whether this user may run it
 * @property {string} command
 * @property {(unasked: boolean) => string[]} args
 */

/**
 * Returns the package manager of this machine; undefined if it has none with all of the programs.
 * @param {readonly ProgramName[]} names
 * @returns {Manager | undefined}
 */
function packageManager(names) {
  const root = process.getuid?.() === 0
  const brew = findCommand('brew')
  const needed = names.map((name) => programs[name])
  const packages = needed.map((it) => (brew ? it.brew : it.apt))
  if (packages.length === 0 || !packages.every((it) => it !== undefined)) return undefined
  if (names.some(namedFile)) return undefined
  if (brew) {
    const args = ['install', ...packages]
    // Homebrew does not run as root.
    return { line: `brew ${args.join(' ')}`, possible: !root, command: brew, args: () => args }
  }
  if (!findCommand('apt-get')) return undefined
  const line = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`
  const script = aptScript(
    packages,
    needed.flatMap((it) => it.service ?? []),
  )
  if (root) return { line, possible: true, command: 'sh', args: () => ['-c', script] }
  const sudo = findCommand('sudo')
  return {
    line: `${sudo ? 'sudo sh' : 'su'} -c '${line}'`,
    possible: sudo !== undefined,
    command: 'sudo',
    // Without a question, there is no user to type a password.
    args: (unasked) => [...(unasked ? ['-n'] : []), 'sh', '-c', script],
  }
}

/**
 * Returns the script for Debian and Ubuntu. policy-rc.d keeps packages from starting their services; the
 * last lines keep the services from starting at the next boot.
 * @param {readonly string[]} packages
 * @param {readonly string[]} services
 */
const aptScript = (packages, services) => `
export DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/sbin"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
fi
install() {
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 ${packages.join(' ')}
}
install || { apt-get update -q && install; } || exit 1
${services.map((it) => `update-rc.d ${it} disable\ninvoke-rc.d ${it} stop\n`).join('')}exit 0
`

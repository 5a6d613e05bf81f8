// The programs that commands need and npm does not bring: finds them on this machine, and installs
// what is missing with the platform's package manager where it may. Plain JavaScript without
// dependencies. No system service is left running or enabled: tests and launchers start private servers.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'

/**
 * @typedef {object} Program
 * @property {string[]} commands what it may be called; an absolute path names one file
 * @property {string} title what a message calls it
 * @property {string} [apt] its package on Debian and Ubuntu
 * @property {string} [service] the service that this package would start
 * @property {string} [brew] its formula
 * @property {string} [variable] names another file to use
 * @property {string} [advice] what a person can do instead of installing it
 * @property {(file: string) => boolean} [isUsable]
 */

/** Where Ubuntu's package is only a link to a snap, which sees neither root's files nor `/tmp`. */
const isUbuntu = /^ID=["']?ubuntu["']?$/m.test(readIfThere('/etc/os-release'))

const programs = {
  redis: /** @type {Program} */ ({
    title: 'redis-server or valkey-server',
    commands: ['redis-server', 'valkey-server'],
    apt: 'redis-server',
    service: 'redis-server',
    brew: 'redis',
    advice: 'or set REDIS_CACHE_HOST to a Redis server that runs',
  }),
  chromium: /** @type {Program} */ ({
    title: 'Chromium, Chrome or Edge',
    commands: [
      ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
      ...['microsoft-edge', 'microsoft-edge-stable'],
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ],
    ...(isUbuntu ? {} : { apt: 'chromium' }),
    variable: 'CHROMIUM',
    isUsable: (file) => !isSnap(file),
    advice: isUbuntu
      ? "Ubuntu's chromium is a snap, which tests cannot drive: install Google Chrome with\n" +
        '    wget https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb\n' +
        '    sudo apt-get install -y ./google-chrome-stable_current_amd64.deb\n' +
        '  or set CHROMIUM to the path of another one'
      : 'or set CHROMIUM to the path of one (on macOS: brew install --cask google-chrome)',
  }),
  nginx: /** @type {Program} */ ({
    title: 'nginx',
    commands: ['nginx'],
    apt: 'nginx',
    service: 'nginx',
    brew: 'nginx',
  }),
  pgbouncer: /** @type {Program} */ ({
    title: 'pgbouncer',
    commands: ['pgbouncer'],
    apt: 'pgbouncer',
    service: 'pgbouncer',
    brew: 'pgbouncer',
  }),
}

/** @typedef {keyof typeof programs} ProgramName */

/** @type {(name: string) => name is ProgramName} */
export const isProgramName = (name) => Object.hasOwn(programs, name)

/**
 * Returns the path of the program's file, or undefined where this machine has none.
 * @param {ProgramName} name
 */
export function findProgram(name) {
  const { commands, isUsable = () => true } = programs[name]
  const named = namedFile(name)
  if (named) return isExecutable(named) ? named : undefined
  return commands.flatMap(filesOf).find((file) => isExecutable(file) && isUsable(file))
}

/**
 * The file that a variable names instead.
 * @param {ProgramName} name
 */
function namedFile(name) {
  const { variable } = programs[name]
  return variable && process.env[variable]
}

/**
 * Returns the path of the program's file.
 * @param {ProgramName} name
 * @throws Error that says what to install
 */
export function requireProgram(name) {
  const file = findProgram(name)
  if (file) return file
  throw new Error(complaint([name]))
}

const usualFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/usr/sbin']

/** @param {string} command */
function filesOf(command) {
  if (command.startsWith('/')) return [command]
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders]
  return folders.map((folder) => join(folder, command))
}

/** @param {string} command */
const findCommand = (command) => filesOf(command).find(isExecutable)

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a file is a snap or Ubuntu's script that starts one.
 * @param {string} file
 */
function isSnap(file) {
  if (basename(realpathSync(file)) === 'snap') return true
  return statSync(file).size < 10_000 && readIfThere(file).includes('/snap/bin/')
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Makes sure that the programs are there: installs without a question as root or with CI=true, after
 * a question at a terminal.
 * @param {readonly ProgramName[]} names
 * @throws Error whose message is for the user, with the line to type, where it may not install or the
 * installation failed
 */
export async function providePrograms(names) {
  const missing = names.filter((name) => !findProgram(name))
  if (missing.length === 0) return
  const manager = packageManager(missing)
  const unasked = process.getuid?.() === 0 || ['true', '1'].includes(process.env.CI ?? '')
  if (!manager?.possible || (!unasked && !(await agreed(missing, manager.line)))) {
    throw new Error(complaint(missing))
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
    `The installation failed:\n  ${error?.message ?? said}\n${complaint(absent.length > 0 ? absent : missing)}`,
  )
}

/** @param {readonly ProgramName[]} names */
const titles = (names) => names.map((name) => programs[name].title).join(', ')

/**
 * What is missing, and what to do about each.
 * @param {readonly ProgramName[]} names
 */
function complaint(names) {
  const installable = names.filter((name) => packageManager([name]))
  const line = packageManager(installable)?.line
  return [
    ...names.map((name) => {
      const { title, variable, advice } = programs[name]
      const named = namedFile(name)
      if (named) return `${title} is needed, and ${variable}=${named} is not a program.`
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
 * @property {string} line what a person would type
 * @property {boolean} possible whether this user can run it
 * @property {string} command
 * @property {(unasked: boolean) => string[]} args
 */

/**
 * The package manager of this machine, or undefined where it has none that knows all of the programs.
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
    // Homebrew refuses to run as root.
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
    // Nobody is there to type a password where nothing was asked.
    args: (unasked) => [...(unasked ? ['-n'] : []), 'sh', '-c', script],
  }
}

/**
 * policy-rc.d is Debian's way to say that a package must not start its service; the rest keeps the
 * services from starting at the next boot.
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

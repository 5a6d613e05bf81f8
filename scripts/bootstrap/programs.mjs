// The programs that commands need and npm does not install, and where they are on this machine. Plain
// JavaScript without dependencies. provide-programs.mjs installs them.
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'

/**
 * @typedef {object} Program
 * @property {string[]} commands its possible names; an absolute path names one file
 * @property {string} title its name in messages
 * @property {string} [apt] its package on Debian and Ubuntu
 * @property {string} [service] the system service that this package would start
 * @property {string} [brew] its formula
 * @property {string} [variable] the environment variable that names another file
 * @property {string} [advice] an alternative to installing it
 * @property {(file: string) => boolean} [isUsable]
 */

/** On Ubuntu, the package only links to a snap, which sees neither root's files nor `/tmp`. */
const isUbuntu = /^ID=["']?ubuntu["']?$/m.test(readOrEmpty('/etc/os-release'))

export const programs = {
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
  haproxy: /** @type {Program} */ ({
    title: 'HAProxy',
    commands: ['haproxy'],
    apt: 'haproxy',
    service: 'haproxy',
    brew: 'haproxy',
  }),
  // Debian keeps servers out of PATH. The embedded PostgreSQL has neither pg_dump nor pg_restore.
  postgresql: /** @type {Program} */ ({
    title: 'PostgreSQL with pg_dump',
    commands: ['19', '18', '17', '16', '15'].flatMap((version) => [
      `/usr/lib/postgresql/${version}/bin/postgres`,
      `/opt/homebrew/opt/postgresql@${version}/bin/postgres`,
    ]),
    apt: 'postgresql',
    service: 'postgresql',
    brew: 'postgresql@18',
  }),
  prometheus: /** @type {Program} */ ({
    title: 'Prometheus',
    commands: ['prometheus'],
    apt: 'prometheus',
    service: 'prometheus',
    brew: 'prometheus',
    variable: 'PROMETHEUS',
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
 * Returns the path of the program's file, or undefined if this machine has none.
 * @param {ProgramName} name
 */
export function findProgram(name) {
  const { commands, isUsable = () => true } = programs[name]
  const named = namedFile(name)
  if (named) return isExecutable(named) ? named : undefined
  return commands.flatMap(filesOf).find((file) => isExecutable(file) && isUsable(file))
}

/**
 * Returns the file that the program's variable names, if it is set.
 * @param {ProgramName} name
 */
export function namedFile(name) {
  const { variable } = programs[name]
  return variable && process.env[variable]
}

const usualFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/usr/sbin']

/** @param {string} command */
function filesOf(command) {
  if (command.startsWith('/')) return [command]
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders]
  return folders.map((folder) => join(folder, command))
}

/**
 * Returns the path of a command, or undefined.
 * @param {string} command
 */
export const findCommand = (command) => filesOf(command).find(isExecutable)

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/**
 * Tells whether a file is a snap or Ubuntu's script that starts one.
 * @param {string} file
 */
function isSnap(file) {
  if (basename(realpathSync(file)) === 'snap') return true
  return statSync(file).size < 10_000 && readOrEmpty(file).includes('/snap/bin/')
}

/** @param {string} file */
function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

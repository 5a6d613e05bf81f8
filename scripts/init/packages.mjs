// The packages of a service that is being made.
import { utimesSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Notes that the packages are those of the lock file, which was copied, or in which only the name changed.
 * @param {string} folder
 */
export function markPackagesCurrent(folder) {
  utimesSync(join(folder, 'node_modules/.package-lock.json'), new Date(), new Date())
}

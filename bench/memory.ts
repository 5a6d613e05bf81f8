import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Returns the resident memory of a process in megabytes; NaN where the system does not report it. */
export function memoryOf(pid: number): number {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(join('/proc', String(pid), 'status'), 'utf8')) ?? []
    return Number(kilobytes) / 1024
  } catch {
    return Number.NaN
  }
}

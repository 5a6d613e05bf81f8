// Assigns the CPU cores: the server under test has one of its own; the load, the database and this
// command share the others. Without `taskset` nothing is pinned, and the figures vary more.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Returns the cores that this process may use; none where they cannot be chosen. */
export function ownCores(): number[] {
  const { stdout, status } = spawnSync('taskset', ['-cp', String(process.pid)])
  if (status !== 0) return []
  const list = String(stdout).split(':').at(-1) ?? ''
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/**
 * Keeps this process, and what it starts from now on, off one core.
 * @returns the prefix of a command that starts it on that core; empty if there is only one core.
 */
export function reserveCore(): string[] {
  const cores = ownCores()
  const reserved = cores.pop()
  if (reserved === undefined || cores.length === 0) return []
  spawnSync('taskset', ['-acp', cores.join(','), String(process.pid)])
  return ['taskset', '-c', String(reserved)]
}

/**
 * Returns the CPU time of a process and its children in microseconds; NaN where the system does not
 * report it. On a shared machine it says more than the rate of requests.
 */
export function processorTime(pid: number): number {
  const threads = `/proc/${pid}/task`
  if (!existsSync(`${threads}/${pid}/schedstat`)) return Number.NaN
  let time = 0
  for (const thread of readdirSync(threads)) {
    const [nanoseconds] = readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')
    time += Number(nanoseconds) / 1000
    const children = readFileSync(`${threads}/${thread}/children`, 'utf8').split(' ')
    for (const child of children.filter(Boolean)) time += processorTime(Number(child))
  }
  return time
}

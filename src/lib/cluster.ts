// Several processes behind one port, where WEB_CONCURRENCY asks for them: this one hands connections
// out and keeps the others running. They share nothing but PostgreSQL and Redis, as on several machines.
import cluster, { type Worker } from 'node:cluster'
import type { Logger } from './log.ts'

/** Whether this process is to look after others instead of serving. */
export const looksAfterOthers = (processes: number) => processes > 1 && cluster.isPrimary

/** Whether this process is one of several, which another looks after and ends with itself. */
export const isLookedAfter = () => cluster.isWorker

/** The pause before a process is replaced, in milliseconds: twice as long after each early end. */
const firstPause = 100
const longestPause = 30_000
/** A process that has listened for this long was a good one: the next pause is the first again. */
const goodLifetime = 60_000

/**
 * Keeps as many processes of the same program running. One that ends is replaced after a pause. Where
 * none has listened yet and the last of them ends, the reason is one that another try would meet again:
 * this process ends with the same exit code.
 * @returns how to stop them: asks each, and resolves when they are gone.
 */
export function runProcesses(processes: number, log: Logger) {
  let stopping = false
  let hasAnyListened = false
  let running = 0
  const pauses = new Set<NodeJS.Timeout>()
  /** Those that failed before any listened; replaced as soon as one does. */
  const waiting: (() => void)[] = []

  function replace(failures: number): number {
    const pause = Math.min(firstPause * 2 ** failures, longestPause)
    const timer = setTimeout(() => {
      pauses.delete(timer)
      start(failures + 1)
    }, pause)
    pauses.add(timer)
    return pause
  }

  function start(failures: number) {
    running += 1
    const worker = cluster.fork()
    let listeningSince: number | undefined
    worker.once('listening', () => {
      listeningSince = performance.now()
      hasAnyListened = true
      for (const resume of waiting.splice(0)) resume()
    })
    worker.once('exit', (code, signal) => {
      running -= 1
      if (stopping) return
      const { pid } = worker.process
      if (!hasAnyListened) {
        log.error({ pid, code, signal }, 'a server process has ended before it listened')
        if (running === 0) process.exit(code || 1)
        waiting.push(() => replace(failures))
        return
      }
      const lifetime = listeningSince === undefined ? 0 : performance.now() - listeningSince
      const pause = replace(lifetime > goodLifetime ? 0 : failures)
      log.error({ pid, code, signal, pause }, 'a server process has ended and will be replaced')
    })
  }
  for (let count = 0; count < processes; count += 1) start(0)
  log.info({ processes }, 'serving by several processes')
  return async () => {
    stopping = true
    for (const timer of pauses) clearTimeout(timer)
    const workers = Object.values(cluster.workers ?? {}).filter((it) => it !== undefined)
    await Promise.all(workers.map(ended))
  }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.process.kill('SIGTERM')
  })
}

// Several processes behind one port, where WEB_CONCURRENCY asks for them: this one hands connections
// out and keeps the others running. They share nothing but PostgreSQL and Redis, as on several machines.
import cluster, { type Worker } from 'node:cluster'
import type { Logger } from './log.ts'

/** Whether this process is to look after others instead of serving. */
export const looksAfterOthers = (processes: number) => processes > 1 && cluster.isPrimary

/** Whether this process is one of several, which another looks after and ends with itself. */
export const isLookedAfter = () => cluster.isWorker

/**
 * Keeps as many processes of the same program running. One that dies is replaced; where one ends before
 * it listens, which is for a reason that it has said, all of them are ended.
 * @returns how to stop them: asks each, and resolves when they are gone.
 */
export function runProcesses(processes: number, log: Logger) {
  let stopping = false
  const start = () => {
    const worker = cluster.fork()
    let hasListened = false
    worker.once('listening', () => {
      hasListened = true
    })
    worker.once('exit', (code, signal) => {
      if (stopping) return
      log.error({ pid: worker.process.pid, code, signal }, 'a server process has ended')
      if (!hasListened && code) process.exit(code)
      start()
    })
  }
  for (let count = 0; count < processes; count += 1) start()
  log.info({ processes }, 'serving by several processes')
  return async () => {
    stopping = true
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

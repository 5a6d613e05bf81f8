// Processes: how server and worker start and stop on a signal, and how several processes share a port if
// WEB_CONCURRENCY asks for them.
import cluster, { type Worker } from 'node:cluster'
import type { Server } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import type { Logger } from './log.ts'

/** A reason not to start, in words that tell an operator what to change. */
export class StartError extends Error {
  override name = 'StartError'
}

/**
 * Makes V8 allocate every object in the young generation. Otherwise it may guess that objects of a
 * request live long, and keep them with all that they refer to until a full collection.
 */
export function disablePretenuring(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

/** Returns what `start` returns. Prints a StartError without its stack and ends the process. */
export function startOrExit<T>(start: () => T): T {
  try {
    return start()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

/** Listens. If it cannot, logs the variable that chooses the port and ends the process. */
export function listenOrExit(
  server: Server,
  address: { host: string; port: number },
  variable: string,
  log: Logger,
): void {
  server.once('error', (error: NodeJS.ErrnoException) => {
    const taken = `port ${address.port} is taken: set ${variable} to a free one`
    const message = error.code === 'EADDRINUSE' ? taken : `cannot listen: see ${variable}`
    log.fatal({ err: error }, message)
    process.exit(1)
  })
  server.listen(address, () => log.info(address, 'listening'))
}

interface StopOptions {
  readonly log: Logger
  /** How long `stop` may take, in seconds. Then the process ends with exit code 1. */
  readonly deadlineSeconds: number
  /**
   * Whether the primary process of a cluster passes signals on. Then a second signal is ignored: the
   * first one may have reached the whole process group, and come again from the primary.
   */
  readonly hasPrimary?: boolean
}

/** Calls `stop` once on SIGTERM or SIGINT and ends the process. A second signal ends it at once. */
export function stopOnSignals(
  stop: () => Promise<void>,
  { log, deadlineSeconds, hasPrimary = false }: StopOptions,
): void {
  let isStopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping && hasPrimary) return
    if (isStopping) process.exit(1)
    isStopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.error('not everything finished in time: see DRAIN_SECONDS')
      process.exit(1)
    }, deadlineSeconds * 1000).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

/** Returns whether this process only runs the others, which share nothing with it but the port. */
export const isPrimaryOf = (processes: number) => processes > 1 && cluster.isPrimary

/** Returns whether a primary process runs this one. */
export const hasPrimary = () => cluster.isWorker

/** Returns the number, from 1, that the primary process gave to this one; undefined without a primary. */
export const processNumber = () => (cluster.isWorker ? process.env[numberVariable] : undefined)
const numberVariable = 'WEB_PROCESS_NUMBER'

/** The pause before a restart in milliseconds; it doubles with each early end. */
const firstPause = 100
const longestPause = 30_000
/** A process that has listened for this long resets the pause, in milliseconds. */
const goodLifetime = 60_000

/**
 * Runs as many processes of the same program, and restarts those that end. If none has ever listened and
 * the last one ends, this process ends with its exit code: another attempt would fail the same way.
 * @returns a function that stops them and resolves when they are gone.
 */
export function runProcesses(processes: number, log: Logger): () => Promise<void> {
  let isStopping = false
  let hasAnyListened = false
  let running = 0
  const pauses = new Set<NodeJS.Timeout>()
  /** Processes that listen, and so handle the signal below. */
  const listening = new Set<Worker>()
  process.on('SIGUSR2', () => {
    for (const worker of listening) worker.process.kill('SIGUSR2')
  })
  /** Restarts of processes that failed before any has listened; they wait until one does. */
  const waiting: (() => void)[] = []

  function restartLater(number: number, failures: number): number {
    const pause = Math.min(firstPause * 2 ** failures, longestPause)
    const timer = setTimeout(() => {
      pauses.delete(timer)
      start(number, failures + 1)
    }, pause)
    pauses.add(timer)
    return pause
  }

  function start(number: number, failures: number) {
    running += 1
    const worker = cluster.fork({ [numberVariable]: number })
    let listeningSince: number | undefined
    worker.once('listening', () => {
      listeningSince = performance.now()
      hasAnyListened = true
      listening.add(worker)
      for (const restart of waiting.splice(0)) restart()
    })
    worker.once('exit', (code, signal) => {
      running -= 1
      listening.delete(worker)
      if (isStopping) return
      const { pid } = worker.process
      if (!hasAnyListened) {
        log.error({ pid, code, signal }, 'a server process has ended before it listened')
        if (running === 0) process.exit(code || 1)
        waiting.push(() => restartLater(number, failures))
        return
      }
      const lifetime = listeningSince === undefined ? 0 : performance.now() - listeningSince
      const pause = restartLater(number, lifetime > goodLifetime ? 0 : failures)
      log.error({ pid, code, signal, pause }, 'a server process has ended and will be restarted')
    })
  }
  for (let number = 1; number <= processes; number += 1) start(number, 0)
  log.info({ processes }, 'running several processes')
  return async () => {
    isStopping = true
    for (const timer of pauses) clearTimeout(timer)
    const workers = Object.values(cluster.workers ?? {}).filter((it) => it !== undefined)
    await Promise.all(workers.map(stopWorker))
  }
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve())
    worker.process.kill('SIGTERM')
  })
}

// What both processes do alike: start with a configuration or say why not, and stop when told to.

import cluster, { type Worker } from 'node:cluster'
import type { Server } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config/config.ts'
import { StartError } from '../engine/errors.ts'
import type { Logger } from './log.ts'

/**
 * Has V8 make every object among the young ones. Otherwise it guesses from which lines of code objects
 * live long, and an object of a request that it guesses wrong is kept, with all that it refers to, until
 * the old ones are collected: in one process of three, a tenth of its time and 80 MB.
 */
export function expectShortLives() {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

/** The configuration; a wrong one is explained on standard error and ends the process. */
export function configOrExit(): Config {
  return orExit(() => loadConfig(readEnvironment()))
}

/** What `start` gives; a reason not to start, made for people, is printed without a stack. */
export function orExit<T>(start: () => T): T {
  try {
    return start()
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StartError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

/** Listens, or says why not and which variable chooses the port, and ends the process. */
export function listenOrExit(
  server: Server,
  where: { host: string; port: number },
  variable: string,
  log: Logger,
) {
  server.once('error', (error: NodeJS.ErrnoException) => {
    const taken = `port ${where.port} is taken: set ${variable} to a free one`
    log.fatal(
      { err: error },
      error.code === 'EADDRINUSE' ? taken : `cannot listen: see ${variable}`,
    )
    process.exit(1)
  })
  server.listen(where, () => log.info(where, 'listening'))
}

/**
 * Calls `stop` once on SIGTERM or SIGINT, then ends the process; a second signal, or the deadline
 * in seconds, ends it at once.
 * @param isLookedAfter whether another process passes signals on: then a second one may be the first
 *   once more, sent to the whole group, and only the deadline or the end of the other ends this one.
 */
export function stopOnSignals(
  log: Logger,
  deadlineSeconds: number,
  stop: () => Promise<void>,
  isLookedAfter = false,
) {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping && isLookedAfter) return
    if (stopping) process.exit(1)
    stopping = true
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

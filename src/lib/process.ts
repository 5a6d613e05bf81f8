// What both processes do alike: start with a configuration or say why not, and stop when told to.
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

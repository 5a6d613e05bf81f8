// Internal errors: what reports them, and to whom.
import type { Logger } from './log.ts'

/** Where an error occurred. */
interface ErrorPlace {
  readonly requestId?: string | undefined
  readonly operationId?: string | undefined
  readonly job?: string
  readonly jobId?: string
  readonly attempt?: number
}

export type ReportError = (error: unknown, place: ErrorPlace) => void

/**
 * Returns the function that reports an error to a hook. If the hook itself throws, that is logged. What ends
 * the process is reported and logged too.
 */
export function errorReporter(hook: ReportError, log: Logger): ReportError {
  const report: ReportError = (error, place) => {
    try {
      hook(error, place)
    } catch (thrown) {
      log.error({ err: thrown }, 'the error hook has thrown')
    }
  }
  process.on('uncaughtExceptionMonitor', (error) => {
    log.fatal({ err: error }, 'an uncaught error ends the process')
    report(error, {})
  })
  return report
}

// The logger: JSON lines on standard output, with what must never be written struck out. Rooms get
// theirs as an argument; only the entry points create one.
import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

const secrets = ['password', 'currentPassword', 'newPassword', 'passwordHash', 'access_token']
const secretHeaders = ['authorization', 'cookie', 'set-cookie']

/** Creates the logger of one process; `part` (api, worker) is on each of its lines. */
export function createLogger(options: { level: string; part: string }): Logger {
  const anywhere = [...secrets, ...secretHeaders].flatMap((it) => [`["${it}"]`, `*["${it}"]`])
  return pino({
    level: options.level,
    base: { part: options.part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: loggedError },
    redact: { paths: anywhere, censor: '[redacted]' },
  })
}

/**
 * An error as it is logged: what it is, where it came from, what lies beneath. The drivers put the
 * SQL text in front of a message and whole rows into `detail`; neither belongs in a log.
 */
function loggedError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  const constraint = 'constraint' in error ? error.constraint : undefined
  const isFromSql = 'nativeError' in error || 'severity' in error
  const message = isFromSql ? error.message.split(' - ').at(-1) : error.message
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause === undefined ? undefined : loggedError(error.cause)
  return { type: error.name, message, code, constraint, stack: frames?.join('\n'), cause }
}

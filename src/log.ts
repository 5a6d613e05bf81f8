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
    redact: { paths: anywhere, censor: '[redacted]' },
  })
}

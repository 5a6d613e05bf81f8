// The logger: JSON lines on standard output, with what must never be written struck out. Rooms get
// theirs as an argument; only the entry points create one.
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { standardOutput } from './log-output.ts'

export type { Logger } from 'pino'

const secrets = [
  ...['password', 'currentPassword', 'newPassword', 'passwordHash'],
  ...['access_token', 'refresh_token', 'refreshToken', 'token', 'secret'],
]
/** Whatever a client has sent may hold any of them. */
const bodies = ['body', 'rawBody', 'requestBody']
const secretHeaders = ['authorization', 'cookie', 'set-cookie']

/** Creates the logger of one process; `part` (api, worker) is on each of its lines. */
export function createLogger(
  options: { level: string; part: string },
  destination?: DestinationStream,
): Logger {
  const anywhere = [...secrets, ...bodies, ...secretHeaders].flatMap((it) => [
    `["${it}"]`,
    `*["${it}"]`,
  ])
  const settings: LoggerOptions = {
    level: options.level,
    base: { part: options.part },
    timestamp: isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: loggedError },
    // pino would repeat the message of whatever lies under this key, unserialized.
    errorKey: 'thrown',
    redact: { paths: anywhere, censor: '[redacted]' },
  }
  return pino(settings, destination ?? standardOutput(droppedLine(settings)))
}

/** Returns what makes the line that says how many lines were dropped; at `error`, so that it is shown. */
function droppedLine(settings: LoggerOptions) {
  let line = ''
  const write = (written: string) => {
    line = written
  }
  const reporter = pino(settings, { write })
  return (dropped: number) => {
    reporter.error({ dropped }, 'standard output did not take these log lines')
    return line
  }
}

/**
 * A way to write lines of one kind, at level `info`, whose fields are given as JSON with a comma before
 * each. They are scalars that the caller has chosen one by one: nothing is struck out, which would take
 * 9 µs, nor looked at by pino, which takes 2 to 3.
 */
export function lineWriter(log: Logger, message: string): (fields: string) => void {
  const stream: DestinationStream = Reflect.get(log, pino.symbols.streamSym)
  const bindings: string = Reflect.get(log, pino.symbols.chindingsSym)
  const end = `,"msg":${JSON.stringify(message)}}\n`
  return (fields) => {
    if (log.isLevelEnabled('info')) {
      stream.write(`{"level":"info"${isoTime()}${bindings}${fields}${end}`)
    }
  }
}

let millisecond = 0
let timeField = ''

/** The time of a line; lines of one millisecond share it: 1 µs a request under load. */
function isoTime(): string {
  const now = Date.now()
  if (now !== millisecond) {
    millisecond = now
    timeField = `,"time":"${new Date(now).toISOString()}"`
  }
  return timeField
}

/**
 * An error as it is logged: what it is, where it came from, what lies beneath. knex puts the SQL text
 * in front of a message, PostgreSQL the offending value inside it; neither belongs in a log.
 */
function loggedError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const native = 'nativeError' in error ? error.nativeError : error
  const { code, constraint } = native as { code?: unknown; constraint?: unknown }
  const message = withoutValues(error.message.replace(sqlText, ''), code)
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause === undefined ? undefined : loggedError(error.cause)
  return { type: error.name, message, code, constraint, stack: frames?.join('\n'), cause }
}

const sqlText = /^\s*(select|insert|update|delete|with|begin|commit|set|create|alter)\b.* - /is

/** SQLSTATE class 22 is about data, and quotes it. */
function withoutValues(message: string, code: unknown): string {
  return typeof code === 'string' && code.startsWith('22')
    ? message.replace(/".*"/s, '"…"')
    : message
}

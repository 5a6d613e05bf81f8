// The logger: JSON lines on standard output without secrets. Only entry points create one; everything
// else receives it as an argument. If standard output blocks, lines wait in memory up to a bound, and
// further ones are dropped and counted, so that the service continues.
import { writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'

export type { Logger } from 'pino'

const secrets = [
  ...['password', 'currentPassword', 'newPassword', 'passwordHash'],
  ...['access_token', 'refresh_token', 'refreshToken', 'token', 'secret'],
]
/** Bodies may contain any of them. */
const bodies = ['body', 'rawBody', 'requestBody']
const secretHeaders = ['authorization', 'cookie', 'set-cookie']

interface LogOptions {
  readonly level: string
  /** What the process is: api or worker. */
  readonly part: string
  readonly version?: string
  readonly commit?: string | undefined
}

/** Creates the logger of a process; each line has part, version, commit, host and process id. */
export function createLogger(
  { level, part, version, commit }: LogOptions,
  destination?: DestinationStream,
): Logger {
  const anywhere = [...secrets, ...bodies, ...secretHeaders].flatMap((it) => [
    `["${it}"]`,
    `*["${it}"]`,
  ])
  const settings: LoggerOptions = {
    level,
    base: { part, version, commit, host: hostname(), pid: process.pid },
    timestamp: isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: loggedError },
    // pino repeats the message of the error under this key without its serializer.
    errorKey: 'thrown',
    redact: { paths: anywhere, censor: '[redacted]' },
  }
  const stream = destination ?? standardOutput(droppedLine(settings))
  const log = pino(settings, stream)
  destinations.set(log, stream)
  return log
}

/** The destination of each logger, for `lineWriter`. */
const destinations = new WeakMap<Logger, DestinationStream>()

/** Switches between the level of the configuration and `debug` whenever SIGUSR2 arrives. */
export function switchLevelOnSignal(log: Logger): void {
  const configured = log.level
  process.on('SIGUSR2', () => {
    log.level = log.level === configured ? 'debug' : configured
    // At any level but silent, since it says which lines to expect from now on.
    log.fatal({ logLevel: log.level }, 'the log has another level')
  })
}

/** Returns a function that writes the line about dropped lines, at level `error`. */
function droppedLine(settings: LoggerOptions) {
  let line = ''
  const write = (written: string) => {
    line = written
  }
  const reporter = pino(settings, { write })
  return (dropped: number) => {
    reporter.error({ dropped }, 'dropped log lines, because standard output was blocked')
    return line
  }
}

/**
 * Returns a function that writes lines with one message, at level `info` by default. It skips pino, whose redaction
 * takes most of the time of a line, so callers pass only safe scalars.
 * @param log a logger of `createLogger`.
 * @returns a function of the fields as JSON, with a comma before each.
 */
export function lineWriter(log: Logger, message: string) {
  const stream = destinations.get(log)
  if (stream === undefined) throw new TypeError('the logger is not one of createLogger')
  // pino leaves the process id out of the bindings that it returns.
  const bindings = JSON.stringify({ ...log.bindings(), pid: process.pid }).slice(1, -1)
  const end = `,"msg":${JSON.stringify(message)}}\n`
  return (fields: string, level: 'info' | 'debug' = 'info') => {
    if (log.isLevelEnabled(level)) {
      stream.write(`{"level":"${level}"${isoTime()},${bindings}${fields}${end}`)
    }
  }
}

let millisecond = 0
let timeField = ''

/** Returns the time field of a line, which lines of one millisecond share. */
function isoTime(): string {
  const now = Date.now()
  if (now !== millisecond) {
    millisecond = now
    timeField = `,"time":"${new Date(now).toISOString()}"`
  }
  return timeField
}

/**
 * Returns an error as it is logged: type, message, stack and cause. Knex puts the SQL before a message,
 * and PostgreSQL the invalid value into it; this removes both.
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

/** Removes the data that PostgreSQL quotes in messages of SQLSTATE class 22. */
function withoutValues(message: string, code: unknown): string {
  return typeof code === 'string' && code.startsWith('22')
    ? message.replace(/".*"/s, '"…"')
    : message
}

/** How many bytes a process may write to a shared pipe in one piece (PIPE_BUF). */
const maxBytesAtOnce = 4096
/** How many bytes may wait. */
const maxWaitingBytes = 1_048_576
/** How often a blocked write is retried, in milliseconds. */
const retryMs = 50
/** How long the end of the process waits for unwritten lines, in milliseconds. */
const exitMs = 500

/**
 * Returns a destination that writes all lines of a turn of the event loop by one system call. It never
 * blocks and never throws.
 * @param droppedLine returns the line that reports how many lines were dropped.
 */
function standardOutput(droppedLine: (count: number) => string) {
  let lines = ''
  let bytes = 0
  let isOpen = false
  /** What is not written yet; the first chunk may be the rest of a partial write. */
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let dropped = 0
  let isBehind = false

  function open() {
    isOpen = true
    // The getter creates the stream, which makes a pipe non-blocking.
    if (isMainThread) process.stdout
    process.on('exit', writeLast)
  }

  function flush() {
    if (lines === '') return
    const [chunk, length] = [lines, bytes]
    lines = ''
    bytes = 0
    if (isBehind) return keep(Buffer.from(chunk))
    const written = put(chunk)
    if (written === length) return
    keep(Buffer.from(chunk).subarray(written))
    isBehind = true
    retryLater()
  }

  /** Keeps what cannot be written now. After the first dropped line, all further ones are dropped. */
  function keep(chunk: Buffer) {
    if (dropped === 0 && waitingBytes + chunk.length <= maxWaitingBytes) {
      waiting.push(chunk)
      waitingBytes += chunk.length
    } else {
      for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) dropped += 1
    }
  }

  /** Writes as much as possible. Returns whether nothing is left. */
  function catchUp(): boolean {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const written = put(first)
      waitingBytes -= written
      if (written < first.length) {
        waiting[0] = first.subarray(written)
        return false
      }
      waiting.shift()
    }
    if (dropped === 0) return true
    const count = dropped
    dropped = 0
    keep(Buffer.from(droppedLine(count)))
    return catchUp()
  }

  function retryLater() {
    setTimeout(() => {
      isBehind = !catchUp()
      if (isBehind) retryLater()
    }, retryMs).unref()
  }

  function writeLast() {
    flush()
    const pause = new Int32Array(new SharedArrayBuffer(4))
    const end = performance.now() + exitMs
    while (isBehind && !catchUp() && performance.now() < end) Atomics.wait(pause, 0, 0, 5)
  }

  return {
    write(line: string) {
      if (!isOpen) open()
      const length = Buffer.byteLength(line)
      if (bytes + length > maxBytesAtOnce) flush()
      if (lines === '') setImmediate(flush)
      lines += line
      bytes += length
    },
  }
}

/** Returns how many bytes were written: none if a pipe or disk is full, or the reader has left. */
function put(chunk: string | Buffer): number {
  try {
    return typeof chunk === 'string' ? writeSync(1, chunk) : writeSync(1, chunk)
  } catch {
    return 0
  }
}

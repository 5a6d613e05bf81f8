// The logger: JSON lines on standard output, with what must never be written struck out. Rooms get
// theirs as an argument; only the entry points create one.

import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'

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

/** What several processes may write to one pipe at once without cutting into each other: PIPE_BUF. */
const maxBytesAtOnce = 4096
/** How many bytes wait at most while nothing can be written. */
const maxWaitingBytes = 1_048_576
/** How often writing is tried again then, in milliseconds. */
const retryMs = 50
/** How long the end of the process waits for what can be written then. */
const exitMs = 500

/**
 * Returns a destination that writes when a turn of the event loop or the process ends: one system call
 * for all lines of a turn, instead of one for each, takes a fifth off a request without I/O. It never
 * blocks and never throws.
 * @param droppedLine makes the line that says how many lines were dropped.
 */
function standardOutput(droppedLine: (count: number) => string) {
  let lines = ''
  let bytes = 0
  let isOpen = false
  /** What could not be written yet; the first may be the rest of a write that was cut short. */
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let dropped = 0
  let isBehind = false

  function open() {
    isOpen = true
    // The getter makes a stream of a pipe, which makes the pipe itself non-blocking.
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

  /** Keeps what cannot be written now. What comes after something that was dropped is dropped too. */
  function keep(chunk: Buffer) {
    if (dropped === 0 && waitingBytes + chunk.length <= maxWaitingBytes) {
      waiting.push(chunk)
      waitingBytes += chunk.length
    } else {
      for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) dropped += 1
    }
  }

  /** Writes what waits, as far as it is taken. Returns whether nothing is left. */
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

/** Returns how many bytes were taken: none where a pipe or a disk is full, or the reader has gone. */
function put(chunk: string | Buffer): number {
  try {
    return typeof chunk === 'string' ? writeSync(1, chunk) : writeSync(1, chunk)
  } catch {
    return 0
  }
}

// Logs one line per request with pino to standard output, which is a file. Each line is written at once,
// which is pino's default.
import { pino } from 'pino'

let millisecond = 0
let time = ''

/** Returns the time of a log line. It is formatted once per millisecond, as in the service. */
export function isoTime(): string {
  const now = Date.now()
  if (now !== millisecond) {
    millisecond = now
    time = new Date(now).toISOString()
  }
  return time
}

export const log = pino(
  {
    base: { part: 'api' },
    timestamp: () => `,"time":"${isoTime()}"`,
    formatters: { level: (label) => ({ level: label }) },
  },
  pino.destination({ dest: 1, sync: true }),
)

/** Returns the milliseconds since `start`, rounded for a log line. */
export const since = (start: number) => Math.round((performance.now() - start) * 100) / 100

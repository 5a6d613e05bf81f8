// One line a request on standard output, which is a file, by pino, for those contestants that would
// take pino; each written at once, as pino does unless it is told otherwise.
import { pino } from 'pino'

let millisecond = 0
let time = ''

/** The time of a line; lines of one millisecond share it, as they do in the service. */
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

/** The milliseconds since then, as a line states them. */
export const since = (start: number) => Math.round((performance.now() - start) * 100) / 100

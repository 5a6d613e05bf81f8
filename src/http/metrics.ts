// The metrics of requests. Each request costs a fraction of a microsecond: it counts in plain arrays, and the
// text is written when Prometheus asks. Every label has values of the contract: a path that a client makes
// up counts as `(none)`.
import { Counter, Gauge } from 'prom-client'
import type { Metrics } from '../lib/metrics.ts'

/** What the access log reports of each request. */
export interface RequestObserver {
  started(): void
  /**
   * @param operation undefined if no operation of the contract matches.
   * @param status undefined if the client left before there was a response.
   */
  ended(operation: string | undefined, status: number | undefined, seconds: number): void
  probed(): void
  securityEvent(name: string): void
}

/** Upper bounds of the buckets, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const noOperation = '(none)'
/** By the first digit of the status. */
const classes = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx']
const family = 'http_request_duration_seconds'

interface Series {
  /** How many requests fell into each bucket, the last one without a bound. */
  readonly counts: number[]
  sum: number
}

/** Counts requests by operation and class of status. */
export function requestMetrics(metrics: Metrics, operationIds: readonly string[]): RequestObserver {
  const registers = [metrics.registry]
  const all = new Map([...operationIds, noOperation].map((it) => [it, classes.map(emptySeries)]))
  let inFlight = 0
  let probes = 0
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests without a complete response, probes and event streams included.',
    registers,
    collect() {
      this.set(inFlight)
    },
  })
  new Counter({
    name: 'http_probes_total',
    help: 'Requests for /livez and /readyz, which count nowhere else.',
    registers,
    collect() {
      this.reset()
      this.inc(probes)
    },
  })
  const limited = new Counter({
    name: 'http_rate_limited_total',
    help: 'Requests answered 429, by operation.',
    labelNames: ['operation'],
    registers,
  })
  const events = new Counter({
    name: 'security_events_total',
    help: 'Security events of the log, by name.',
    labelNames: ['event'],
    registers,
  })
  metrics.addFamily(() => familyText(all, metrics.labels))
  return {
    started() {
      inFlight += 1
    },
    ended(operation = noOperation, status, seconds) {
      inFlight -= 1
      const series = all.get(operation)?.[status === undefined ? 0 : Math.floor(status / 100)]
      if (series === undefined) return
      let bucket = 0
      while (bucket < bounds.length && seconds > Number(bounds[bucket])) bucket += 1
      series.counts[bucket] = Number(series.counts[bucket]) + 1
      series.sum += seconds
      if (status === 429) limited.inc({ operation })
    },
    securityEvent(event) {
      events.inc({ event })
    },
    probed() {
      inFlight -= 1
      probes += 1
    },
  }
}

const emptySeries = (): Series => ({ counts: new Array(bounds.length + 1).fill(0), sum: 0 })

function familyText(all: ReadonlyMap<string, readonly Series[]>, own: string): string {
  const lines = [
    `# HELP ${family} How long requests took, by operation and class of status.`,
    `# TYPE ${family} histogram`,
  ]
  for (const [operation, byClass] of all) {
    for (const [index, { counts, sum }] of byClass.entries()) {
      const labels = `operation="${operation}",status="${classes[index]}"${own && `,${own}`}`
      let total = 0
      const buckets = counts.map((count, bucket) => {
        total += count
        return `${family}_bucket{le="${bounds[bucket] ?? '+Inf'}",${labels}} ${total}`
      })
      if (total === 0) continue
      lines.push(
        ...buckets,
        `${family}_sum{${labels}} ${sum}`,
        `${family}_count{${labels}} ${total}`,
      )
    }
  }
  return lines.join('\n')
}

// Turns slices into figures: medians with quartiles, and ratios between slices of the same round, because
// only those can be compared on a shared machine.
import { references } from './contestants.ts'
import type { Slice } from './load.ts'

/** One slice of one contestant under one workload. */
export interface Measurement extends Slice {
  readonly workload: string
  readonly contestant: string
  readonly round: number
  /** CPU time of the server per request, in microseconds; NaN where unknown. */
  readonly processor: number
}

export interface Spread {
  readonly median: number
  /** The quartiles. */
  readonly low: number
  readonly high: number
}

export interface Figures {
  readonly workload: string
  readonly contestant: string
  /** The number of slices behind the figures. */
  readonly rounds: number
  readonly requestsPerSecond: Spread
  /** Latencies in milliseconds, each the median over the slices. */
  readonly p50: number
  readonly p99: number
  readonly processor: Spread
  /** By other contestant: requests per second divided by the other's in the same round. */
  readonly ratios: Readonly<Record<string, Spread>>
  /** The baseline's CPU time divided by this contestant's. */
  readonly toBaselineByProcessor: Spread
}

/** Returns one row per workload and contestant, in the order of measurement. */
export function summarize(measurements: readonly Measurement[]): Figures[] {
  const unique = (names: readonly string[]) => [...new Set(names)]
  const workloads = unique(measurements.map((it) => it.workload))
  return workloads.flatMap((workload) => {
    const all = measurements.filter((it) => it.workload === workload)
    const contestants = unique(
      all.toSorted((one, other) => one.round - other.round).map((it) => it.contestant),
    )
    return contestants.map((contestant) => figuresOf(all, contestant, contestants))
  })
}

function figuresOf(
  all: readonly Measurement[],
  contestant: string,
  contestants: readonly string[],
): Figures {
  const group = all.filter((it) => it.contestant === contestant)
  const spreadOf = (figure: (it: Measurement) => number) => spread(group.map(figure))
  /** Returns the ratio to another contestant in the same round. */
  const beside = (other: string, ratio: (it: Measurement, base: Measurement) => number) =>
    spreadOf((it) => {
      const base = all.find((one) => one.contestant === other && one.round === it.round)
      return base === undefined ? Number.NaN : ratio(it, base)
    })
  const byRate = (it: Measurement, base: Measurement) => rate(it) / rate(base)
  return {
    workload: group[0]?.workload ?? '',
    contestant,
    rounds: group.length,
    requestsPerSecond: spreadOf(rate),
    p50: spreadOf((it) => it.p50).median,
    p99: spreadOf((it) => it.p99).median,
    processor: spreadOf((it) => it.processor),
    ratios: Object.fromEntries(contestants.map((other) => [other, beside(other, byRate)])),
    toBaselineByProcessor: beside(references.baseline, (it, base) => base.processor / it.processor),
  }
}

const rate = ({ requests, seconds }: Slice) => requests / seconds

/** Returns the median and the quartiles, interpolated between neighboring values. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const quantile = (q: number) => {
    const place = q * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? Number.NaN
    const above = sorted[Math.ceil(place)] ?? Number.NaN
    return below + (above - below) * (place % 1)
  }
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) }
}

/** Formats a spread; a dash where there is no value. */
export function inText(values: Spread | undefined, digits: number): string {
  if (values === undefined || Number.isNaN(values.median)) return '–'
  const { median, low, high } = values
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

const titles = [
  ...['workload', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'],
  ...['to baseline', 'to baseline by CPU', 'to Fastify'],
]

/** Returns the figures as a Markdown table. */
export function figuresTable(figures: readonly Figures[]): string {
  const rows = figures.map((it) => [
    it.workload,
    it.contestant,
    inText(it.requestsPerSecond, 0),
    it.p50.toFixed(2),
    it.p99.toFixed(2),
    inText(it.processor, 1),
    inText(it.ratios[references.baseline], 2),
    inText(it.toBaselineByProcessor, 2),
    inText(it.ratios[references.fastify], 2),
  ])
  return table(titles, rows)
}

/** Returns a table of the medians of the service and the baseline. */
export function baselineTable(figures: readonly Figures[]): string {
  const of = (contestant: string) => figures.filter((it) => it.contestant === contestant)
  const baseline = of(references.baseline)
  const rows = of('service').map((it) => {
    const pair = [it, baseline.find(({ workload }) => workload === it.workload)]
    return [
      it.workload,
      ...pair.map((one) => one?.requestsPerSecond.median.toFixed(0) ?? '–'),
      ...pair.map((one) => one?.p99.toFixed(2) ?? '–'),
      ...pair.map((one) => one?.processor.median.toFixed(1) ?? '–'),
    ]
  })
  const beside = ['requests/s', 'p99 ms', 'CPU µs/request'].flatMap((it) => [it, 'baseline'])
  return table(['workload', ...beside], rows)
}

/** Returns a table of the service as a multiple of each of the others. */
export function serviceTable(figures: readonly Figures[]): string {
  const own = figures.filter((it) => it.contestant === 'service')
  const names = [...new Set(figures.map((it) => it.contestant))]
  // "bytes" takes part in one workload only.
  const others = names.filter((it) => it !== 'service' && it !== 'bytes')
  const rows = own.map((it) => [it.workload, ...others.map((name) => inText(it.ratios[name], 2))])
  return table(['the service, as a multiple of', ...others], rows)
}

/** Returns a Markdown table with aligned columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const draw = (line: readonly string[], fill = ' ') =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  return [
    draw(head),
    draw(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => draw(row)),
  ].join('\n')
}

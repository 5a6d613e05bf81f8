// Slices become figures: medians with their spread, and ratios between neighbours in time, since on
// a shared machine only those mean anything.
import { baselines } from './contestants.ts'
import type { Slice } from './load.ts'

/** One slice of one contestant under one workload. */
export interface Measurement extends Slice {
  readonly workload: string
  readonly contestant: string
  readonly round: number
  /** Processor time of the server for each request, in microseconds; NaN where unknown. */
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
  readonly requestsPerSecond: Spread
  /** Latencies in milliseconds: the median over the slices. */
  readonly p50: number
  readonly p99: number
  readonly processor: Spread
  /** Requests per second as a share of the baseline's in the same round. */
  readonly toFloor: Spread
  readonly toFastify: Spread
  /** The floor's processor time as a share of this one's. */
  readonly toFloorByProcessor: Spread
}

/** One row for each workload and contestant, in the order in which they were first measured. */
export function summarize(measurements: readonly Measurement[]): Figures[] {
  const unique = (names: readonly string[]) => [...new Set(names)]
  const workloads = unique(measurements.map((it) => it.workload))
  return workloads.flatMap((workload) => {
    const all = measurements.filter((it) => it.workload === workload)
    const contestants = unique(
      all.toSorted((one, other) => one.round - other.round).map((it) => it.contestant),
    )
    return contestants.map((contestant) => figuresOf(all, workload, contestant))
  })
}

function figuresOf(all: readonly Measurement[], workload: string, contestant: string): Figures {
  const group = all.filter((it) => it.contestant === contestant)
  const spreadOf = (figure: (it: Measurement) => number) => spread(group.map(figure))
  /** A figure beside the one that a baseline had in the same round. */
  const beside = (baseline: string, ratio: (it: Measurement, base: Measurement) => number) =>
    spreadOf((it) => {
      const base = all.find((one) => one.contestant === baseline && one.round === it.round)
      return base === undefined ? Number.NaN : ratio(it, base)
    })
  const byRate = (it: Measurement, base: Measurement) => rate(it) / rate(base)
  return {
    workload,
    contestant,
    requestsPerSecond: spreadOf(rate),
    p50: spreadOf((it) => it.p50).median,
    p99: spreadOf((it) => it.p99).median,
    processor: spreadOf((it) => it.processor),
    toFloor: beside(baselines.floor, byRate),
    toFastify: beside(baselines.fastify, byRate),
    toFloorByProcessor: beside(baselines.floor, (it, base) => base.processor / it.processor),
  }
}

const rate = ({ requests, seconds }: Slice) => requests / seconds

/** The median of values and their quartiles. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) }
}

/** A spread as text; a dash where there is nothing to compare with. */
export function inText({ median, low, high }: Spread, digits: number): string {
  if (Number.isNaN(median)) return '–'
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

const titles = [
  ...['workload', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'],
  ...['to floor', 'to floor by CPU', 'to Fastify'],
]

/** The figures as a Markdown table. */
export function figuresTable(figures: readonly Figures[]): string {
  const rows = figures.map((it) => [
    it.workload,
    it.contestant,
    inText(it.requestsPerSecond, 0),
    it.p50.toFixed(2),
    it.p99.toFixed(2),
    inText(it.processor, 1),
    inText(it.toFloor, 2),
    inText(it.toFloorByProcessor, 2),
    inText(it.toFastify, 2),
  ])
  return table(titles, rows)
}

/** A Markdown table whose columns are aligned. */
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

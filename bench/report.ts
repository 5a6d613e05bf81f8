// Slices become figures: medians with their spread, and ratios between neighbours in time, since on
// a shared machine only those mean anything.
import type { Slice } from './load.ts'

/** One slice of one contestant under one workload. */
export interface Measurement extends Slice {
  readonly workload: string
  readonly contestant: string
  readonly round: number
  /** Processor time of the server for each request, in microseconds; NaN where unknown. */
  readonly processor: number
}

interface Spread {
  readonly median: number
  /** The quartiles. */
  readonly low: number
  readonly high: number
}

export interface Figures {
  readonly workload: string
  readonly contestant: string
  readonly requestsPerSecond: Spread
  readonly p50: number
  readonly p99: number
  readonly processor: Spread
  /** To the baseline of the same round: by requests per second, and by processor time. */
  readonly ratio: Spread
  readonly processorRatio: Spread
}

/** One row for each workload and contestant, in the order in which they were first measured. */
export function summarize(measurements: readonly Measurement[], baseline: string): Figures[] {
  const find = (workload: string, contestant: string) =>
    measurements.filter((it) => it.workload === workload && it.contestant === contestant)
  const unique = (names: readonly string[]) => [...new Set(names)]
  const workloads = unique(measurements.map((it) => it.workload))
  const contestants = unique(measurements.map((it) => it.contestant))
  return workloads.flatMap((workload) =>
    contestants.map((contestant) => {
      const group = find(workload, contestant)
      const rounds = new Map(find(workload, baseline).map((it) => [it.round, it]))
      const base = (round: number) => rounds.get(round) as Measurement
      const spreadOf = (figure: (it: Measurement) => number) => spread(group.map(figure))
      return {
        workload,
        contestant,
        requestsPerSecond: spreadOf(rate),
        p50: spreadOf((it) => it.p50).median,
        p99: spreadOf((it) => it.p99).median,
        processor: spreadOf((it) => it.processor),
        ratio: spreadOf((it) => rate(it) / rate(base(it.round))),
        processorRatio: spreadOf((it) => base(it.round).processor / it.processor),
      }
    }),
  )
}

const rate = ({ requests, seconds }: Slice) => requests / seconds

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) }
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figures[]): string {
  const range = ({ median, low, high }: Spread, digits: number) =>
    `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
  const titles = ['workload', 'server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request']
  const rows = figures.map((it) => [
    it.workload,
    it.contestant,
    range(it.requestsPerSecond, 0),
    it.p50.toFixed(2),
    it.p99.toFixed(2),
    range(it.processor, 1),
    range(it.ratio, 2),
    range(it.processorRatio, 2),
  ])
  const lines = [[...titles, 'ratio', 'ratio by CPU'], ...rows]
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  const draw = (line: readonly string[], fill = ' ') =>
    `| ${line.map((cell, column) => cell.padEnd(widths?.[column] ?? 0, fill)).join(' | ')} |`
  const [head = [], ...body] = lines
  const rule = head.map(() => '')
  return [draw(head), draw(rule, '-'), ...body.map((line) => draw(line))].join('\n')
}

// The comparison of two builds as figures: the processor time of a request in the new build beside the
// old one's, and the old one's beside itself, which shows what a difference is worth.
import { inText, type Measurement, type Spread, spread, table } from './report.ts'

/** The builds by the name that their slices have. The old one takes part twice. */
export const builds = { fresh: 'new', old: 'old', again: 'old again' } as const

/** How much more processor time a request may take, as a multiple, before a line counts as slower. */
const tolerance = 1.05

export interface Line {
  readonly workload: string
  /** How many rounds these are the figures of. */
  readonly rounds: number
  /** Processor time of a request in microseconds. */
  readonly fresh: Spread
  readonly old: Spread
  /** The new build's time as a multiple of the old one's in the same round. */
  readonly ratio: Spread
  /** The same for the old build beside itself. */
  readonly itself: Spread
  readonly isSlower: boolean
}

/** One line for each workload, in the order in which they were measured. */
export function compareTimes(measurements: readonly Measurement[]): Line[] {
  const workloads = [...new Set(measurements.map((it) => it.workload))]
  return workloads.map((workload) => {
    const all = measurements.filter((it) => it.workload === workload)
    const rounds = [...new Set(all.map((it) => it.round))]
    const times = rounds.map((round) => {
      const timeOf = (name: string) =>
        perRequest(all.filter((it) => it.round === round && it.contestant === name))
      const [old, again] = [timeOf(builds.old), timeOf(builds.again)]
      return { fresh: timeOf(builds.fresh), old, again, ofOld: (old + again) / 2 }
    })
    const ratio = spread(times.map((it) => it.fresh / it.ofOld))
    return {
      workload,
      rounds: rounds.length,
      fresh: spread(times.map((it) => it.fresh)),
      old: spread(times.map((it) => it.ofOld)),
      ratio,
      itself: spread(times.map((it) => it.again / it.old)),
      isSlower: ratio.median > tolerance,
    }
  })
}

/** The processor time of a request over several slices. */
function perRequest(slices: readonly Measurement[]): number {
  const requests = slices.reduce((sum, it) => sum + it.requests, 0)
  return slices.reduce((sum, it) => sum + it.processor * it.requests, 0) / requests
}

/** The lines as a Markdown table, and a sentence that says which are slower. */
export function linesTable(lines: readonly Line[]): string {
  const head = ['CPU µs/request', 'old build', 'new build', 'new to old', 'old to itself', '']
  const rows = lines.map((it) => [
    it.workload,
    inText(it.old, 1),
    inText(it.fresh, 1),
    inText(it.ratio, 3),
    inText(it.itself, 3),
    it.isSlower ? 'slower' : '',
  ])
  const percent = ((tolerance - 1) * 100).toFixed(0)
  const slower = lines.filter((it) => it.isSlower).map((it) => it.workload)
  const found = slower.length === 0 ? 'none' : slower.join(', ')
  return `${table(head, rows)}\n\nMore than ${percent} % above the old build in this run: ${found}.`
}

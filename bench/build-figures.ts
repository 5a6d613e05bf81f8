// Turns the comparison of two builds into figures: the CPU time of a request in the new build relative
// to the old one, and of the old one relative to itself, which shows how much is noise.
import { inText, type Measurement, type Spread, spread, table } from './report.ts'

/** The names of the builds in the measurements. The old build takes part twice. */
export const builds = { fresh: 'new', old: 'old', again: 'old again' } as const

/** A workload counts as slower when a request takes more than this multiple of the CPU time. */
const tolerance = 1.05

export interface Line {
  readonly workload: string
  /** The number of rounds behind the figures. */
  readonly rounds: number
  /** CPU time of a request, in microseconds. */
  readonly fresh: Spread
  readonly old: Spread
  /** The new build's time divided by the old build's in the same round. */
  readonly ratio: Spread
  /** The same for the second copy of the old build. */
  readonly itself: Spread
  readonly isSlower: boolean
}

/** Returns one line per workload, in the order of measurement. */
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

/** Returns the CPU time of a request over several slices, in microseconds. */
function perRequest(slices: readonly Measurement[]): number {
  const requests = slices.reduce((sum, it) => sum + it.requests, 0)
  return slices.reduce((sum, it) => sum + it.processor * it.requests, 0) / requests
}

/** Returns the lines as a Markdown table, and a sentence that names the slower ones. */
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

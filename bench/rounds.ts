// Lets the contestants take turns: each round has one slice of each workload per contestant, in an order
// that is reversed from round to round. So a disturbance of the machine affects all of them.
import { type Contestant, fitting } from './contestants.ts'
import { type Load, measured } from './load-process.ts'
import type { Measurement } from './report.ts'
import type { Workload } from './workloads.ts'

export interface Plan {
  readonly rounds: number
  readonly warmUpSeconds: number
  readonly sliceSeconds: number
  readonly connections: number
}

interface Running {
  readonly load: Load
  /** Checked before each slice. The complete rounds so far are kept. */
  readonly isOver: () => boolean
  readonly removeWritten: () => Promise<void>
}

/** Returns the measurements of all slices of the complete rounds. */
export async function takeTurns(
  contestants: readonly Contestant[],
  workloads: readonly Workload[],
  plan: Plan,
  { load, isOver, removeWritten }: Running,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const { connections } = plan
  for (let round = 0; round <= plan.rounds; round++) {
    const isWarmUp = round === 0
    const seconds = isWarmUp ? plan.warmUpSeconds : plan.sliceSeconds
    process.stdout.write(isWarmUp ? 'warming up' : `\rround ${round} of ${plan.rounds}`)
    const slices: Measurement[] = []
    for (const workload of workloads) {
      const fit = fitting(contestants, workload)
      for (const contestant of round % 2 ? fit : fit.toReversed()) {
        if (isOver()) return measurements
        const { requests } = workload
        const slice = await measured(load, contestant, { requests, connections, seconds })
        if (workload.writes) await removeWritten()
        const { name } = contestant
        slices.push({ ...slice, workload: workload.name, contestant: name, round })
      }
    }
    if (!isWarmUp) measurements.push(...slices)
  }
  return measurements
}

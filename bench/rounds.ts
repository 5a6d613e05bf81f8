// The contestants take turns: every round has a slice of each workload for each of them, in an order
// that turns around from round to round. What disturbs the machine for a while disturbs all of them.
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
  /** Asked before each slice; what was measured so far is kept. */
  readonly isOver: () => boolean
  readonly removeWritten: () => Promise<void>
}

/** @returns what each slice measured; of rounds that were begun and not finished, nothing. */
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

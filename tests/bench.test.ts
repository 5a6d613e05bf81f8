// The bench compares what it says: equal versions, and figures of two builds, computed from known slices.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { builds, compareTimes, linesTable } from '../bench/build-figures.ts'

interface Times {
  readonly old: number
  readonly again: number
  readonly fresh: number
}

/** Returns the slices of a workload, from the CPU time of a request of each build in each round. */
const slicesOf = (rounds: readonly Times[], workload = 'read') =>
  rounds.flatMap((times, round) =>
    (['old', 'again', 'fresh'] as const).map((name) => ({
      ...{ workload, round, contestant: builds[name], processor: times[name] },
      ...{ requests: 100, seconds: 1, p50: 1, p99: 2 },
    })),
  )

describe('the comparison of two builds', () => {
  it('calls a workload slower if its requests take more than 5 % more CPU time', () => {
    const slower = slicesOf([{ old: 100, again: 100, fresh: 105.1 }], 'a')
    const similar = slicesOf([{ old: 100, again: 100, fresh: 104.9 }], 'b')
    const lines = compareTimes([...slower, ...similar])
    expect(lines.map((it) => [it.workload, it.isSlower])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(linesTable(lines)).toContain('in this run: a.')
  })

  it('compares within a round, so that a single disturbed round changes nothing', () => {
    const [line] = compareTimes(
      slicesOf([
        { old: 100, again: 100, fresh: 100 },
        { old: 200, again: 200, fresh: 204 },
        { old: 100, again: 100, fresh: 300 },
        { old: 50, again: 50, fresh: 50 },
      ]),
    )
    expect(line?.ratio.median).toBeCloseTo(1.01)
    expect(line?.isSlower).toBe(false)
  })

  it('compares the old build with itself', () => {
    const [line] = compareTimes(
      slicesOf([
        { old: 100, again: 110, fresh: 105 },
        { old: 100, again: 90, fresh: 95 },
        { old: 100, again: 100, fresh: 100 },
      ]),
    )
    expect(line?.itself).toEqual({ median: 1, low: 0.95, high: 1.05 })
    expect(line?.ratio).toEqual({ median: 1, low: 1, high: 1 })
  })

  it('weighs the slices of a round by their requests', () => {
    const slices = slicesOf([{ old: 100, again: 100, fresh: 100 }])
    const more = slices
      .filter((it) => it.contestant === builds.fresh)
      .map((it) => ({ ...it, requests: 300, processor: 200 }))
    const [line] = compareTimes([...slices, ...more])
    expect(line?.fresh.median).toBe(175)
  })
})

it('compares with the versions that the service uses, where both use a package', () => {
  const versions = (path: string): Record<string, string> => {
    const manifest = JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'))
    return { ...manifest.dependencies, ...manifest.devDependencies }
  }
  const [all, own] = [versions('package.json'), versions('bench/package.json')]
  const shared = Object.keys(own).filter((name) => name in all)
  expect(shared).not.toEqual([])
  for (const name of shared) expect([name, own[name]]).toEqual([name, all[name]])
})

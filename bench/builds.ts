// Compares two builds of the service by the CPU time of a request. A process stays a little faster or
// slower than another of the same code for its whole life. So each round starts new processes, and the
// old build takes part twice, which shows the size of that effect.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type BuildData, prepareBuild } from './build-data.ts'
import { builds, compareTimes, linesTable } from './build-figures.ts'
import { type Contestant, type Start, startContestant } from './contestants.ts'
import { type Load, measured } from './load-process.ts'
import { type Output, writeOutput } from './output.ts'
import type { Measurement } from './report.ts'
import type { Bench } from './set-up.ts'

interface Options extends Output {
  readonly quick: boolean
  /** The names of the workloads to measure; all of them if it is empty. */
  readonly only: readonly string[]
}

export interface Plan {
  readonly rounds: number
  /** Per workload and round. */
  readonly warmUpSeconds: number
  /** Of one slice; a round has two slices of each workload and build. */
  readonly sliceSeconds: number
  readonly connections: number
  /** No round starts later than this, counted from the start of the bench. */
  readonly limitSeconds: number
}

/** V8 still compiles a write after a second of load, which would count as a slower line. */
const full: Plan = {
  ...{ rounds: 6, warmUpSeconds: 3, sliceSeconds: 0.7, connections: 32, limitSeconds: 600 },
}
const quick: Plan = {
  ...{ rounds: 2, warmUpSeconds: 0.3, sliceSeconds: 0.2, connections: 32, limitSeconds: 60 },
}

/** The parts of a bench that the rounds need. */
export type RoundDeps = Pick<Bench, 'load' | 'start' | 'elapsed' | 'interrupted' | 'onStop'>

/** Compares the service with the build in the folder `old` and prints the result. */
export async function compareBuilds(bench: Bench, old: string, options: Options) {
  const plan = options.quick ? quick : full
  const folders = { fresh: bench.built, old }
  const measurements = await measureBuilds(bench, folders, plan, options.only)
  if (bench.interrupted()) return
  const lines = compareTimes(measurements)
  console.log(`\n\n${linesTable(lines)}`)
  console.log(
    `Medians over ${lines[0]?.rounds ?? 0} of ${plan.rounds} rounds, quartiles in brackets.`,
  )
  writeOutput(options, 'builds', { old, plan, lines })
}

/** Returns the measurements of all slices of the complete rounds. */
export async function measureBuilds(
  bench: RoundDeps,
  folders: { readonly fresh: string; readonly old: string },
  plan: Plan,
  only: readonly string[] = [],
): Promise<Measurement[]> {
  const [fresh, old] = [await prepare(bench, folders.fresh), await prepare(bench, folders.old)]
  const entries: Entry[] = [
    { name: builds.old, folder: folders.old, data: old },
    { name: builds.fresh, folder: folders.fresh, data: fresh },
    { name: builds.again, folder: folders.old, data: old },
  ]
  const measurements: Measurement[] = []
  for (let round = 1; round <= plan.rounds && bench.elapsed() < plan.limitSeconds; round++) {
    process.stdout.write(`\rround ${round} of ${plan.rounds}`)
    const slices = await oneRound(bench, rotated(entries, round), { ...plan, round, only })
    if (bench.interrupted()) break
    measurements.push(...slices)
  }
  return measurements
}

async function prepare(bench: RoundDeps, folder: string): Promise<BuildData> {
  const { databaseUrl } = bench.start
  const data = await prepareBuild(folder, {
    ...bench.start,
    databaseUrl: await createEmpty(databaseUrl),
  })
  bench.onStop(data.close)
  return data
}

/** Creates an empty database on the server of another one and returns its URL. */
async function createEmpty(beside: string): Promise<string> {
  const name = `bench_build_${randomBytes(6).toString('hex')}`
  const client = new pg.Client(beside)
  await client.connect()
  await client.query(`create database ${name} template template0`).finally(() => client.end())
  return new URL(`/${name}`, beside).href
}

interface Entry {
  readonly name: string
  readonly folder: string
  readonly data: BuildData
}

interface Runner extends Entry {
  readonly cached: Contestant
  readonly uncached: Contestant
}

async function oneRound(
  bench: RoundDeps,
  entries: readonly Entry[],
  plan: Plan & Pick<Pass, 'round' | 'only'>,
): Promise<Measurement[]> {
  const runners: Runner[] = []
  const slices: Measurement[] = []
  try {
    for (const entry of entries) runners.push(await startBoth(bench, entry))
    for (const pass of [0, 1, 2]) {
      const seconds = pass === 0 ? plan.warmUpSeconds : plan.sliceSeconds
      const order = pass === 1 ? runners.toReversed() : runners
      const made = await onePass(bench, order, { ...plan, seconds })
      if (pass > 0) slices.push(...made)
    }
  } finally {
    await Promise.all(runners.flatMap((it) => [it.cached.stop(), it.uncached.stop()]))
  }
  return slices
}

async function startBoth(bench: RoundDeps, entry: Entry): Promise<Runner> {
  const script = `${entry.folder}/server.js`
  const start: Start = { ...bench.start, databaseUrl: entry.data.databaseUrl }
  const cached = await startContestant(entry.name, script, start)
  bench.onStop(cached.stop)
  const uncached = await startContestant(entry.name, script, { ...start, redisPort: undefined })
  bench.onStop(uncached.stop)
  return { ...entry, cached, uncached }
}

interface Pass {
  readonly seconds: number
  readonly connections: number
  readonly round: number
  readonly only: readonly string[]
}

/** Runs one slice of each workload on each runner. The runners take turns. */
async function onePass(
  { load, interrupted }: { readonly load: Load; interrupted(): boolean },
  runners: readonly Runner[],
  { seconds, connections, round, only }: Pass,
): Promise<Measurement[]> {
  const slices: Measurement[] = []
  const [first] = runners
  for (const [index, { name: workload }] of (first?.data.workloads ?? []).entries()) {
    if (only.length > 0 && !only.includes(workload)) continue
    for (const { name, data, cached, uncached } of runners) {
      const own = data.workloads[index]
      if (own === undefined || interrupted()) return slices
      const { requests, redis, writes } = own
      const server = redis ? cached : uncached
      const slice = await measured(load, server, { requests, connections, seconds })
      if (writes) await data.removeWritten()
      slices.push({ ...slice, workload, contestant: name, round })
    }
  }
  return slices
}

/** Returns the elements in an order that starts at another one each time. */
function rotated<T>(all: readonly T[], by: number): T[] {
  const first = by % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}

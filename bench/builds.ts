// Two builds of the service side by side, by the processor time that a request takes of each. A process
// stays a little faster or slower than another of the same code for all its life: so all are started
// afresh in each round, and the old build takes part twice, which shows how much that is.
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
}

export interface Plan {
  readonly rounds: number
  /** For each workload, in each round. */
  readonly warmUpSeconds: number
  /** Of one slice; a round has two of each. */
  readonly sliceSeconds: number
  readonly connections: number
  /** After so many seconds no further round begins. */
  readonly limitSeconds: number
}

const full: Plan = {
  ...{ rounds: 8, warmUpSeconds: 0.7, sliceSeconds: 0.6, connections: 32, limitSeconds: 400 },
}
const quick: Plan = {
  ...{ rounds: 2, warmUpSeconds: 0.3, sliceSeconds: 0.2, connections: 32, limitSeconds: 60 },
}

/** What the rounds need of a bench. */
export type Ground = Pick<Bench, 'load' | 'start' | 'elapsed' | 'interrupted' | 'onStop'>

/** Compares the service with the build in the folder `old`, and prints what it found. */
export async function compareBuilds(bench: Bench, old: string, options: Options) {
  const plan = options.quick ? quick : full
  const measurements = await measureBuilds(bench, { fresh: bench.built, old }, plan)
  if (bench.interrupted()) return
  const lines = compareTimes(measurements)
  console.log(`\n\n${linesTable(lines)}`)
  console.log(
    `Medians over ${lines[0]?.rounds ?? 0} of ${plan.rounds} rounds, quartiles in brackets.`,
  )
  writeOutput(options, 'builds', { old, plan, lines })
}

/** Returns what each slice measured; of a round that was not finished, nothing. */
export async function measureBuilds(
  bench: Ground,
  folders: { readonly fresh: string; readonly old: string },
  plan: Plan,
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
    const slices = await oneRound(bench, rotated(entries, round), plan, round)
    if (bench.interrupted()) break
    measurements.push(...slices)
  }
  return measurements
}

async function prepare(bench: Ground, folder: string): Promise<BuildData> {
  const { databaseUrl } = bench.start
  const data = await prepareBuild(folder, {
    ...bench.start,
    databaseUrl: await createEmpty(databaseUrl),
  })
  bench.onStop(data.close)
  return data
}

/** Creates a database beside another one and returns its URL. */
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
  bench: Ground,
  entries: readonly Entry[],
  plan: Plan,
  round: number,
): Promise<Measurement[]> {
  const runners: Runner[] = []
  const slices: Measurement[] = []
  try {
    for (const entry of entries) runners.push(await startBoth(bench, entry))
    for (const pass of [0, 1, 2]) {
      const seconds = pass === 0 ? plan.warmUpSeconds : plan.sliceSeconds
      const order = pass === 1 ? runners.toReversed() : runners
      const made = await onePass(bench, order, { ...plan, seconds, round })
      if (pass > 0) slices.push(...made)
    }
  } finally {
    await Promise.all(runners.flatMap((it) => [it.cached.stop(), it.uncached.stop()]))
  }
  return slices
}

async function startBoth(bench: Ground, entry: Entry): Promise<Runner> {
  const script = `${entry.folder}/src/server.js`
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
}

/** One slice of each workload for each runner, who take turns. */
async function onePass(
  { load, interrupted }: { readonly load: Load; interrupted(): boolean },
  runners: readonly Runner[],
  { seconds, connections, round }: Pass,
): Promise<Measurement[]> {
  const slices: Measurement[] = []
  const [first] = runners
  for (const [index, { name: workload }] of (first?.data.workloads ?? []).entries()) {
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

/** The same in an order that begins elsewhere each time. */
function rotated<T>(all: readonly T[], by: number): T[] {
  const first = by % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}

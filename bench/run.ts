// `npm run bench`: how fast the service is, as a share of a bare server that sends the same. Starts
// all it needs, lets the contestants take turns in short slices, and prints a table.
//   npm run bench                       some five minutes
//   npm run bench -- --quick            a minute and a half, for a first impression
//   npm run bench -- --with=<folder>    together with another build, such as a copy of an older dist/
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { partSteps, startProcess } from '../scripts/infrastructure/processes.ts'
import { buildFolder, type Contestant, startContestants } from './contestants.ts'
import { processorTime, reserveCore } from './cores.ts'
import type { Failure, Order, Slice } from './load.ts'
import { type Measurement, summarize, table } from './report.ts'
import { checkSameAnswers } from './same-answers.ts'
import { startSurroundings } from './surroundings.ts'
import { type Workload, workloads } from './workloads.ts'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, with: { type: 'string' } },
})
const connections = 32
const plan = options.quick
  ? { rounds: 8, warmUpSeconds: 2.5, sliceSeconds: 0.4 }
  : { rounds: 15, warmUpSeconds: 3, sliceSeconds: 1.5 }

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true
  })
}

const stops: (() => Promise<void>)[] = []
try {
  await main()
} finally {
  for (const stop of stops.reverse()) await stop()
}

async function main() {
  const prefix = reserveCore()
  if (prefix.length === 0) console.log('taskset or a second core is missing: nothing is pinned')
  await buildAll()
  const surroundings = await startSurroundings()
  stops.push(surroundings.stop)
  const builds = { service: 'dist', ...(options.with && { other: options.with }) }
  const contestants = await startContestants(surroundings, prefix, builds)
  stops.push(...contestants.map((it) => it.stop))
  const requests = workloads(surroundings.posts)
  await checkSameAnswers(contestants, requests)
  const load = await startLoad()
  const measurements = await takeTurns(contestants, requests, load)
  if (interrupted) {
    process.exitCode = 1
    return
  }
  const figures = summarize(measurements, 'bare')
  writeFileSync('bench/results.json', JSON.stringify({ plan, connections, figures }, null, 2))
  console.log(`\n${table(figures)}\n`)
}

/** Builds the service, and as plain JavaScript what runs apart from this process. */
async function buildAll() {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { stdio: 'inherit' })
  await build({
    entryPoints: ['bench/load.ts', 'bench/contestants/bare.ts'],
    outdir: buildFolder,
    format: 'esm',
    target: 'node20',
  })
}

type Load = (order: Order) => Promise<Slice>

async function startLoad(): Promise<Load> {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as ['ignore', 'inherit', 'inherit', 'ipc']
  const args = [`${buildFolder}/load.js`]
  const { child, stop } = await startProcess(process.execPath, args, { stdio }, partSteps)
  stops.push(stop)
  return async (order) => {
    child.send(order)
    const [answer] = (await once(child, 'message')) as [Slice | Failure]
    if ('error' in answer) throw new Error(answer.error)
    return answer
  }
}

/** Every round has a slice of each workload for each contestant, the order of these reversed. */
async function takeTurns(
  contestants: readonly Contestant[],
  requests: readonly Workload[],
  load: Load,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (let round = 0; round <= plan.rounds && !interrupted; round++) {
    const isWarmUp = round === 0
    const seconds = isWarmUp ? plan.warmUpSeconds : plan.sliceSeconds
    process.stdout.write(isWarmUp ? 'warming up' : `\rround ${round} of ${plan.rounds}`)
    for (const workload of requests) {
      const fit = contestants.filter((it) => it.redis === workload.redis)
      for (const contestant of round % 2 ? fit : fit.toReversed()) {
        const slice = await measure(contestant, workload, seconds, load)
        if (!isWarmUp) measurements.push({ ...slice, round })
      }
    }
  }
  return measurements
}

async function measure(contestant: Contestant, workload: Workload, seconds: number, load: Load) {
  const { name, port, pid } = contestant
  const { paths, status } = workload
  const before = processorTime(pid)
  const slice = await load({ port, paths, status, connections, seconds })
  const processor = (processorTime(pid) - before) / slice.requests
  return { ...slice, workload: workload.name, contestant: name, processor }
}

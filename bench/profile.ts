// `npm run bench -- --profile=<workload>`: where the CPU time of a request goes, in the service and in the
// baseline. The profiles are kept for a browser's developer tools.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sourceFinder } from '../scripts/build/source-maps.ts'
import { programs, startContestant } from './contestants.ts'
import { measured } from './load-process.ts'
import type { Output } from './output.ts'
import { table } from './report.ts'
import type { Bench } from './set-up.ts'
import { type Workload, workloads } from './workloads.ts'

interface Options extends Output {
  /** The name of a workload. */
  readonly profile: string
}

/** The parts of Chrome's profile format that this file reads. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      functionName: string
      url: string
      /** Counted from 0. */
      lineNumber: number
      columnNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Microseconds per request, by what they were spent on. */
type Costs = ReadonlyMap<string, number>

const plan = { connections: 32, seconds: 5 }
const shown = 40

export async function profile(bench: Bench, options: Options) {
  const { posts, authors } = bench.backing
  const workload = workloads(posts, authors).find((it) => it.name === options.profile)
  if (workload === undefined) throw new Error(`there is no workload ${options.profile}`)
  const baseline = join(programs, 'contestants/baseline.js')
  const bundled = await profiled(bench, 'service', bench.service, workload, options.out)
  const own = { ...bundled, profile: withSources(bundled.profile, bench.built) }
  const reference = await profiled(bench, 'baseline', baseline, workload, options.out)
  for (const by of [partOf, functionOf]) {
    const [service, beside] = [own, reference].map((it) => costsOf(it, by)) as [Costs, Costs]
    const rows = [...service].slice(0, shown).map(([what, cost]) => {
      return [what, cost.toFixed(1), beside.get(what)?.toFixed(1) ?? '–']
    })
    const missing = by === partOf ? [...beside].filter(([what]) => !service.has(what)) : []
    for (const [what, cost] of missing) rows.push([what, '–', cost.toFixed(1)])
    console.log(`\n${table([`${workload.name}, µs/request`, 'service', 'baseline'], rows)}`)
  }
}

interface Profiled {
  readonly profile: Profile
  readonly requests: number
}

async function profiled(
  bench: Bench,
  name: string,
  script: string,
  workload: Workload,
  out: string,
): Promise<Profiled> {
  const { load, backing } = bench
  const nodeOptions = ['--import', resolve(programs, 'profiler.js')]
  const redisPort = workload.redis ? bench.start.redisPort : undefined
  const server = await startContestant(name, script, { ...bench.start, redisPort, nodeOptions })
  bench.onStop(server.stop)
  const order = { requests: workload.requests, ...plan }
  const warm = await measured(load, server, order)
  server.child.send('begin')
  const { requests } = await measured(load, server, order)
  const path = join(out, `${name}.cpuprofile`)
  server.child.send(resolve(path))
  await once(server.child, 'message', { signal: AbortSignal.timeout(30_000) })
  await server.stop()
  await backing.removeWritten()
  console.log(
    `${name}: ${warm.processor.toFixed(1)} µs of CPU per request without the profiler; ${path}`,
  )
  return { profile: JSON.parse(readFileSync(path, 'utf8')), requests }
}

/** Returns the profile of a bundle with the files of the sources. */
function withSources({ nodes, ...rest }: Profile, folder: string): Profile {
  const findSource = sourceFinder(folder)
  const located = ({ callFrame, ...node }: Profile['nodes'][number]) => {
    const { url, lineNumber, columnNumber } = callFrame
    const at = { file: url, line: lineNumber + 1, column: columnNumber + 1 }
    const { file, line } = findSource(at) ?? at
    return { ...node, callFrame: { ...callFrame, url: file, lineNumber: line - 1 } }
  }
  return { nodes: nodes.map(located), ...rest }
}

type Frame = Profile['nodes'][number]['callFrame']

/** Returns the package, our file, the module of Node, or the name that V8 gives in brackets. */
function partOf({ functionName, url }: Frame): string {
  if (url === '') return functionName || '(anonymous)'
  const [, installed] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  return installed ?? url.replace(/^.*\/dist\//, '')
}

function functionOf(frame: Frame): string {
  const { functionName, url, lineNumber } = frame
  return url === ''
    ? partOf(frame)
    : `${functionName || '(anonymous)'} ${partOf(frame)}:${lineNumber + 1}`
}

function costsOf({ profile, requests }: Profiled, nameOf: (frame: Frame) => string): Costs {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const costs = new Map<string, number>()
  profile.samples.forEach((id, index) => {
    const name = names.get(id) ?? ''
    costs.set(name, (costs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0) / requests)
  })
  costs.delete('(idle)')
  return new Map([...costs].sort(([, one], [, other]) => other - one))
}

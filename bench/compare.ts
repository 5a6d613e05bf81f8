// Runs the comparison: all contestants under all workloads, the service in one process and in two, and
// the figures of the built server apart from its speed.
import { measureServer, serverTable } from './built-server.ts'
import { chart } from './chart.ts'
import { type Contestant, startContestant, startContestants } from './contestants.ts'
import { type Output, writeOutput } from './output.ts'
import { baselineTable, type Figures, figuresTable, serviceTable, summarize } from './report.ts'
import { type Plan, takeTurns } from './rounds.ts'
import { checkSameAnswers, checkSameErrors } from './same-answers.ts'
import { compareDeepPages, pagesTable } from './scale.ts'
import type { Bench } from './set-up.ts'
import { measureTransfers, transfersTable } from './transfers.ts'
import { invalidRequests, noIo, type Workload, workloads } from './workloads.ts'

interface Options extends Output {
  readonly quick: boolean
}

interface Extent extends Plan {
  /** No round starts later than this, counted from the start of the bench. */
  readonly limitSeconds: number
  readonly starts: number
  readonly requests: number
  readonly requestSeconds: number
  readonly loginSeconds: number
}

const connections = 32
/** How much later the comparison of one process with two may start a round. */
const processSeconds = 75
const full: Extent = {
  ...{ rounds: 10, warmUpSeconds: 2.5, sliceSeconds: 1, connections, limitSeconds: 600 },
  ...{ starts: 5, requests: 1_000_000, requestSeconds: 120, loginSeconds: 8 },
}
const quick: Extent = {
  ...{ rounds: 4, warmUpSeconds: 0.35, sliceSeconds: 0.2, connections, limitSeconds: 72 },
  ...{ starts: 3, requests: 50_000, requestSeconds: 6, loginSeconds: 1.5 },
}

const inShort =
  'In short: fewer and shorter slices, fewer requests for the memory, no second process, no million rows.'

export async function compare(bench: Bench, options: Options) {
  const extent = options.quick ? quick : full
  const { posts, authors } = bench.backing
  const all = workloads(posts, authors)
  const figures = await compareContestants(bench, all, extent)
  if (bench.interrupted()) return
  const rounds = figures[0]?.rounds ?? 0
  // Each part is printed as soon as it is known, because a later one may fail.
  print(figuresTable(figures))
  print(`Medians over ${rounds} of ${extent.rounds} rounds, quartiles in brackets.`)
  print(serviceTable(figures))
  print(baselineTable(figures))
  const processes = options.quick ? [] : await compareProcesses(bench, all, extent)
  if (bench.interrupted()) return
  if (processes.length > 0) print(figuresTable(processes))
  const server = await measureServer(bench, all, extent)
  if (bench.interrupted()) return
  print(serverTable(server))
  const transfers = options.quick ? undefined : await measureTransfers(bench, 5)
  if (bench.interrupted()) return
  if (transfers) print(transfersTable(transfers))
  // It comes last, because it leaves a million rows behind.
  const pages = options.quick ? undefined : await compareDeepPages(bench)
  if (bench.interrupted()) return
  print(pages ? pagesTable(pages) : inShort)
  const { quick: isQuick } = options
  const results = { quick: isQuick, plan: extent, figures, processes, server, transfers, pages }
  writeOutput(options, 'performance', results, chart(figures))
}

const print = (text: string) => console.log(`\n\n${text}`)

async function compareContestants(
  bench: Bench,
  all: readonly Workload[],
  extent: Extent,
): Promise<Figures[]> {
  const { posts, authors } = bench.backing
  const services = { service: bench.service }
  const contestants = await startContestants(services, bench.start)
  bench.onStop(() => stopAll(contestants))
  await checkSameAnswers(contestants, all)
  await checkSameErrors(contestants, invalidRequests(posts, authors))
  await bench.backing.removeWritten()
  const figures = await inTurns(bench, contestants, all, extent)
  await stopAll(contestants)
  return figures
}

async function inTurns(
  bench: Bench,
  contestants: readonly Contestant[],
  all: readonly Workload[],
  extent: Extent,
): Promise<Figures[]> {
  const { load, interrupted, elapsed, backing } = bench
  const isOver = () => interrupted() || elapsed() > extent.limitSeconds
  const { removeWritten } = backing
  return summarize(await takeTurns(contestants, all, extent, { load, isOver, removeWritten }))
}

/**
 * Compares the service in one process and in two, which share all cores with the load and the database.
 * Short slices are not enough: V8 would not have optimized the second process.
 */
async function compareProcesses(bench: Bench, all: readonly Workload[], extent: Extent) {
  const contestants: Contestant[] = []
  for (const count of ['1', '2']) {
    const start = { ...bench.start, prefix: bench.everywhere }
    const variables = { WEB_CONCURRENCY: count }
    const name = `service, ${count} ${count === '1' ? 'process' : 'processes'}`
    const contestant = await startContestant(name, bench.service, { ...start, variables })
    bench.onStop(contestant.stop)
    contestants.push(contestant)
  }
  const some = all.filter((it) => it.name === noIo || it.name.startsWith('mixed'))
  const limitSeconds = extent.limitSeconds + processSeconds
  // Each of two processes gets half of the requests, and so half of the warm-up.
  const warmUpSeconds = 4 * extent.warmUpSeconds
  const patient = { ...extent, warmUpSeconds, limitSeconds }
  const figures = await inTurns(bench, contestants, some, patient)
  await stopAll(contestants)
  return figures
}

async function stopAll(contestants: readonly Contestant[]) {
  await Promise.all(contestants.map((it) => it.stop()))
}

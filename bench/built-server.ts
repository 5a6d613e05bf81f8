// Measures the built server apart from its speed: the time until it listens, its memory at rest and
// under load, and the delay of its event loop while it compares passwords.
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { programs, startContestant } from './contestants.ts'
import { memoryOf } from './memory.ts'
import { inText, type Spread, spread, table } from './report.ts'
import { password } from './seed.ts'
import type { Bench } from './set-up.ts'
import type { Request, Workload } from './workloads.ts'

export interface ServerFigures {
  /** From the start of the process until it listens, in milliseconds. */
  readonly startUp: Spread
  readonly startUpOnOneCore: Spread
  /** In megabytes, at rest and after each tenth of the requests. */
  readonly memoryAtRest: number
  readonly memory: readonly number[]
  readonly requests: number
  /** The 99th percentile in milliseconds, with `logins` logins in flight. */
  readonly eventLoopDelay: number
  /** The same when the threads that compare passwords share a core with the event loop. */
  readonly eventLoopDelayOnOneCore: number
  readonly logins: number
}

interface Extent {
  readonly starts: number
  readonly requests: number
  /** Requests stop after this time even if fewer were sent. */
  readonly requestSeconds: number
  readonly loginSeconds: number
}

const logins = 32
const connections = 32
const restSeconds = 2

/** Measures in processes of their own. Ends early when the bench is interrupted. */
export async function measureServer(
  bench: Bench,
  workloads: readonly Workload[],
  extent: Extent,
): Promise<ServerFigures> {
  const { prefix } = bench.start
  const startUp = await startUps(bench, bench.everywhere, extent.starts)
  const startUpOnOneCore = await startUps(bench, prefix, extent.starts)
  const memory = await memoryOver(bench, workloads, extent)
  const eventLoopDelay = await delayUnderLogins(bench, bench.everywhere, extent.loginSeconds)
  const eventLoopDelayOnOneCore = await delayUnderLogins(bench, prefix, extent.loginSeconds)
  const delays = { eventLoopDelay, eventLoopDelayOnOneCore }
  return { startUp, startUpOnOneCore, ...memory, ...delays, logins }
}

async function startUps(bench: Bench, prefix: readonly string[], count: number): Promise<Spread> {
  const starts: number[] = []
  for (let run = 0; run < count && !bench.interrupted(); run++) {
    const server = await startContestant('service', bench.service, { ...bench.start, prefix })
    starts.push(server.listenedAfter)
    await server.stop()
  }
  return spread(starts)
}

/** Measures the memory of a new server while it answers reads and errors in turn. */
async function memoryOver(bench: Bench, workloads: readonly Workload[], extent: Extent) {
  const { requests, requestSeconds } = extent
  const server = await startContestant('service', bench.service, bench.start)
  try {
    await sleep(restSeconds * 1000)
    const memoryAtRest = memoryOf(server.pid)
    const memory: number[] = []
    const kinds = workloads.filter((it) => it.redis && !it.writes)
    const end = bench.elapsed() + requestSeconds
    let done = 0
    for (let slice = 0; done < requests && bench.elapsed() < end; slice++) {
      const kind = kinds[slice % kinds.length]
      if (kind === undefined || bench.interrupted()) break
      const order = { port: server.port, requests: kind.requests, connections, seconds: 0.5 }
      done += (await bench.load(order)).requests
      while (memory.length < Math.min(10, Math.floor((10 * done) / requests)))
        memory.push(memoryOf(server.pid))
    }
    return { memoryAtRest, memory, requests: done }
  } finally {
    await server.stop()
  }
}

async function delayUnderLogins(
  bench: Bench,
  prefix: readonly string[],
  seconds: number,
): Promise<number> {
  const nodeOptions = ['--import', resolve(programs, 'event-loop.js')]
  const start = { ...bench.start, prefix, nodeOptions }
  const server = await startContestant('service', bench.service, start)
  try {
    const requests = bench.backing.authors.map(login)
    const order = { port: server.port, requests, connections: logins }
    await bench.load({ ...order, seconds: seconds / 4 })
    server.child.send('begin')
    await bench.load({ ...order, seconds })
    server.child.send('end')
    const [delay] = (await once(server.child, 'message')) as [number]
    return delay
  } finally {
    await server.stop()
  }
}

function login({ username }: { readonly username: string }): Request {
  return {
    method: 'POST',
    path: '/api/v1/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ username, password })),
    status: 200,
  }
}

/** Returns the figures as a Markdown table. */
export function serverTable(figures: ServerFigures): string {
  const { startUp, startUpOnOneCore, memoryAtRest, memory, requests } = figures
  const { eventLoopDelay, eventLoopDelayOnOneCore } = figures
  const overRequests = memory.map((it) => it.toFixed(0)).join(', ')
  return table(
    ['the built server', ''],
    [
      ['from the start of the process until it listens, ms', inText(startUp, 0)],
      ['the same on one core, ms', inText(startUpOnOneCore, 0)],
      ['memory at rest, MB', memoryAtRest.toFixed(0)],
      [`memory after each tenth of ${requests} requests, MB`, overRequests],
      [`event loop delay p99 with ${logins} logins in flight, ms`, eventLoopDelay.toFixed(1)],
      ['the same on one core, ms', eventLoopDelayOnOneCore.toFixed(1)],
    ],
  )
}

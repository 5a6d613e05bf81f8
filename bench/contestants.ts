// Starts the servers that are compared. Each has two processes, one with Redis and one without, and logs
// to files. The head of each contestant's file says what it is made of.
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { freePort } from '../scripts/dev/ports.ts'
import { partSteps, type Running, startProcess } from '../scripts/dev/processes.ts'
import { accepts } from '../scripts/doctor/listeners.mjs'
import { unusedPort } from './contestants/parts/settings.ts'
import { noIo, type Workload } from './workloads.ts'

export interface Contestant extends Running {
  readonly name: string
  readonly port: number
  /** Whether it has a Redis. */
  readonly redis: boolean
  /** From the start of its process until it listened, in milliseconds. */
  readonly listenedAfter: number
}

/** The key with which all contestants sign tokens. */
export const secretKey = 'a-secret-for-the-length-of-one-run'

/** The file of each contestant in `contestants/`, in the order of the table. */
const files: Readonly<Record<string, string>> = {
  baseline: 'baseline',
  fastify: 'fastify',
  'express-openapi-validator': 'express',
  'openapi-backend, stock': 'openapi-backend',
  bytes: 'bytes',
}

/** The contestants to which the others are compared. */
export const references = { baseline: 'baseline', fastify: 'fastify' } as const

const startWithin = 20_000

/**
 * The environment of all contestants. Staging treats requests like production but may switch the rate
 * limits off; otherwise the service alone would count requests.
 */
export const environment = {
  NODE_ENV: 'production',
  ENVIRONMENT: 'staging',
  RATE_LIMIT_FACTOR: '0',
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  REDIS_CACHE_HOST: '127.0.0.1',
  SECRET_KEY: secretKey,
  ADMIN_PASSWORD: 'Unused-password-0',
  // No load balancer has to notice a stop.
  DRAIN_DELAY_SECONDS: '0',
}

export interface Start {
  /** For its log file. */
  readonly folder: string
  readonly databaseUrl: string
  /** Undefined for a server without Redis. */
  readonly redisPort: number | undefined
  /** The prefix of its command. */
  readonly prefix: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
  readonly scriptArguments?: readonly string[]
}

/** The folder of the compiled programs. It is in bench/, so that they find its packages. */
export const programs = 'bench/.data/dist'

/** Compiles the servers, the load generator and what is preloaded into a server. */
export async function buildPrograms() {
  const contestants = Object.values(files).map((file) => `contestants/${file}`)
  const servers = ['transfers/server', 'scale-contract/server']
  const all = [...contestants, 'load', 'event-loop', 'profiler', ...servers]
  const entryPoints = all.map((it) => `bench/${it}.ts`)
  const settings = { bundle: true, packages: 'external', format: 'esm', target: 'node20' } as const
  await build({ entryPoints, outdir: programs, outbase: 'bench', platform: 'node', ...settings })
}

/** Starts a contestant and resolves when it answers. @throws Error that names it if it does not. */
export async function startContestant(
  name: string,
  script: string,
  {
    folder,
    databaseUrl,
    redisPort,
    prefix,
    variables,
    nodeOptions = [],
    scriptArguments = [],
  }: Start,
): Promise<Contestant & { readonly child: ChildProcess }> {
  const port = await freePort()
  const env = {
    ...process.env,
    ...environment,
    DATABASE_URL: databaseUrl,
    REDIS_CACHE_PORT: String(redisPort ?? unusedPort),
    REDIS_PREFIX: `bench-${port}`,
    PORT: String(port),
    ...variables,
  }
  const words = [...prefix, process.execPath, ...nodeOptions, script, ...scriptArguments]
  const log = openSync(join(folder, `${port}.log`), 'a')
  const stdio: ['ignore', number, 'inherit', 'ipc'] = ['ignore', log, 'inherit', 'ipc']
  const [command = '', ...args] = words
  const began = performance.now()
  const running = await startProcess(command, args, { env, stdio }, partSteps)
  closeSync(log)
  try {
    await until(`${name} listens`, () => accepts('127.0.0.1', port))
    const listenedAfter = performance.now() - began
    await until(`${name} answers`, () => answers(port))
    return { ...running, name, port, redis: redisPort !== undefined, listenedAfter }
  } catch (error) {
    await running.stop()
    throw error
  }
}

/**
 * Starts all contestants.
 * @param services the server's script of each build of the service, by the name to show.
 */
export async function startContestants(
  services: Readonly<Record<string, string>>,
  start: Start,
): Promise<Contestant[]> {
  const own = Object.entries(files).map(([name, file]) => {
    return [name, join(programs, 'contestants', `${file}.js`)] as const
  })
  const scripts = [...Object.entries(services), ...own]
  const starts = scripts.flatMap(([name, script]) => {
    const cached = startContestant(name, script, start)
    if (name === 'bytes') return [cached]
    return [cached, startContestant(name, script, { ...start, redisPort: undefined })]
  })
  const outcomes = await Promise.allSettled(starts)
  const contestants = outcomes.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
  const failure = outcomes.find((it) => it.status === 'rejected')
  if (failure === undefined) return contestants
  await Promise.all(contestants.map((it) => it.stop()))
  throw failure.reason
}

/** Returns the contestants that take part in a workload. */
export function fitting(contestants: readonly Contestant[], workload: Workload): Contestant[] {
  const all = contestants.filter((it) => it.redis === workload.redis)
  return workload.name === noIo ? all : all.filter((it) => it.name !== 'bytes')
}

async function answers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`).catch(() => undefined)
  return answer?.ok === true
}

async function until(what: string, isTrue: () => Promise<boolean>) {
  for (const deadline = Date.now() + startWithin; !(await isTrue()); await sleep(2)) {
    if (Date.now() > deadline) throw new Error(`not within ${startWithin / 1000} s: ${what}`)
  }
}

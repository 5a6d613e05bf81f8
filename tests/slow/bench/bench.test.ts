// The contestants of `npm run bench` send the same answers: otherwise a faster one might do less work. Two
// builds are compared on data that each creates itself. No time is asserted.
// Slow because it builds the product and starts servers of each contestant and each build.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { compareTimes } from '../../../bench/build-figures.ts'
import { measureBuilds } from '../../../bench/builds.ts'
import {
  buildPrograms,
  type Contestant,
  programs,
  startContestants,
} from '../../../bench/contestants.ts'
import { startLoad } from '../../../bench/load-process.ts'
import { checkSameAnswers, checkSameErrors } from '../../../bench/same-answers.ts'
import { type Seeded, seed } from '../../../bench/seed.ts'
import { invalidRequests, workloads } from '../../../bench/workloads.ts'
import { installPackages } from '../../../scripts/bootstrap/install-packages.mjs'
import { closeDatabase, createDatabase } from '../../../src/db/connection.ts'
import { createLogger } from '../../../src/lib/log.ts'
import { temporaryDatabase } from '../../support/database.ts'

const stops: (() => Promise<unknown>)[] = []
let folder: string

beforeAll(async () => {
  // Beside node_modules, where what is not bundled is found.
  await mkdir('.data', { recursive: true })
  folder = await mkdtemp(join('.data', 'bench-'))
  stops.push(() => rm(folder, { recursive: true }))
  const command = ['--import', 'tsx', 'scripts/build/build.ts', '--noCheck', '--outDir', folder]
  await promisify(execFile)(process.execPath, command)
  await installPackages('bench')
  await buildPrograms()
})

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

async function database(): Promise<string> {
  const { url, drop } = await temporaryDatabase()
  stops.push(drop)
  return url
}

const startOn = (databaseUrl: string) => ({
  ...{ folder, databaseUrl, redisPort: inject('redisPort'), prefix: [] },
})

describe('the contestants of the bench', () => {
  let seeded: Seeded
  let contestants: Contestant[]

  beforeAll(async () => {
    const url = await database()
    const db = createDatabase({ url, poolMax: 1 }, createLogger({ level: 'silent', part: 'test' }))
    seeded = await seed(db)
    await closeDatabase(db)
    const service = { service: join(folder, 'server.js') }
    contestants = await startContestants(service, startOn(url))
    stops.push(() => Promise.all(contestants.map((one) => one.stop())))
  })

  it('answer invalid requests with the same status', async () => {
    await checkSameErrors(contestants, invalidRequests(seeded.posts, seeded.authors))
  })

  it('answer each workload with the same status, headers and body', async () => {
    await checkSameAnswers(contestants, workloads(seeded.posts, seeded.authors))
  })
})

it('two builds take turns, on data that each creates itself', async () => {
  const { load, stop } = await startLoad(join(programs, 'load.js'))
  stops.push(stop)
  const bench = {
    load,
    start: startOn(await database()),
    elapsed: () => 0,
    interrupted: () => false,
    onStop: (it: () => Promise<unknown>) => void stops.push(it),
  }
  const plan = {
    rounds: 1,
    warmUpSeconds: 0.1,
    sliceSeconds: 0.1,
    connections: 4,
    limitSeconds: 60,
  }
  const measurements = await measureBuilds(bench, { fresh: folder, old: folder }, plan)
  const lines = compareTimes(measurements)
  expect(lines.map((it) => it.workload)).toContain('mixed 90/10')
  // Two slices of each of three servers for each line.
  expect(measurements).toHaveLength(2 * 3 * lines.length)
  for (const { fresh, old, itself } of lines) {
    for (const it of [fresh, old, itself]) expect(it.median).toBeGreaterThan(0)
  }
})

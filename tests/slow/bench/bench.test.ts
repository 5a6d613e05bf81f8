// The contestants of `npm run bench` answer the same, request by request: a comparison between servers
// of which one does less would be none. Nothing is timed here.
// Slow because it bundles and starts a server for each contestant.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { buildContestants, type Contestant, startContestants } from '../../../bench/contestants.ts'
import { checkSameAnswers, checkSameRefusals } from '../../../bench/same-answers.ts'
import { type Seeded, seed } from '../../../bench/seed.ts'
import { refusals, workloads } from '../../../bench/workloads.ts'
import { createLogger } from '../../../src/log.ts'
import { closeDatabase, createDatabase } from '../../../src/platform/database.ts'
import { temporaryDatabase } from '../../support/database.ts'

const stops: (() => Promise<unknown>)[] = []
let seeded: Seeded
let contestants: Contestant[]

beforeAll(async () => {
  // Beside node_modules, where what is not bundled is found.
  await mkdir('.data', { recursive: true })
  const folder = await mkdtemp(join('.data', 'bench-'))
  stops.push(() => rm(folder, { recursive: true }))
  const { url, drop } = await temporaryDatabase()
  stops.push(drop)
  const db = createDatabase({ url, poolMax: 1 }, createLogger({ level: 'silent', part: 'test' }))
  seeded = await seed(db)
  await closeDatabase(db)
  await buildContestants(folder, 'src/server.ts')
  const start = { folder, databaseUrl: url, redisPort: inject('redisPort'), prefix: [] }
  const service = { service: join(folder, 'src/server.js') }
  contestants = await startContestants(folder, service, start)
  stops.push(() => Promise.all(contestants.map((one) => one.stop())))
})

afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

describe('the contestants of the bench', () => {
  it('refuse alike what breaks a rule', async () => {
    await checkSameRefusals(contestants, refusals(seeded.posts, seeded.authors))
  })

  it('answer each workload with the same status, headers and bytes', async () => {
    await checkSameAnswers(contestants, workloads(seeded.posts, seeded.authors))
  })
})

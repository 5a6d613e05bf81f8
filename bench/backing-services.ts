// What the contestants run on: a private PostgreSQL with rows to read, a private Redis, and a
// folder, all of them temporary.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../scripts/dev/ports.ts'
import { startPostgres } from '../scripts/dev/postgres.ts'
import { startRedis } from '../scripts/dev/redis.ts'
import { closeDatabase, createDatabase, type Database } from '../src/db/connection.ts'
import { createLogger } from '../src/lib/log.ts'
import { type Seeded, seed } from './seed.ts'
import { writtenTitle } from './workloads.ts'

export interface Surroundings extends Seeded {
  /** For what the contestants write. */
  readonly folder: string
  readonly databaseUrl: string
  readonly redisPort: number
  readonly db: Database
  /** Takes away what a workload has written, so that each slice finds the table as the first did. */
  removeWritten(): Promise<void>
  stop(): Promise<void>
}

/** Starts them. @throws Error where a part of them does not start; then all are gone again. */
export async function startSurroundings(): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), 'api-bench-'))
  await chmod(folder, 0o755)
  const stops = [() => rm(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const stopOne of stops.reverse()) await stopOne()
  }
  try {
    const dataDir = (name: string) => join(folder, name)
    const redisPort = await freePort()
    const redis = { dataDir: dataDir('redis'), port: redisPort, durable: false }
    stops.push((await startRedis(redis)).stop)
    const port = await freePort()
    const postgres = await startPostgres({ dataDir: dataDir('postgres'), port, durable: false })
    stops.push(postgres.stop)
    const quiet = createLogger({ level: 'silent', part: 'bench' })
    const db = createDatabase({ url: postgres.url, poolMax: 2 }, quiet)
    stops.push(() => closeDatabase(db))
    await db.migrate.latest()
    const seeded = await seed(db)
    const removeWritten = async () => {
      await db('posts').where({ title: writtenTitle }).delete()
      // What is dead at the head of an index is skipped by each read, until it is swept.
      await db.raw('vacuum analyze posts')
    }
    return { ...seeded, folder, databaseUrl: postgres.url, redisPort, db, removeWritten, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

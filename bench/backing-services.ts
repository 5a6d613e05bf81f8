// Starts what the contestants run on: a PostgreSQL with rows to read, a Redis and a folder, all of them
// temporary.
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

export interface BackingServices extends Seeded {
  /** For the files of the contestants. */
  readonly folder: string
  readonly databaseUrl: string
  readonly redisPort: number
  readonly db: Database
  /** Deletes the rows that a workload wrote, so that each slice finds the same table. */
  removeWritten(): Promise<void>
  stop(): Promise<void>
}

/** Starts all parts. @throws Error if a part does not start; the others are stopped then. */
export async function startBackingServices(): Promise<BackingServices> {
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
      // Each read would skip the dead entries at the head of an index until a vacuum.
      await db.raw('vacuum analyze posts')
    }
    return { ...seeded, folder, databaseUrl: postgres.url, redisPort, db, removeWritten, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

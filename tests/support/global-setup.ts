// Starts the servers that all tests share: PostgreSQL with a migrated template database, and Redis, on
// free ports and in a temporary folder that is removed at the end.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../scripts/dev/ports.ts'
import { startPostgres } from '../../scripts/dev/postgres.ts'
import { startRedis } from '../../scripts/dev/redis.ts'
import { databaseName } from '../../src/config/names.ts'
import { closeDatabase, createDatabase } from '../../src/db/connection.ts'
import { createLogger } from '../../src/lib/log.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that each file copies. A connection would prevent that, so it allows none. */
    templateUrl: string
    redisPort: number
  }
}

export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'api-tests-'))
  await chmod(folder, 0o755)
  const [postgresPort, redisPort] = [await freePort(), await freePort()]
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: postgresPort,
    durable: false,
  })
  const redis = await startRedis({
    dataDir: join(folder, 'redis'),
    port: redisPort,
    durable: false,
  })
  const quiet = createLogger({ level: 'silent', part: 'test' })
  const template = createDatabase({ url: postgres.url, poolMax: 1 }, quiet)
  await template.migrate.latest()
  await closeDatabase(template)
  const { href: url } = new URL('/postgres', postgres.url)
  const server = createDatabase({ url, poolMax: 1 }, quiet)
  await server.raw('alter database ?? with allow_connections false', [databaseName])
  await closeDatabase(server)
  project.provide('templateUrl', postgres.url)
  project.provide('redisPort', redisPort)
  return async () => {
    await redis.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

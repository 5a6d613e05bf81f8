// `npm run db:reset`: drops, migrates and seeds the private database of `npm run dev`, running or not,
// and empties its private Redis. It never touches another server.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import knex from 'knex'
import pg from 'pg'
import knexfile from '../../knexfile.ts'
import { readEnvironment } from '../../src/config/config.ts'
import { takeLock } from '../bootstrap/lock.mjs'
import { say } from './output.ts'
import { assertPortsFree } from './ports.ts'
import { recoverPostgres, startPostgres } from './postgres.ts'
import { possibleFolders } from './postgres-home.ts'
import type { Running } from './processes.ts'
import { recoverRedis, startRedis } from './redis.ts'
import { type DevelopmentConfig, loadDevelopmentConfig } from './settings.ts'

const databaseVariables = [
  ...['DATABASE_URL', 'DATABASE_URL_FILE', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'],
  ...['POSTGRES_USER', 'POSTGRES_SERVER', 'POSTGRES_PORT', 'POSTGRES_DB'],
]

async function main(): Promise<void> {
  const environment = readEnvironment()
  const config = loadDevelopmentConfig(environment)
  if (!config.database.embedded) {
    const variable = databaseVariables.find((it) => environment[it])
    throw new Error(
      `${variable} is set, and only the private database can be reset: unset it first`,
    )
  }
  const servers: Running[] = []
  try {
    await startServers(config, servers)
    await recreateDatabase(config)
    if (config.redis.cache.embedded) await emptyRedis(config)
    await fillDatabase()
  } finally {
    await Promise.all(servers.map((it) => it.stop()))
  }
  say('db:reset', `${config.database.url} is new, migrated and seeded`)
}

/** Starts the private servers, unless a launcher of this data folder runs them. */
async function startServers(config: DevelopmentConfig, started: Running[]): Promise<void> {
  const { database, redis, development } = config
  const dataDir = resolve(development.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const { holder } = takeLock(join(dataDir, 'launcher.lock'), 'npm run db:reset')
  if (holder) return
  const postgres = { dataDir: join(dataDir, 'postgres'), port: Number(new URL(database.url).port) }
  await recoverPostgres(postgres.dataDir)
  await assertPortsFree({ EMBEDDED_POSTGRES_PORT: postgres.port })
  started.push(await startPostgres(postgres))
  if (!redis.cache.embedded) return
  const cache = { dataDir: join(dataDir, 'redis'), port: redis.cache.port }
  await recoverRedis(cache.dataDir)
  await assertPortsFree({ EMBEDDED_REDIS_PORT: cache.port })
  started.push(await startRedis(cache))
}

/** @throws Error where another server than the private one listens on the port. */
async function recreateDatabase({ database, development }: DevelopmentConfig): Promise<void> {
  const name = new URL(database.url).pathname.slice(1)
  const client = new pg.Client({ connectionString: new URL('/postgres', database.url).href })
  await client.connect()
  try {
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    )
    const folder = rows[0]?.folder ?? ''
    if (!possibleFolders(resolve(development.dataDir, 'postgres')).includes(folder)) {
      throw notPrivate('EMBEDDED_POSTGRES_PORT', folder)
    }
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

/** Empties Redis, because its cached responses and jobs belong to deleted rows. */
async function emptyRedis({ redis, development }: DevelopmentConfig): Promise<void> {
  const client = new Redis(redis.cache.port, redis.cache.host)
  try {
    const [, folder = ''] = (await client.config('GET', 'dir')) as string[]
    if (folder !== resolve(development.dataDir, 'redis')) {
      throw notPrivate('EMBEDDED_REDIS_PORT', folder)
    }
    await client.flushall()
  } finally {
    client.disconnect()
  }
}

function notPrivate(variable: string, folder: string): Error {
  return new Error(`${variable} leads to a server with its data in ${folder}, not in DATA_DIR`)
}

async function fillDatabase(): Promise<void> {
  const db = knex(knexfile)
  try {
    await db.migrate.latest()
    await db.seed.run()
  } finally {
    await db.destroy()
  }
}

main().catch((error: Error) => {
  console.error(`npm run db:reset: ${error.message}`)
  process.exitCode = 1
})

// The part of `npm run doctor` for a clone: what `npm run dev` needs, and the generated files.
import { existsSync, statfsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type Diagnosis,
  diagnoseService,
  type Finding,
  type Port,
  readerOf,
} from '../../src/cli/doctor.ts'
import { findProgram } from '../bootstrap/programs.mjs'
import { nativeFolder, possibleFolders } from '../dev/postgres-home.ts'
import { type DevelopmentConfig, readDevelopmentConfig } from '../dev/settings.ts'

const commands = {
  migrate: 'npx knex migrate:latest',
  createSuperuser: 'npx knex seed:run, or npm run create-superuser with a build',
  unlock: 'npx knex migrate:unlock',
  infra: 'npm run infra',
}

/** Checks a clone. */
export async function diagnose(): Promise<Diagnosis> {
  const read = readerOf()
  const config = readDevelopmentConfig(read)
  const { findings, ports } = await diagnoseService(read, config, commands)
  const postgresFolders = possibleFolders(resolve(config.development.dataDir, 'postgres'))
  // Codegen keeps the processor busy, so it runs after everything with a deadline.
  return {
    findings: [
      ...findings,
      ...checkPrograms(config),
      ...(config.local ? [checkDisk(config.development.dataDir, postgresFolders)] : [checkBuild()]),
      await checkGenerated(),
    ],
    ports: [...ports, ...(config.local ? privatePorts(config) : [])],
    folders: [resolve(config.development.dataDir), ...postgresFolders],
  }
}

function privatePorts({ database, redis, development }: DevelopmentConfig): Port[] {
  const host = '127.0.0.1'
  const postgres = {
    ...{ variable: 'EMBEDDED_POSTGRES_PORT', host, port: Number(new URL(database.url).port) },
    program: /postgres/,
  }
  const cache = {
    ...{ variable: 'EMBEDDED_REDIS_PORT', host, port: redis.cache.port },
    program: /(redis|valkey)-server/,
  }
  return [
    { variable: 'MOCK_PORT', host, port: development.mockPort, program: /scripts\/mock\// },
    ...(database.embedded ? [postgres] : []),
    ...(redis.cache.embedded ? [cache] : []),
  ]
}

function checkPrograms({ database, redis }: DevelopmentConfig): Finding[] {
  return [
    ...(database.embedded ? [checkPostgresPrograms()] : []),
    ...(redis.cache.embedded ? [checkRedisProgram()] : []),
  ]
}

function checkPostgresPrograms(): Finding {
  const check = 'PostgreSQL programs'
  try {
    return { check, state: 'ok', found: nativeFolder() }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return { check, state: 'wrong', found, fix: 'npm ci, or DATABASE_URL of your own PostgreSQL' }
  }
}

function checkRedisProgram(): Finding {
  const check = 'Redis program'
  const file = findProgram('redis')
  if (file !== undefined) return { check, state: 'ok', found: file }
  const fix = 'npm run dev installs it, or REDIS_CACHE_HOST of your own Redis'
  return { check, state: 'wrong', found: 'redis-server or valkey-server was not found', fix }
}

const megabyte = 1024 ** 2
/** Below the first, PostgreSQL can hardly start; below the second, tests and seeds may fill the disk. */
const leastSpace = 200 * megabyte
const enoughSpace = 1024 * megabyte

/** Checks the disk that the private servers write to. */
function checkDisk(dataDir: string, postgresFolders: readonly string[]): Finding {
  const folder = existing(postgresFolders.find((it) => existsSync(it)) ?? resolve(dataDir))
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const found = `${Math.floor(free / megabyte)} MB free in ${folder}`
  if (free >= enoughSpace) return { check: 'disk', state: 'ok', found }
  const state = free < leastSpace ? 'wrong' : 'warning'
  return { check: 'disk', state, found, fix: 'free some space, or DATA_DIR on another disk' }
}

/** Returns the folder, or the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}

function checkBuild(): Finding {
  const file = join('dist', 'server.js')
  return existsSync(file)
    ? { check: 'build', state: 'ok', found: file }
    : { check: 'build', state: 'wrong', found: 'none in dist/', fix: 'npm run build' }
}

async function checkGenerated(): Promise<Finding> {
  const check = 'generated/'
  try {
    const { staleFiles } = await import('../codegen.ts')
    const { changed, superfluous } = await staleFiles()
    const stale = [...changed, ...superfluous]
    if (stale.length === 0) return { check, state: 'ok', found: 'up to date with openapi/' }
    const found = `stale: ${stale.join(', ')}`
    return { check, state: 'wrong', found, fix: 'npm run codegen' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const found = message.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ')
    return { check, state: 'wrong', found, fix: 'npm run contract:lint' }
  }
}

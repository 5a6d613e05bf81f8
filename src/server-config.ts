// Where PostgreSQL and Redis are: named, or on a local machine the private ones. Read by `config.ts`.
import type { Reader } from './environment.ts'

/**
 * Where the database is. Without any word about a server, a local environment means the private
 * one that `npm run infra` starts; anywhere else that is a fault, never a guess.
 */
export function databaseConfig(read: Reader, local: boolean) {
  const url = read.raw('DATABASE_URL')
  const named = ['USER', 'PASSWORD', 'SERVER', 'PORT', 'DB'].some((it) =>
    read.raw(`POSTGRES_${it}`),
  )
  const embeddedPort = read.port('EMBEDDED_POSTGRES_PORT', 54329)
  const settings = {
    poolMax: read.integer('DATABASE_POOL_MAX', 10, 1, 1000),
    prepare: read.oneOf('DATABASE_PREPARE', ['on', 'off'], 'on') === 'on',
    queryTimeoutMs: read.integer('DATABASE_QUERY_TIMEOUT_MS', 5000, 1, 3_600_000),
    serverTimeouts: read.oneOf('DATABASE_SERVER_TIMEOUTS', ['on', 'off'], 'on') === 'on',
  }
  if (url !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
      read.fault('DATABASE_URL', 'a postgres:// URL', 'postgres://user:password@localhost:5432/app')
    }
    return { embedded: false, url, ...settings }
  }
  if (!named && !local) {
    read.fault(
      'DATABASE_URL',
      'the URL of the database',
      'postgres://user:password@localhost:5432/app',
    )
  }
  const embedded = local && !named
  const user = encodeURIComponent(read.text('POSTGRES_USER', 'postgres'))
  const password = encodeURIComponent(read.text('POSTGRES_PASSWORD', 'postgres'))
  const server = embedded ? '127.0.0.1' : read.text('POSTGRES_SERVER', 'localhost')
  const port = embedded ? embeddedPort : read.port('POSTGRES_PORT', 5432)
  const name = encodeURIComponent(read.text('POSTGRES_DB', embedded ? 'app' : 'postgres'))
  return {
    embedded,
    url: `postgres://${user}:${password}@${server}:${port}/${name}`,
    ...settings,
  }
}

/** The cache's Redis and the queue's, which is the former unless it is named itself. */
export function redisConfig(read: Reader, local: boolean) {
  const embeddedPort = read.port('EMBEDDED_REDIS_PORT', 63799)
  const prefix = read.text('REDIS_PREFIX', 'app')
  const named = (role: 'CACHE' | 'QUEUE') =>
    ['HOST', 'PORT', 'PASSWORD', 'DB'].some((it) => read.raw(`REDIS_${role}_${it}`))
  const server = (role: 'CACHE' | 'QUEUE') => ({
    embedded: false,
    host: read.text(`REDIS_${role}_HOST`, 'localhost'),
    port: read.port(`REDIS_${role}_PORT`, 6379),
    password: read.text(`REDIS_${role}_PASSWORD`, undefined),
    db: read.integer(`REDIS_${role}_DB`, 0, 0, 1023),
    prefix,
  })
  if (!named('CACHE') && !local)
    read.fault('REDIS_CACHE_HOST', 'the host of the Redis server', 'localhost')
  const cache =
    named('CACHE') || !local
      ? server('CACHE')
      : { ...server('CACHE'), embedded: true, host: '127.0.0.1', port: embeddedPort }
  const cacheDeadline = read.integer('REDIS_CACHE_DEADLINE_MS', 100, 1, 10_000)
  return { cache, cacheDeadline, queue: named('QUEUE') ? server('QUEUE') : cache }
}

// Where PostgreSQL and Redis are: set by variables, or in `local` the private servers.
import { isIPv6 } from 'node:net'
import type { Reader } from './environment.ts'
import { databaseName } from './names.ts'
import { postgresExample, postgresServer } from './postgres-url.ts'

/**
 * Returns where PostgreSQL is, and where the process listens to its notifications, which must not go through a
 * pooler. Without `DATABASE_URL` and `POSTGRES_*` it is the private server of `npm run infra` in `local`, and
 * an error elsewhere.
 */
export function databaseConfig(read: Reader, local: boolean) {
  const url = read.raw('DATABASE_URL')
  const ca = read.certificates('DATABASE_TLS_CA')
  const serverOf = (name: string, text: string) => postgresServer(text, { read, name, ca })
  const isSet = ['USER', 'PASSWORD', 'SERVER', 'PORT', 'DB'].some((it) =>
    read.raw(`POSTGRES_${it}`),
  )
  const embeddedPort = read.port('EMBEDDED_POSTGRES_PORT', 54329)
  const embedded = local && !isSet && url === undefined
  if (url === undefined && !isSet && !local) {
    read.error('DATABASE_URL', 'the URL of the database', postgresExample)
  }
  if (embedded && ca !== undefined) {
    read.error('DATABASE_TLS_CA', 'DATABASE_URL or POSTGRES_SERVER beside it', '/etc/ssl/ca.pem')
  }
  const parts = urlOfParts(read, embedded ? embeddedPort : undefined)
  const server = embedded ? { url: parts, tls: undefined } : serverOf('DATABASE_URL', url ?? parts)
  const listenUrl = read.raw('DATABASE_LISTEN_URL')
  return {
    embedded,
    ...server,
    listener: listenUrl === undefined ? server : serverOf('DATABASE_LISTEN_URL', listenUrl),
    poolMax: read.integer('DATABASE_POOL_MAX', 10, 1, 1000),
    prepare: read.oneOf('DATABASE_PREPARE', ['on', 'off'], 'on') === 'on',
    queryTimeoutMs: read.integer('DATABASE_QUERY_TIMEOUT_MS', 5000, 1, 3_600_000),
    serverTimeouts: read.oneOf('DATABASE_SERVER_TIMEOUTS', ['on', 'off'], 'on') === 'on',
  }
}

/** Returns the URL of `POSTGRES_*`, or of the private server on a port. */
function urlOfParts(read: Reader, embeddedPort: number | undefined): string {
  const isEmbedded = embeddedPort !== undefined
  const user = encodeURIComponent(read.text('POSTGRES_USER', 'postgres'))
  const password = encodeURIComponent(read.text('POSTGRES_PASSWORD', 'postgres'))
  const host = isEmbedded ? '127.0.0.1' : read.host('POSTGRES_SERVER', 'localhost')
  const server = isIPv6(host) ? `[${host}]` : host
  const port = embeddedPort ?? read.port('POSTGRES_PORT', 5432)
  const name = encodeURIComponent(read.text('POSTGRES_DB', isEmbedded ? databaseName : 'postgres'))
  return `postgres://${user}:${password}@${server}:${port}/${name}`
}

type Role = 'CACHE' | 'QUEUE'

interface RedisServer {
  readonly host: string
  readonly port: number
  readonly username?: string | undefined
  readonly password: string | undefined
  readonly db: number
  readonly tls?: { readonly ca?: string }
}

const redisParts = ['HOST', 'PORT', 'PASSWORD', 'DB']
const redisExample = 'rediss://user:password@redis.example.com:6379/0'
const maxDb = 1023

/** Returns where the Redis of the cache is, and that of the queue, which is the same unless it is set. */
export function redisConfig(read: Reader, local: boolean) {
  const embeddedPort = read.port('EMBEDDED_REDIS_PORT', 63799)
  const prefix = read.text('REDIS_PREFIX', databaseName)
  const isSet = (role: Role) =>
    [...redisParts, 'URL', 'TLS_CA'].some((it) => read.raw(`REDIS_${role}_${it}`) !== undefined)
  const server = (role: Role) => ({ embedded: false, ...serverOf(read, role), prefix })
  if (!isSet('CACHE') && !local) {
    read.error('REDIS_CACHE_URL', 'the URL of Redis, or its host in REDIS_CACHE_HOST', redisExample)
  }
  const cache =
    isSet('CACHE') || !local
      ? server('CACHE')
      : { ...server('CACHE'), embedded: true, host: '127.0.0.1', port: embeddedPort }
  const cacheDeadline = read.integer('REDIS_CACHE_DEADLINE_MS', 100, 1, 10_000)
  return { cache, cacheDeadline, queue: isSet('QUEUE') ? server('QUEUE') : cache }
}

function serverOf(read: Reader, role: Role): RedisServer {
  const name = `REDIS_${role}_URL`
  const url = read.raw(name)
  const ca = read.certificates(`REDIS_${role}_TLS_CA`)
  const tls = ca === undefined ? {} : { ca }
  const fromParts = {
    host: read.host(`REDIS_${role}_HOST`, 'localhost'),
    port: read.port(`REDIS_${role}_PORT`, 6379),
    password: read.text(`REDIS_${role}_PASSWORD`, undefined),
    db: read.integer(`REDIS_${role}_DB`, 0, 0, maxDb),
  }
  if (ca !== undefined && !url?.startsWith('rediss:')) {
    read.error(`REDIS_${role}_TLS_CA`, `a rediss:// URL in ${name} beside it`, '/etc/redis/ca.pem')
  }
  if (url !== undefined) {
    const both = redisParts.map((it) => `REDIS_${role}_${it}`).filter((it) => read.raw(it))
    if (both.length > 0) read.error(name, `either this or ${both.join(', ')}`, redisExample)
    const parsed = parseUrl(url, tls)
    if (typeof parsed === 'object') return parsed
    read.error(name, parsed, redisExample)
  }
  return fromParts
}

/** Returns the server of a URL, or for an invalid one what a valid URL has. */
function parseUrl(text: string, tls: { ca?: string }): RedisServer | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return 'a redis:// or rediss:// URL with a host'
  }
  if (url.search !== '' || url.hash !== '') return 'a URL without ? and #, percent-encoded'
  const db = url.pathname.replace(/^\/$/, '') || '/0'
  if (!/^\/\d{1,4}$/.test(db) || Number(db.slice(1)) > maxDb) {
    return `a path with the number of a database, from 0 to ${maxDb}`
  }
  if (url.username !== '' && url.password === '') return 'a password for the user'
  const [username, password] = [decode(url.username), decode(url.password)]
  if (username === null || password === null) return 'percent-encoding in user and password'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    username,
    password,
    db: Number(db.slice(1)),
    ...(url.protocol === 'rediss:' && { tls }),
  }
}

/** Returns undefined for an empty part and null for malformed percent-encoding. */
function decode(part: string): string | undefined | null {
  try {
    return part === '' ? undefined : decodeURIComponent(part)
  } catch {
    return null
  }
}

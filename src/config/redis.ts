// Where Redis is: a URL, or its parts. Read by `config.ts`.
import type { Reader } from './environment.ts'

type Role = 'CACHE' | 'QUEUE'

interface Server {
  readonly host: string
  readonly port: number
  readonly username?: string | undefined
  readonly password: string | undefined
  readonly db: number
  readonly tls?: { readonly ca?: string }
}

const parts = ['HOST', 'PORT', 'PASSWORD', 'DB']
const example = 'rediss://user:password@redis.example.com:6379/0'
const maxDb = 1023

/** The cache's Redis and the queue's, which is the former unless it is named itself. */
export function redisConfig(read: Reader, local: boolean) {
  const embeddedPort = read.port('EMBEDDED_REDIS_PORT', 63799)
  const prefix = read.text('REDIS_PREFIX', 'app')
  const isNamed = (role: Role) =>
    [...parts, 'URL', 'TLS_CA'].some((it) => read.raw(`REDIS_${role}_${it}`) !== undefined)
  const server = (role: Role) => ({ embedded: false, ...serverOf(read, role), prefix })
  if (!isNamed('CACHE') && !local) {
    read.fault('REDIS_CACHE_URL', 'the URL of Redis, or its host in REDIS_CACHE_HOST', example)
  }
  const cache =
    isNamed('CACHE') || !local
      ? server('CACHE')
      : { ...server('CACHE'), embedded: true, host: '127.0.0.1', port: embeddedPort }
  const cacheDeadline = read.integer('REDIS_CACHE_DEADLINE_MS', 100, 1, 10_000)
  return { cache, cacheDeadline, queue: isNamed('QUEUE') ? server('QUEUE') : cache }
}

function serverOf(read: Reader, role: Role): Server {
  const name = `REDIS_${role}_URL`
  const url = read.raw(name)
  const ca = read.file(`REDIS_${role}_TLS_CA`)
  const tls = ca === undefined ? {} : { ca }
  const named = {
    host: read.host(`REDIS_${role}_HOST`, 'localhost'),
    port: read.port(`REDIS_${role}_PORT`, 6379),
    password: read.text(`REDIS_${role}_PASSWORD`, undefined),
    db: read.integer(`REDIS_${role}_DB`, 0, 0, maxDb),
  }
  if (ca !== undefined && !url?.startsWith('rediss:')) {
    read.fault(`REDIS_${role}_TLS_CA`, `a rediss:// URL in ${name} beside it`, '/etc/redis/ca.pem')
  }
  if (url !== undefined) {
    const both = parts.map((it) => `REDIS_${role}_${it}`).filter((it) => read.raw(it))
    if (both.length > 0) read.fault(name, `either this or ${both.join(', ')}`, example)
    const parsed = parseUrl(url, tls)
    if (typeof parsed === 'object') return parsed
    read.fault(name, parsed, example)
  }
  return named
}

/** Returns the server that a URL names, or in words what a good one would be. */
function parseUrl(text: string, tls: { ca?: string }): Server | string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    return 'a redis:// or rediss:// URL with a host'
  }
  if (url.search !== '' || url.hash !== '') return 'a URL without ? and #, percent-encoded'
  const db = url.pathname.replace(/^\/$/, '') || '/0'
  if (!/^\/\d{1,4}$/.test(db) || Number(db.slice(1)) > maxDb) {
    return `the number of a database, from 0 to ${maxDb}, as the path`
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

/** Returns undefined for an empty part, null for malformed percent-encoding. */
function decode(part: string): string | undefined | null {
  try {
    return part === '' ? undefined : decodeURIComponent(part)
  } catch {
    return null
  }
}

// Where PostgreSQL is: named, or on a local machine the private one. Read by `config.ts`.
import { isIPv6 } from 'node:net'
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
    return { embedded: false, url: withPlainAddress(url), ...settings }
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
  const host = embedded ? '127.0.0.1' : read.host('POSTGRES_SERVER', 'localhost')
  const server = isIPv6(host) ? `[${host}]` : host
  const port = embedded ? embeddedPort : read.port('POSTGRES_PORT', 5432)
  const name = encodeURIComponent(read.text('POSTGRES_DB', embedded ? 'app' : 'postgres'))
  return {
    embedded,
    url: withPlainAddress(`postgres://${user}:${password}@${server}:${port}/${name}`),
    ...settings,
  }
}

/** pg looks an IPv6 address up with its brackets, unless it also stands among the parameters. */
function withPlainAddress(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  const address = /^\[(.*)\]$/.exec(url.hostname)?.[1]
  if (address === undefined || url.searchParams.has('host')) return text
  url.searchParams.set('host', address)
  return url.href
}

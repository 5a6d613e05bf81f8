// The configuration of the API and the worker. `.env.example` and `docs/configuration.md` describe its
// variables, and a test compares the lists.
import proxyAddress from 'proxy-addr'
import { adminConfig, authConfig } from './auth.ts'
import { type Environment, Reader } from './environment.ts'
import { databaseConfig, redisConfig } from './servers.ts'
import { telemetryConfig } from './telemetry.ts'

export { ConfigError, type Environment, Reader, readEnvironment } from './environment.ts'

export type Config = ReturnType<typeof loadConfig>

/**
 * Returns the configuration of an environment.
 * @throws ConfigError that lists all errors at once, each with the variable and an example.
 */
export function loadConfig(env: Environment) {
  const read = new Reader(env)
  const config = readConfig(read)
  read.check()
  return config
}

/** Reads the configuration; the reader notes what is invalid. */
export function readConfig(read: Reader) {
  const environment = read.oneOf('ENVIRONMENT', ['local', 'staging', 'production'], 'local')
  const local = environment === 'local'
  const host = read.host('HOST', local ? '127.0.0.1' : '0.0.0.0')
  const metricsPort = read.port('METRICS_PORT', undefined)
  return deepFreeze({
    environment,
    local,
    log: { level: read.oneOf('LOG_LEVEL', logLevels, 'info') },
    http: {
      host,
      port: read.port('PORT', 3000),
      processes: read.integer('WEB_CONCURRENCY', 1, 1, 256),
      bodyLimit: read.integer('BODY_LIMIT_BYTES', 1_048_576, 1024, 104_857_600),
      trustedProxies: trustedProxies(read),
      origins: allowedOrigins(read, local),
      publicPath: publicPath(read),
      serverVariables: serverVariables(read),
      drainDelaySeconds: read.integer('DRAIN_DELAY_SECONDS', local ? 0 : 5, 0, 600),
      hstsSeconds: read.integer('HSTS_MAX_AGE', local ? 0 : 15_552_000, 0, 63_072_000),
    },
    metrics: {
      host: read.host('METRICS_HOST', host),
      port: metricsPort,
      workerPort: read.port('WORKER_METRICS_PORT', metricsPort),
    },
    build: { version: read.raw('APP_VERSION'), commit: read.raw('COMMIT_SHA') },
    rateLimitFactor: rateLimitFactor(read, environment),
    drainSeconds: read.integer('DRAIN_SECONDS', 10, 1, 600),
    worker: {
      port: read.port('WORKER_PORT', undefined),
      concurrency: read.integer('WORKER_CONCURRENCY', 5, 1, 1000),
    },
    jobs: {
      attempts: read.integer('JOB_ATTEMPTS', 5, 1, 1000),
      backoffMs: read.integer('JOB_BACKOFF_MS', 1000, 1, 3_600_000),
      timeoutSeconds: read.integer('JOB_TIMEOUT_SECONDS', 300, 1, 86_400),
      leaseSeconds: read.integer('JOB_LEASE_SECONDS', 30, 1, 3600),
      waitingPerOwner: read.integer('JOB_WAITING_PER_OWNER', 1000, 1, 1_000_000),
    },
    retention: {
      jobDays: read.integer('JOB_RETENTION_DAYS', 30, 1, 36_500),
      deletedDays: read.integer('DELETED_RETENTION_DAYS', 90, 1, 36_500),
    },
    database: databaseConfig(read, local),
    redis: redisConfig(read, local),
    auth: authConfig(read, local),
    admin: adminConfig(read, local),
    telemetry: telemetryConfig(read, environment),
    docs: { access: docsAccess[environment], info: infoOverlay(read) },
    clientCacheSeconds: read.integer('CLIENT_CACHE_MAX_AGE', 60, 0, 31_536_000),
  })
}

/** Returns what multiplies every limit. 0 means no limits, which is an error in production. */
function rateLimitFactor(read: Reader, environment: string): number {
  const factor = read.decimal('RATE_LIMIT_FACTOR', environment === 'local' ? 100 : 1, 1_000_000)
  if (factor === 0 && environment === 'production') {
    read.error('RATE_LIMIT_FACTOR', 'more than 0 in production', '1')
  }
  return factor
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

/** Returns the proxies whose `X-Forwarded-For` counts. */
function trustedProxies(read: Reader): string[] {
  const proxies = read.list('TRUSTED_PROXIES', [])
  try {
    proxyAddress.compile(proxies)
  } catch {
    read.error('TRUSTED_PROXIES', 'addresses, subnets, or loopback', '10.0.0.0/8,loopback')
  }
  return proxies
}

/** Returns the path that a proxy strips before it forwards, without a trailing slash. */
function publicPath(read: Reader): string {
  const path = read.text('PUBLIC_PATH_PREFIX', '')
  if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path)) {
    read.error('PUBLIC_PATH_PREFIX', 'a path without a trailing slash', '/shop')
  }
  return path
}

/** Returns values for the variables of the contract's first server URL. */
function serverVariables(read: Reader): Record<string, string> {
  const pairs = read.list('SERVER_VARIABLES', []).map((it) => it.split('='))
  if (pairs.some((it) => it.length !== 2 || it.includes(''))) {
    read.error('SERVER_VARIABLES', 'pairs of a name and a value', 'version=v2,region=eu')
  }
  return Object.fromEntries(pairs)
}

/**
 * Returns the origins whose pages may read responses: `https://app.example.com`, `https://*.example.com`
 * for every subdomain, `loopback` for this machine, `*` for all. Only the form that browsers send can
 * match, so any other form is an error, and its message shows the right one.
 */
function allowedOrigins(read: Reader, local: boolean): string[] {
  const all = read.list('CORS_ORIGINS', local ? ['loopback'] : [])
  const isWrong = (it: string) => !keywords.includes(it) && asBrowsersSendIt(it) !== it
  const wrong = all.find(isWrong)
  if (wrong !== undefined) {
    const expected =
      wrong === 'null'
        ? 'no null, which every sandboxed page and local file sends,'
        : `origins as browsers send them, https://*.example.com, loopback or *, not ${JSON.stringify(wrong)},`
    read.error('CORS_ORIGINS', expected, asBrowsersSendIt(wrong) ?? 'https://app.example.com')
  }
  return all
}

const keywords = ['*', 'loopback']

/** Stands for `*` while a URL is parsed: a label that no real host has. */
const anyLabel = 'any-label'

/** Returns the origin of a URL, with its leading `*.`; undefined if it has no origin. */
function asBrowsersSendIt(text: string): string | undefined {
  const isPattern = /^https?:\/\/\*\../i.test(text)
  const given = isPattern ? text.replace('*', anyLabel) : text
  if (given.includes('*') || !URL.canParse(given)) return undefined
  const { protocol, host, hostname, username, password } = new URL(given)
  if (host === '' || protocol === 'file:' || username !== '' || password !== '') return undefined
  const origin = `${protocol}//${host}`
  if (!isPattern) return origin
  // A whole top-level domain, or "subdomains" of an address, can only be a mistake.
  return hostname.split('.').length < 3 || /\.\d+$/.test(hostname)
    ? undefined
    : origin.replace(anyLabel, '*')
}

/** Who may read the docs and the served contract. */
const docsAccess = { local: 'anyone', staging: 'superusers', production: 'none' } as const

/** Returns what replaces the `info` of the served contract. */
function infoOverlay(read: Reader) {
  const contact = { name: read.raw('CONTACT_NAME'), email: read.raw('CONTACT_EMAIL') }
  const license = read.raw('LICENSE_NAME')
  return {
    title: read.raw('APP_NAME'),
    description: read.raw('APP_DESCRIPTION'),
    version: read.raw('APP_VERSION'),
    contact: contact.name || contact.email ? contact : undefined,
    license: license === undefined ? undefined : { name: license },
  }
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part)
  }
  return Object.freeze(value)
}

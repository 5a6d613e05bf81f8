// The configuration: every variable of the product, by what it means. `loadConfig` is pure, so that a
// test or a script can build one from any record. What a variable means to a user is written in
// `.env.example` and `docs/configuration.md`, and a test keeps the lists equal.

import proxyAddress from 'proxy-addr'
import { signingKeys } from './auth.ts'
import { ConfigError, type Environment, Reader } from './environment.ts'
import { databaseConfig, redisConfig } from './servers.ts'

export { ConfigError, type Environment, readEnvironment } from './environment.ts'

const localAdminPassword = 'Local-Admin-1'

export type Config = ReturnType<typeof loadConfig>

/**
 * Builds the configuration from a record of variables.
 * @throws ConfigError that lists every fault at once, each with the variable and an example.
 */
export function loadConfig(env: Environment) {
  const read = new Reader(env)
  const environment = read.oneOf('ENVIRONMENT', ['local', 'staging', 'production'], 'local')
  const local = environment === 'local'
  const config = deepFreeze({
    environment,
    local,
    log: { level: read.oneOf('LOG_LEVEL', logLevels, 'info') },
    http: {
      host: read.host('HOST', local ? '127.0.0.1' : '0.0.0.0'),
      port: read.port('PORT', 3000),
      processes: read.integer('WEB_CONCURRENCY', 1, 1, 256),
      bodyLimit: read.integer('BODY_LIMIT_BYTES', 1_048_576, 1024, 104_857_600),
      trustedProxies: trustedProxies(read),
      origins: allowedOrigins(read, local),
      publicPath: publicPath(read),
      drainDelaySeconds: read.integer('DRAIN_DELAY_SECONDS', local ? 0 : 5, 0, 600),
      hstsSeconds: read.integer('HSTS_MAX_AGE', local ? 0 : 15_552_000, 0, 63_072_000),
    },
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
    },
    retention: {
      taskDays: read.integer('TASK_RETENTION_DAYS', 30, 1, 36_500),
      deletedDays: read.integer('DELETED_RETENTION_DAYS', 90, 1, 36_500),
    },
    database: databaseConfig(read, local),
    redis: redisConfig(read, local),
    auth: authConfig(read, local),
    admin: adminConfig(read, local),
    docs: { access: docsAccess[environment], info: infoOverlay(read) },
    clientCacheSeconds: read.integer('CLIENT_CACHE_MAX_AGE', 60, 0, 31_536_000),
    development: {
      mockPort: read.port('MOCK_PORT', 4010),
      dataDir: read.text('DATA_DIR', '.data'),
    },
    test: testConfig(read),
  })
  if (read.faults.length > 0) throw new ConfigError(read.faults)
  return config
}

/** Multiplies every limit; 0, which is none at all, is no setting for production. */
function rateLimitFactor(read: Reader, environment: string): number {
  const factor = read.decimal('RATE_LIMIT_FACTOR', environment === 'local' ? 100 : 1, 1_000_000)
  if (factor === 0 && environment === 'production') {
    read.fault('RATE_LIMIT_FACTOR', 'more than 0 in production', '1')
  }
  return factor
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

/** How access tokens are signed and how long a login lasts. */
function authConfig(read: Reader, local: boolean) {
  const lifetime = 60 * read.integer('ACCESS_TOKEN_EXPIRE_MINUTES', 30, 1, 525_600)
  const sessionSeconds = 86_400 * read.integer('REFRESH_TOKEN_EXPIRE_DAYS', 7, 1, 3650)
  if (lifetime >= sessionSeconds) {
    const shorter = 'less than REFRESH_TOKEN_EXPIRE_DAYS are'
    read.fault('ACCESS_TOKEN_EXPIRE_MINUTES', shorter, '30')
  }
  return {
    tokens: {
      ...signingKeys(read, local),
      issuer: read.text('TOKEN_ISSUER', 'contract-first-api'),
      audience: read.text('TOKEN_AUDIENCE', 'contract-first-api'),
      lifetime,
    },
    sessionSeconds,
    bcryptCost: read.integer('BCRYPT_COST', 10, local ? 4 : 10, 16),
  }
}

/**
 * The first superuser, for the seeds and `npm run create-superuser`. Elsewhere than on a local
 * machine there is none without a password of one's own; the one that every clone knows is refused.
 */
function adminConfig(read: Reader, local: boolean) {
  const password = read.text('ADMIN_PASSWORD', local ? localAdminPassword : undefined)
  if (!local && password === localAdminPassword) {
    read.fault('ADMIN_PASSWORD', 'a password of your own', 'Correct-Horse-7')
  }
  const name = read.text('ADMIN_NAME', 'Admin')
  const email = read.text('ADMIN_EMAIL', 'admin@example.com')
  const username = read.text('ADMIN_USERNAME', 'admin')
  return password === undefined ? undefined : { name, email, username, password }
}

/** Who may read the docs and the served contract. */
const docsAccess = { local: 'anyone', staging: 'superusers', production: 'nobody' } as const

/** What the served contract says of itself, where the environment says it otherwise. */
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

/** The person that the tests sign up as. */
function testConfig(read: Reader) {
  return {
    name: read.text('TEST_NAME', 'Tester User'),
    email: read.text('TEST_EMAIL', 'test@tester.com'),
    username: read.text('TEST_USERNAME', 'testeruser'),
    password: read.text('TEST_PASSWORD', 'Str1ng$t'),
  }
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part)
  }
  return Object.freeze(value)
}

/** Returns the proxies whose `X-Forwarded-For` counts. */
function trustedProxies(read: Reader): string[] {
  const proxies = read.list('TRUSTED_PROXIES', [])
  try {
    proxyAddress.compile(proxies)
  } catch {
    read.fault('TRUSTED_PROXIES', 'addresses, subnets, or loopback', '10.0.0.0/8,loopback')
  }
  return proxies
}

/** Returns the path that a proxy strips from what it forwards, without a slash at its end. */
function publicPath(read: Reader): string {
  const path = read.text('PUBLIC_PATH_PREFIX', '')
  if (path !== '' && !/^(\/[\w.~-]+)+$/.test(path)) {
    read.fault('PUBLIC_PATH_PREFIX', 'a path without a slash at its end', '/shop')
  }
  return path
}

/**
 * Returns the origins whose pages may read answers: `https://app.example.com`, `https://*.example.com`
 * for every subdomain, `loopback` for this machine, `*` for all. Only the form that browsers send can ever match, so any other form
 * is an error, and the message shows the right one where there is one.
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
    read.fault('CORS_ORIGINS', expected, asBrowsersSendIt(wrong) ?? 'https://app.example.com')
  }
  return all
}

const keywords = ['*', 'loopback']

/** A host as the URL parser leaves it where `*` is given: a label that no real host has. */
const anyLabel = 'any-label'

/** Returns the origin of a URL, with a leading `*.` kept; undefined where there is none. */
function asBrowsersSendIt(text: string): string | undefined {
  const isPattern = /^https?:\/\/\*\../i.test(text)
  const given = isPattern ? text.replace('*', anyLabel) : text
  if (given.includes('*') || !URL.canParse(given)) return undefined
  const { protocol, host, hostname, username, password } = new URL(given)
  if (host === '' || protocol === 'file:' || username !== '' || password !== '') return undefined
  const origin = `${protocol}//${host}`
  if (!isPattern) return origin
  // Every page of a top-level domain, or of "subdomains" of an address, is nobody's intention.
  return hostname.split('.').length < 3 || /\.\d+$/.test(hostname)
    ? undefined
    : origin.replace(anyLabel, '*')
}

// The configuration: every variable of the service. `.env.example` and `docs/configuration.md` say what
// each one means to a user; a test compares the lists.

import { signingKeys } from './auth.ts'
import { type Environment, Reader } from './environment.ts'
import { allowedOrigins, publicPath, trustedProxies } from './http.ts'
import { databaseConfig, redisConfig } from './servers.ts'

export { ConfigError, type Environment, Reader, readEnvironment } from './environment.ts'

const localAdminPassword = 'Local-Admin-1'

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
  return deepFreeze({
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

/** Returns how access tokens are signed and how long a session lasts. */
function authConfig(read: Reader, local: boolean) {
  const lifetime = 60 * read.integer('ACCESS_TOKEN_EXPIRE_MINUTES', 30, 1, 525_600)
  const sessionSeconds = 86_400 * read.integer('REFRESH_TOKEN_EXPIRE_DAYS', 7, 1, 3650)
  if (lifetime >= sessionSeconds) {
    const shorter = 'less than REFRESH_TOKEN_EXPIRE_DAYS are'
    read.error('ACCESS_TOKEN_EXPIRE_MINUTES', shorter, '30')
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
 * Returns the first superuser, for the seeds and `npm run create-superuser`. Outside of `local` it needs
 * a password, other than the one that every clone has.
 */
function adminConfig(read: Reader, local: boolean) {
  const password = read.text('ADMIN_PASSWORD', local ? localAdminPassword : undefined)
  if (!local && password === localAdminPassword) {
    read.error('ADMIN_PASSWORD', 'a password of your own', 'Correct-Horse-7')
  }
  const name = read.text('ADMIN_NAME', 'Admin')
  const email = read.text('ADMIN_EMAIL', 'admin@example.com')
  const username = read.text('ADMIN_USERNAME', 'admin')
  return password === undefined ? undefined : { name, email, username, password }
}

/** Who may read the docs and the served contract. */
const docsAccess = { local: 'anyone', staging: 'superusers', production: 'nobody' } as const

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

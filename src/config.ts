// The configuration: every variable of the product, by what it means. `loadConfig` is pure, so that a
// test or a script can build one from any record. What a variable means to a user is written in
// `.env.example` and `docs/configuration.md`, and a test keeps the lists equal.
import { createPrivateKey } from 'node:crypto'
import { ConfigError, type Environment, Reader } from './environment.ts'

export { ConfigError, type Environment, readEnvironment } from './environment.ts'

const localSecret = 'local-secret-that-every-clone-shares-0000'
const localAdminPassword = 'Local-Admin-1'
const byteLength = (text: string) => Buffer.byteLength(text)

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
      host: read.text('HOST', local ? '127.0.0.1' : '0.0.0.0'),
      port: read.port('PORT', 3000),
      bodyLimit: read.integer('BODY_LIMIT_BYTES', 1_048_576, 1024, 104_857_600),
    },
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
    auth: {
      ...signingKey(read, local),
      accessTokenSeconds: 60 * read.integer('ACCESS_TOKEN_EXPIRE_MINUTES', 30, 1, 525_600),
      bcryptCost: read.integer('BCRYPT_COST', 10, local ? 4 : 10, 16),
    },
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

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

/**
 * Where the database is. Without any word about a server, a local environment means the private
 * one that `npm run infra` starts; anywhere else that is a fault, never a guess.
 */
function databaseConfig(read: Reader, local: boolean) {
  const url = read.raw('DATABASE_URL')
  const named = ['USER', 'PASSWORD', 'SERVER', 'PORT', 'DB'].some((it) =>
    read.raw(`POSTGRES_${it}`),
  )
  const embeddedPort = read.port('EMBEDDED_POSTGRES_PORT', 54329)
  const poolMax = read.integer('DATABASE_POOL_MAX', 10, 1, 1000)
  if (url !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
      read.fault('DATABASE_URL', 'a postgres:// URL', 'postgres://user:password@localhost:5432/app')
    }
    return { embedded: false, url, poolMax }
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
  return { embedded, url: `postgres://${user}:${password}@${server}:${port}/${name}`, poolMax }
}

/** The cache's Redis and the queue's, which is the former unless it is named itself. */
function redisConfig(read: Reader, local: boolean) {
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

/** Families of algorithms (RFC 7518, section 3.1) by the type of key that each signs with. */
const algorithms = {
  oct: ['HS256', 'HS384', 'HS512'],
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ec: ['ES256', 'ES384', 'ES512'],
} as const
const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}
export type Algorithm = (typeof algorithms)[keyof typeof algorithms][number]

/** How access tokens are signed; the secret that every clone shares is refused elsewhere. */
function signingKey(read: Reader, local: boolean): { algorithm: Algorithm; secret: string } {
  const all = [...algorithms.oct, ...algorithms.rsa, ...algorithms.ec] as const
  const algorithm = read.oneOf('ALGORITHM', all, 'HS256')
  const isShared = algorithms.oct.some((it) => it === algorithm)
  // A variable set outside of a file often holds the line breaks of a PEM as two characters.
  const secret = isShared
    ? read.text('SECRET_KEY', localSecret)
    : read.text('SECRET_KEY', '').replaceAll('\\n', '\n')
  if (!isShared) {
    if (!signsWith(secret, algorithm)) {
      const key = `a PEM private key for ${algorithm}`
      read.fault('SECRET_KEY', key, '"$(cat private-key.pem)"')
    }
  } else if (!local && (secret === localSecret || byteLength(secret) < 32)) {
    read.fault('SECRET_KEY', 'a secret of 32 bytes or more', '$(openssl rand -hex 32)')
  }
  return { algorithm, secret }
}

/** Whether a PEM is a private key that fits the algorithm: RSA of 2048 bits, or its own curve. */
function signsWith(pem: string, algorithm: Algorithm): boolean {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem)
    if (curves[algorithm] !== undefined) return details?.namedCurve === curves[algorithm]
    return type === 'rsa' && (details?.modulusLength ?? 0) >= 2048
  } catch {
    return false
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

// The configuration: every environment variable of the product, read and checked in one place.
// `readEnvironment` is the only code that touches `process.env`; `loadConfig` is pure, so that a
// test or a script can build a configuration from any record. What a variable means to a user is
// written in `.env.example`, and a test keeps the two lists equal.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type Environment = Readonly<Record<string, string | undefined>>

const localSecret = 'local-secret-that-every-clone-shares-0000'
const localAdminPassword = 'Local-Admin-1'
const byteLength = (text: string) => Buffer.byteLength(text)

/** The folder of `package.json`: above `src/`, or above `dist/src/` in a build. */
const root = new URL(
  /\/dist\/src\/[^/]+$/.test(import.meta.url) ? '../../' : '../',
  import.meta.url,
)

/** The variables of this process, with those of `.env` beneath them where the file exists. */
export function readEnvironment(): Environment {
  const file = fileURLToPath(new URL('.env', root))
  if (existsSync(file)) process.loadEnvFile(file)
  return process.env
}

/** All that was wrong with the environment, one line a variable, for an operator to mend. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n  ${faults.join('\n  ')}`)
    this.faults = faults
  }
}

/** Reads single variables; an empty one counts as unset, a wrong one is noted and reading goes on. */
class Reader {
  readonly faults: string[] = []
  readonly env: Environment

  constructor(env: Environment) {
    this.env = env
  }

  raw(name: string): string | undefined {
    return this.env[name] || undefined
  }

  fault(name: string, expected: string, example: string) {
    const value = this.raw(name)
    const got = value === undefined ? 'it is not set' : `got ${shown(name, value)}`
    this.faults.push(`${name}: expected ${expected}, ${got} (for example ${name}=${example})`)
  }

  text<D extends string | undefined>(name: string, fallback: D): string | D {
    return this.raw(name) ?? fallback
  }

  integer<D extends number | undefined>(name: string, fallback: D, min: number, max: number) {
    const value = this.raw(name)
    if (value === undefined) return fallback
    if (/^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max) {
      return Number(value)
    }
    this.fault(name, `a whole number from ${min} to ${max}`, String(fallback ?? min))
    return fallback
  }

  port<D extends number | undefined>(name: string, fallback: D) {
    return this.integer(name, fallback, 1, 65535)
  }

  oneOf<const T extends readonly string[]>(name: string, choices: T, fallback: T[number]) {
    const value = this.raw(name) ?? fallback
    if (choices.includes(value)) return value as T[number]
    this.fault(name, `one of ${choices.join(', ')}`, fallback)
    return fallback
  }
}

/** A secret is named in a fault, never printed. */
function shown(name: string, value: string): string {
  return /SECRET|PASSWORD|URL/.test(name) ? 'another value' : JSON.stringify(value)
}

export type Config = ReturnType<typeof loadConfig>

/**
 * Builds the configuration from a record of variables.
 * @throws ConfigError that lists every fault at once, each with the variable and an example.
 */
export function loadConfig(env: Environment) {
  const read = new Reader(env)
  const environment = read.oneOf('ENVIRONMENT', ['local', 'staging', 'production'], 'local')
  const local = environment === 'local'
  const config = Object.freeze({
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
    database: databaseConfig(read, local),
    redis: redisConfig(read, local),
    auth: {
      secret: secretKey(read, local),
      accessTokenSeconds: 60 * read.integer('ACCESS_TOKEN_EXPIRE_MINUTES', 30, 1, 525_600),
      bcryptCost: read.integer('BCRYPT_COST', 10, local ? 4 : 10, 16),
    },
    admin: adminConfig(read, local),
    development: {
      mockPort: read.port('MOCK_PORT', 4010),
      dataDir: read.text('DATA_DIR', '.data'),
    },
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
    read.fault('DATABASE_URL', 'the database', 'postgres://user:password@localhost:5432/app')
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
  if (!named('CACHE') && !local) read.fault('REDIS_CACHE_HOST', 'the Redis server', 'localhost')
  const cache =
    named('CACHE') || !local
      ? server('CACHE')
      : { ...server('CACHE'), embedded: true, host: '127.0.0.1', port: embeddedPort }
  return { cache, queue: named('QUEUE') ? server('QUEUE') : cache }
}

/** The key that signs access tokens (HS256); the shared local one is refused elsewhere. */
function secretKey(read: Reader, local: boolean): string {
  const secret = read.text('SECRET_KEY', localSecret)
  if (!local && (secret === localSecret || byteLength(secret) < 32)) {
    read.fault('SECRET_KEY', 'a secret of 32 bytes or more', '$(openssl rand -hex 32)')
  }
  return secret
}

/** The first superuser, for the seed; the password that every clone knows is refused elsewhere. */
function adminConfig(read: Reader, local: boolean) {
  const password = read.text('ADMIN_PASSWORD', localAdminPassword)
  const size = byteLength(password)
  if (size < 8 || size > 72) read.fault('ADMIN_PASSWORD', '8 to 72 bytes', 'Correct-Horse-7')
  if (!local && read.raw('ADMIN_PASSWORD') === localAdminPassword) {
    read.fault('ADMIN_PASSWORD', 'a password of your own', 'Correct-Horse-7')
  }
  return {
    name: read.text('ADMIN_NAME', 'Admin'),
    email: read.text('ADMIN_EMAIL', 'admin@example.com'),
    username: read.text('ADMIN_USERNAME', 'admin'),
    password,
  }
}

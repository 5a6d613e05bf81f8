import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadDevelopmentConfig } from '../scripts/dev/settings.ts'
import { type Environment, loadConfig } from '../src/config/config.ts'
import { databaseName } from '../src/config/names.ts'
import { testerOf } from './support/builders.ts'
import { createCertificates } from './support/certificates.ts'
import { errorsOf } from './support/config-errors.ts'

describe('loadConfig', () => {
  it('uses the private servers on a local machine without any variable', () => {
    const config = loadConfig({})
    expect(config.database).toMatchObject({
      embedded: true,
      url: expect.stringContaining(`:54329/${databaseName}`),
    })
    expect(config.redis.cache).toMatchObject({ embedded: true, port: 63799 })
    expect(config.redis.queue).toBe(config.redis.cache)
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('uses the servers that the variables name, with defaults for the rest', () => {
    const config = loadConfig({ POSTGRES_PASSWORD: 'p@ss/word', REDIS_CACHE_HOST: 'cache' })
    expect(config.database).toMatchObject({
      embedded: false,
      url: 'postgres://postgres:p%40ss%2Fword@localhost:5432/postgres',
    })
    expect(config.redis.queue).toMatchObject({ embedded: false, host: 'cache', port: 6379 })
    expect(loadConfig({ REDIS_QUEUE_PORT: '1234' }).redis.queue.port).toBe(1234)
  })

  it('reports all errors at once, each with its variable and an example', () => {
    const errors = errorsOf({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://x',
      BCRYPT_COST: '1e1',
    })
    expect(errors).toHaveLength(4)
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_URL', 'BCRYPT_COST']) {
      expect(
        errors.find((it) => it.startsWith(`${name}: `)),
        name,
      ).toMatch(/for example \w+=\S/)
    }
  })

  it('requires servers and secrets in production', () => {
    const errors = errorsOf({ ENVIRONMENT: 'production' })
    for (const name of ['DATABASE_URL', 'REDIS_CACHE_URL', 'SECRET_KEY']) {
      expect(errors.join('\n')).toContain(`${name}: `)
    }
  })

  it('never prints a secret', () => {
    const env = {
      ENVIRONMENT: 'production',
      SECRET_KEY: 'too-short',
      ADMIN_PASSWORD: 'short',
      DATABASE_URL: 'hidden',
    }
    expect(errorsOf(env).join('\n')).not.toMatch(/too-short|got "short"|hidden/)
  })
})

describe('the servers', () => {
  const redisOf = (REDIS_CACHE_URL: string) => loadConfig({ REDIS_CACHE_URL }).redis.cache

  it('accept URLs with users, TLS and IPv6 addresses', () => {
    expect(redisOf('redis://cache')).toMatchObject({ host: 'cache', port: 6379, db: 0 })
    expect(redisOf('redis://cache').tls).toBeUndefined()
    const user = 'rediss://app%40x:p%2Fw%25:d@[::1]:6380/2'
    const named = { username: 'app@x', password: 'p/w%:d', host: '::1', port: 6380, db: 2, tls: {} }
    expect(redisOf(user)).toMatchObject(named)
    expect(redisOf('redis://:secret@10.0.0.1')).toMatchObject({
      username: undefined,
      password: 'secret',
    })
    const apart = loadConfig({ REDIS_CACHE_URL: 'redis://a', REDIS_QUEUE_URL: 'redis://b/1' }).redis
    expect([apart.cache.host, apart.queue.host, apart.queue.db]).toEqual(['a', 'b', 1])
  })

  it.each([
    ['http://cache', /redis:\/\/ or rediss:\/\//],
    ['redis:///0', /with a host/],
    ['redis://cache/first', /number of a database/],
    ['redis://cache/2000', /number of a database/],
    ['redis://cache?db=1', /without \?/],
    ['redis://user:%zz@cache', /percent-encoding/],
    ['redis://user@cache', /password for the user/],
  ])('reject the Redis URL %s with the reason, but without the URL', (url, reason) => {
    const errors = errorsOf({ REDIS_CACHE_URL: url })
    expect(errors).toEqual([expect.stringMatching(/^REDIS_CACHE_URL: /)])
    expect(errors[0]).toMatch(reason)
    expect(errors[0]).not.toContain(`got "${url}`)
  })

  it('cannot have both a URL and its parts', () => {
    const both = { REDIS_QUEUE_URL: 'redis://a', REDIS_QUEUE_HOST: 'b', REDIS_QUEUE_DB: '1' }
    expect(errorsOf(both)).toEqual([
      expect.stringMatching(/^REDIS_QUEUE_URL: .*either this or REDIS_QUEUE_HOST, REDIS_QUEUE_DB/),
    ])
  })

  it('require a readable CA file and a rediss:// URL for it', () => {
    const secure = { REDIS_CACHE_URL: 'rediss://a' }
    for (const REDIS_CACHE_TLS_CA of ['/no/such/file', fileURLToPath(import.meta.url)]) {
      expect(errorsOf({ ...secure, REDIS_CACHE_TLS_CA })).toEqual([
        expect.stringMatching(/^REDIS_CACHE_TLS_CA: .*readable file with certificates in PEM/),
      ])
    }
    const folder = mkdtempSync(join(tmpdir(), 'config-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    createCertificates(folder)
    const file = join(folder, 'ca.pem')
    expect(errorsOf({ ...secure, REDIS_CACHE_TLS_CA: file })).toEqual([])
    expect(errorsOf({ REDIS_CACHE_URL: 'redis://a', REDIS_CACHE_TLS_CA: file })).toEqual([
      expect.stringMatching(/^REDIS_CACHE_TLS_CA: .*rediss:/),
    ])
  })

  it.each(['::1', '[::1]'])('may have the address %s', (address) => {
    const { database, http, redis } = loadConfig({
      POSTGRES_SERVER: address,
      HOST: address,
      REDIS_CACHE_HOST: address,
    })
    const reached = new pg.Client(database.url)
    expect([reached.host, reached.port]).toEqual(['::1', 5432])
    expect([http.host, redis.cache.host]).toEqual(['::1', '::1'])
    const url = loadConfig({ DATABASE_URL: 'postgres://u:p@[::1]:5433/app' }).database.url
    expect(new pg.Client(url)).toMatchObject({ host: '::1', port: 5433, database: 'app' })
  })

  it.each(['localhost:5432', 'postgres://db', '/var/run/postgresql', 'a b', 'fe80::1%eth0', '::g'])(
    'cannot have the address %s',
    (address) => {
      for (const name of ['POSTGRES_SERVER', 'HOST', 'REDIS_CACHE_HOST', 'REDIS_QUEUE_HOST']) {
        expect(errorsOf({ [name]: address })).toEqual([
          expect.stringMatching(`^${name}: .*a host name or an address`),
        ])
      }
    },
  )
})

describe('access', () => {
  const production = {
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://a@b/c',
    REDIS_CACHE_HOST: 'b',
    SECRET_KEY: 'x'.repeat(32),
    ADMIN_PASSWORD: 'Correct-horse-7',
  }

  it('rejects RATE_LIMIT_FACTOR=0 in production', () => {
    expect(loadConfig(production).rateLimitFactor).toBe(1)
    expect(loadConfig({ RATE_LIMIT_FACTOR: '0' }).rateLimitFactor).toBe(0)
    expect(errorsOf({ ...production, RATE_LIMIT_FACTOR: '0' })).toEqual([
      expect.stringMatching(/^RATE_LIMIT_FACTOR: .*production/),
    ])
    expect(errorsOf({ RATE_LIMIT_FACTOR: '-1' })).toHaveLength(1)
    expect(errorsOf({ RATE_LIMIT_FACTOR: 'many' })).toHaveLength(1)
  })

  it('requires the same length of both signing keys', () => {
    const SECRET_KEY_PREVIOUS = 'too-short'
    expect(errorsOf({ ...production, SECRET_KEY_PREVIOUS })).toEqual([
      expect.stringMatching(/^SECRET_KEY_PREVIOUS: .*32 bytes/),
    ])
  })

  it('accepts origins without a path, and proxies that are addresses', () => {
    const env = {
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUSTED_PROXIES: '10.0.0.0/8',
    }
    expect(loadConfig(env).http.origins).toEqual(['https://a.example', 'http://localhost:5173'])
    expect(loadConfig({}).http.origins).toEqual(['loopback'])
    expect(errorsOf({ CORS_ORIGINS: 'loopback,https://a.example' })).toEqual([])
    expect(loadConfig(env).http.trustedProxies).toEqual(['10.0.0.0/8'])
    expect(errorsOf({ TRUSTED_PROXIES: 'everyone' })).toHaveLength(1)
  })

  it.each([
    ['https://a.example/', 'https://a.example'],
    ['https://a.example/app', 'https://a.example'],
    ['https://App.Example.com', 'https://app.example.com'],
    ['https://a.example:443', 'https://a.example'],
    ['http://a.example:80', 'http://a.example'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://*.Example.com/', 'https://*.example.com'],
    ['Capacitor://localhost', 'capacitor://localhost'],
  ])('rejects the origin %s, which no browser sends, and suggests %s', (wrong, right) => {
    const errors = errorsOf({ CORS_ORIGINS: `https://b.example,${wrong}` })
    expect(errors).toEqual([expect.stringMatching(/^CORS_ORIGINS: /)])
    expect(errors[0]).toContain(`not ${JSON.stringify(wrong)}`)
    expect(errors[0]).toContain(`for example CORS_ORIGINS=${right})`)
    expect(errorsOf({ CORS_ORIGINS: right })).toEqual([])
  })

  it.each([
    ...['a.example', 'null', 'https://*', 'https://*.com', 'https://a.*.example.com'],
    ...['*.example.com', '*://example.com', 'https://*.0.0.1', 'file:///', 'https://me@a.example'],
  ])('rejects %s as an origin', (CORS_ORIGINS) => {
    expect(errorsOf({ CORS_ORIGINS })).toEqual([expect.stringMatching(/^CORS_ORIGINS: /)])
  })

  it.each(['shop', '/shop/', '/', '/a b', '/shop?x', 'https://example.com/shop'])(
    'rejects %s as a public path',
    (PUBLIC_PATH_PREFIX) => {
      expect(errorsOf({ PUBLIC_PATH_PREFIX })).toEqual([
        expect.stringMatching(/^PUBLIC_PATH_PREFIX: /),
      ])
    },
  )

  it('rejects access tokens that live longer than their session', () => {
    const env = { ACCESS_TOKEN_EXPIRE_MINUTES: '1440', REFRESH_TOKEN_EXPIRE_DAYS: '1' }
    expect(errorsOf(env)).toEqual([expect.stringMatching(/^ACCESS_TOKEN_EXPIRE_MINUTES: /)])
  })
})

describe('ALGORITHM', () => {
  const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }) =>
    String(key.export({ type: 'pkcs8', format: 'pem' }))
  const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const shortRsa = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
  const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

  it.each([
    ['RS256', rsa],
    ['PS512', rsa],
    ['ES256', p256],
    ['ES256', p256.replaceAll('\n', '\\n')],
  ])('%s accepts a private key that fits', (ALGORITHM, SECRET_KEY) => {
    expect(loadConfig({ ALGORITHM, SECRET_KEY }).auth.tokens.algorithm).toBe(ALGORITHM)
  })

  it.each([
    ['RS256', undefined],
    ['RS256', 'a'.repeat(64)],
    ['RS256', p256],
    ['ES256', rsa],
    ['ES384', p256],
  ])('%s rejects other keys', (ALGORITHM, SECRET_KEY) => {
    expect(errorsOf({ ALGORITHM, SECRET_KEY })).toEqual([
      expect.stringMatching(/^SECRET_KEY: .*PEM/),
    ])
  })

  it('names the length or curve that a key must have', () => {
    const errors = (ALGORITHM: string, SECRET_KEY: string) =>
      errorsOf({ ALGORITHM, SECRET_KEY, SECRET_KEY_PREVIOUS: SECRET_KEY })
    for (const [algorithm, key, lacks] of [
      ['RS256', shortRsa, '2048 bits'],
      ['ES384', p256, 'P-384'],
    ] as const) {
      expect(errors(algorithm, key)).toEqual([
        expect.stringMatching(new RegExp(`^SECRET_KEY: .*${lacks}`)),
        expect.stringMatching(new RegExp(`^SECRET_KEY_PREVIOUS: .*${lacks}`)),
      ])
    }
  })

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ])('%s needs a secret of %i bytes, on a local machine too', (ALGORITHM, bytes) => {
    const short = 'x'.repeat(bytes - 1)
    expect(errorsOf({ ALGORITHM, SECRET_KEY: short, SECRET_KEY_PREVIOUS: short })).toEqual([
      expect.stringMatching(new RegExp(`^SECRET_KEY: .* ${bytes} bytes .*rand -hex ${bytes}`)),
      expect.stringMatching(new RegExp(`^SECRET_KEY_PREVIOUS: .* ${bytes} bytes`)),
    ])
    expect(errorsOf({ ALGORITHM, SECRET_KEY: 'é'.repeat(bytes / 2) })).toEqual([])
    expect(errorsOf({ ALGORITHM })).toEqual([])
  })

  it('does not accept none', () => {
    expect(errorsOf({ ALGORITHM: 'none' })).toEqual([expect.stringMatching(/^ALGORITHM: /)])
  })
})

describe('traces', () => {
  it('are off without a receiver, and where the SDK is disabled', () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }
    expect(loadConfig({ OTEL_SERVICE_NAME: 'shop' }).telemetry).toBeUndefined()
    expect(loadConfig({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).telemetry).toBeUndefined()
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, authorization=Basic YTpi==' }
    expect(loadConfig({ ...endpoint, ...headers }).telemetry).toMatchObject({
      headers: { 'x-key': 'a b', authorization: 'Basic YTpi==' },
    })
  })

  it('are an error where OpenTelemetry would send nothing or something else', () => {
    const wrong = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 'top-secret',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '10',
    }
    const errors = errorsOf(wrong)
    expect(errors.map((it) => it.split(':')[0]).sort()).toEqual(Object.keys(wrong).sort())
    expect(errors.join('\n')).not.toContain('top-secret')
  })
})

describe('.env.example', () => {
  it('lists exactly the variables that are read, as docs/configuration.md does', () => {
    const seen = new Set<string>()
    const spy: Environment = new Proxy({}, { get: (_, name) => void seen.add(String(name)) })
    loadDevelopmentConfig(spy)
    testerOf(spy)
    const file = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    const documented = [...file.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
    expect(documented.sort()).toEqual([...seen].sort())
    const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
    const unsaid = [...seen].filter((name) => {
      const [, head, tail] = /^(REDIS_QUEUE)(_\w+)$/.exec(name) ?? []
      return !page.includes(`\`${name}\``) && !(head && page.includes(`\`${tail}\``))
    })
    expect(unsaid).toEqual([])
  })

  it('is a valid configuration and states the defaults', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    expect(loadConfig(parseEnv(text) as Environment)).toEqual(loadConfig({}))
  })
})

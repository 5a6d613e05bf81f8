// A managed Redis: TLS with its own certificate authority, and a user with few permissions. Slow: it
// creates certificates and starts services, workers and a Redis.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import type { Environment } from '../../../src/config/config.ts'
import { person, password as usersPassword } from '../../support/builders.ts'
import { createCertificates } from '../../support/certificates.ts'
import { createClient } from '../../support/client.ts'
import { submitJob } from '../../support/jobs.ts'
import { useRedis } from '../../support/redis.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const redis = useRedis()
const service = useService()
const password = 'p@ss/w%rd:1'
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redis-tls-'))
  createCertificates(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts Redis with TLS. @returns its URL for this password, and the plain port. */
async function startManaged() {
  const [port, tlsPort] = [await freePort(), await freePort()]
  const prefix = service.env.REDIS_PREFIX
  const pem = (name: string) => JSON.stringify(join(folder, name))
  await redis.start(port, {
    settings: [
      `tls-port ${tlsPort}`,
      `tls-cert-file ${pem('server.pem')}`,
      `tls-key-file ${pem('server.key')}`,
      `tls-ca-cert-file ${pem('ca.pem')}`,
      'tls-auth-clients no',
      `user app on >${password} ~${prefix}:* +@all -@dangerous +info`,
    ],
  })
  const url = (secret: string) => `rediss://app:${encodeURIComponent(secret)}@localhost:${tlsPort}`
  return { url, port }
}

/** The environment of the service, with Redis named by URL alone. */
function withUrl(env: Environment): Environment {
  const { REDIS_CACHE_HOST: _host, REDIS_CACHE_PORT: _port, ...rest } = service.env
  return { ...rest, REDIS_CACHE_TLS_CA: join(folder, 'ca.pem'), ...env }
}

/** Why the cache is out of use, as the log of a service with this environment says it. */
async function reasonsOf(env: Environment): Promise<string[]> {
  const started = await startService(withUrl({ ...env, LOG_LEVEL: 'debug' }))
  try {
    const attempts = () => started.logged().filter((it) => it.msg === 'redis')
    await until('several attempts to connect', () => attempts().length > 5 || undefined)
    return warnings(started.logged())
  } finally {
    await started.stop()
    const secrets = JSON.stringify(started.logged())
    expect(secrets).not.toContain(password)
    expect(secrets).not.toContain('wrong-password')
  }
}

const warnings = (lines: Record<string, unknown>[]) =>
  lines
    .filter((it) => it.level === 'warn' && String(it.msg).startsWith('the cache is out of use'))
    .map((it) => (it.err as { message: string }).message)

describe('a Redis with TLS and users', () => {
  it('serves the cache, the limits and the queue', async () => {
    const { url } = await startManaged()
    const env = withUrl({
      REDIS_CACHE_URL: url(password),
      RATE_LIMIT_FACTOR: '1',
      REDIS_CACHE_DEADLINE_MS: '5000',
    })
    const started = await startService(env, { worker: true })
    try {
      const api = createClient(started.url)
      const someone = await person(service)
      const read = () => api.get(`/users/${someone.username}`)
      await read()
      const hit = async () => (await read()).headers.get('cache-status')?.includes('hit')
      await until('a hit', async () => (await hit()) || undefined)
      await (await submitJob(service.db)).is('over')
      const login = { username: someone.username, password: usersPassword }
      expect((await api.post('/login', login)).status).toBe(200)
      const lines = started.logged().filter((it) => it.level === 'info')
      const inUse = lines.map((it) => it.msg).filter((it) => String(it).endsWith('is in use'))
      const both = ['the cache is in use', 'the shared count of limits is in use']
      expect(new Set(inUse)).toEqual(new Set(both))
      const warnings = started.logged().filter((it) => it.level === 'warn')
      expect(warnings.filter((it) => /cache|limits|queue/.test(String(it.msg)))).toEqual([])
    } finally {
      await started.stop()
    }
  })

  it('has each reason why it rejects the service in the log once', async () => {
    const { url } = await startManaged()
    expect(await reasonsOf({ REDIS_CACHE_URL: url('wrong-password') })).toEqual([
      expect.stringContaining('WRONGPASS'),
    ])
    const other = { REDIS_CACHE_TLS_CA: join(folder, 'other-ca.pem') }
    expect(await reasonsOf({ REDIS_CACHE_URL: url(password), ...other })).toEqual([
      expect.stringMatching(/certificate/),
    ])
  })

  it('has the reason in the log of the worker', async () => {
    const { url } = await startManaged()
    const env = {
      REDIS_QUEUE_URL: url('wrong-password'),
      REDIS_QUEUE_TLS_CA: join(folder, 'ca.pem'),
    }
    const started = await startService({ ...service.env, ...env }, { worker: true })
    try {
      await until('a warning', () =>
        started
          .logged()
          .find((it) => it.level === 'warn' && /WRONGPASS/.test(JSON.stringify(it.err))),
      )
    } finally {
      await started.stop()
    }
  })
})

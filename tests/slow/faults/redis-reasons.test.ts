// A Redis that rejects the service: the log says why, once for each part that uses it. Slow: it starts
// services, workers and a Redis.
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { freePort } from '../../../scripts/dev/ports.ts'
import { useRedis } from '../../support/redis.ts'
import { startService, useService } from '../../support/service.ts'
import { until } from '../../support/until.ts'

const redis = useRedis()
const service = useService()
const parts = [
  'the cache is out of use',
  'the shared count of limits is out of use',
  'cannot relay the outbox',
]
type Lines = () => Record<string, unknown>[]

/** Starts a service with a worker of its own cache and queue at a Redis. */
function start(url: string) {
  const { REDIS_CACHE_HOST: _host, REDIS_CACHE_PORT: _port, ...env } = service.env
  return startService({ ...env, REDIS_CACHE_URL: url, LOG_LEVEL: 'debug' }, { worker: true })
}

/** Starts a Redis with a user who may only ping, and with a password for the user without a name. */
async function startGuarded(port: number) {
  await redis.start(port, { settings: ['user poor on >right ~* -@all +ping'] })
  const client = new Redis(port, '127.0.0.1')
  await client.config('SET', 'requirepass', 'other')
  return client
}

/** Returns the parts that have warned with a text in their reason, each as often as it has. */
function warned(logged: Lines, reason: string) {
  const lines = logged().filter((it) => it.level === 'warn')
  const told = lines.filter((it) => JSON.stringify(it.err ?? '').includes(reason))
  return parts.map((part) => told.filter((it) => String(it.msg).startsWith(part)).length)
}

/** The API and the worker have a cache each. */
const once = [2, 1, 1]

/** Waits for some more attempts of each part. */
async function moreAttempts(logged: Lines) {
  const seen = logged().length
  await until('more attempts', () => logged().length > seen + 10 || undefined)
}

it.each([
  ['NOAUTH', ''],
  ['WRONGPASS', ':wrong@'],
  ['NOPERM', 'poor:right@'],
])('is logged with %s by the cache, the limits and the queue, once each', async (reason, user) => {
  const port = await freePort()
  const client = await startGuarded(port)
  const started = await start(`redis://${user}127.0.0.1:${port}`)
  try {
    await until(
      'all warnings',
      () => String(warned(started.logged, reason)) === String(once) || undefined,
    )
    await moreAttempts(started.logged)
    expect(warned(started.logged, reason)).toEqual(once)
    const warnings = started.logged().filter((it) => it.level === 'warn')
    expect(warnings).toHaveLength(4)
  } finally {
    client.disconnect()
    await started.stop()
  }
})

it('is logged also where Redis was unreachable before, and so is the recovery', async () => {
  const port = await freePort()
  const started = await start(`redis://127.0.0.1:${port}`)
  try {
    await until('an outage', () => String(warned(started.logged, '')) === String(once) || undefined)
    const client = await startGuarded(port)
    // A part that connected before the password was set would stay connected.
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until(
      'all reasons',
      () => String(warned(started.logged, 'NOAUTH')) === String(once) || undefined,
    )
    const rejected = started.logged().length
    await client.config('SET', 'requirepass', '')
    client.disconnect()
    const back = () =>
      started
        .logged()
        .slice(rejected)
        .filter((it) => it.level === 'info')
    for (const text of ['the cache is in use', 'the shared count of limits is in use']) {
      await until(text, () => back().some((it) => it.msg === text) || undefined)
    }
    await until('the relay', () => back().some((it) => /relay/.test(String(it.msg))) || undefined)
  } finally {
    await started.stop()
  }
})

// The metrics that the API serves on a port of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../src/contract.ts'
import { requestMetrics } from '../../src/http/metrics.ts'
import { createMetrics } from '../../src/lib/metrics.ts'
import { password, person } from '../support/builders.ts'
import { createClient } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'

const service = useService()
const build = { version: '1.2.3', commit: 'abc1234' }
const metrics = createMetrics(build)
let measured: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  measured = await startService({ ...service.env, RATE_LIMIT_FACTOR: '1' }, { metrics })
})
afterAll(() => measured.stop())

/** The value of a series, whose labels may stand in any order. */
async function series(name: string, labels: Readonly<Record<string, string>> = {}) {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const lines = (await metrics.text()).split('\n')
  const found = lines.find(
    (it) => it.replace(/[{ ].*/, '') === name && pairs.every((pair) => it.includes(pair)),
  )
  return found === undefined ? undefined : Number(found.replace(/.* /, ''))
}

describe('the metrics of the API', () => {
  it('count requests by operation and class of status, with their durations', async () => {
    const someone = await person(service)
    const api = createClient(measured.url)
    await api.as(someone).get('/users/me')
    await api.get('/users/me')
    const ofMe = { operation: 'getCurrentUser' }
    const name = 'http_request_duration_seconds'
    expect(await series(`${name}_count`, { ...ofMe, status: '2xx' })).toBe(1)
    expect(await series(`${name}_count`, { ...ofMe, status: '4xx' })).toBe(1)
    expect(await series(`${name}_bucket`, { ...ofMe, status: '2xx', le: '+Inf' })).toBe(1)
    expect(await series(`${name}_sum`, { ...ofMe, status: '2xx' })).toBeGreaterThan(0)
  })

  it('have no label whose values clients choose', async () => {
    const api = createClient(measured.url)
    for (const path of ['/made-up', '/users/unknown-user', '/"}']) await api.get(path)
    await fetch(`${measured.url}/elsewhere`)
    const text = await metrics.text()
    expect(text).not.toMatch(/made-up|unknown-user|elsewhere/)
    const named = text.matchAll(/operation="([^"]*)"/g)
    const known = [...Object.keys(operations), '(none)']
    expect([...named].filter(([, it = '']) => !known.includes(it))).toEqual([])
    expect(await series('http_request_duration_seconds_count', { operation: '(none)' })).toBe(3)
  })

  it('count probes apart from requests, which they would outnumber', async () => {
    await fetch(`${measured.url}/livez`)
    await fetch(`${measured.url}/readyz`)
    expect(await series('http_probes_total')).toBe(2)
    expect(await series('http_requests_in_flight')).toBe(0)
  })

  it('count hits and misses of the cache, and limits that were reached', async () => {
    const { username } = await person(service)
    const api = createClient(measured.url)
    await api.get(`/users/${username}`)
    await api.get(`/users/${username}`)
    const ofUser = { operation: 'getUser' }
    expect(await series('cache_requests_total', { ...ofUser, result: 'miss' })).toBe(1)
    expect(await series('cache_requests_total', { ...ofUser, result: 'hit' })).toBe(1)
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await api.post('/login', { username, password: `${password}-wrong` })
    }
    expect(await series('http_rate_limited_total', { operation: 'login' })).toBe(1)
  })

  it('show the build, the pool and the event loop', async () => {
    expect(await series('build_info', build)).toBe(1)
    expect(await series('db_pool_connections', { state: 'idle' })).toBeGreaterThan(0)
    expect(await series('db_pool_connections_max')).toBe(10)
    expect(await series('db_pool_waiting')).toBe(0)
    expect(await series('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  })

  it('cost each request less than a microsecond', () => {
    const observer = requestMetrics(createMetrics(build), Object.keys(operations))
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now()
      for (let count = 0; count < 20_000; count += 1) {
        observer.started()
        observer.ended('getUser', 200, (count % 100) / 1000)
      }
      return (performance.now() - start) / 20
    })
    // In microseconds; the best of several rounds, because other processes share the machine.
    expect(Math.min(...times) / 1000).toBeLessThan(1)
  })
})

describe('the port of the API', () => {
  it('serves no metrics', async () => {
    expect((await fetch(`${measured.url}/metrics`)).status).toBe(404)
  })
})

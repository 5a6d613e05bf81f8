// A cache whose Redis is absent, dies, hangs, restarts or rejects writes: requests continue, and once the cache is
// used again, it holds nothing older than the notes. In `npm test` although it takes more than 5 s, since any
// change of the cache can break it.
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/dev/ports.ts'
import { send, serveNotes } from '../support/notes.ts'
import { useRedis } from '../support/redis.ts'
import { sendSignal } from '../support/signal.ts'
import { until } from '../support/until.ts'

const servers = useRedis()
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const hit = 'api; hit'
const bypass = 'api; fwd=bypass'

interface PairOptions {
  readonly port?: number
  readonly durable?: boolean
  readonly deadlineMs?: number
}

/** Starts two services on one set of notes, with a Redis of their own and a note to read and change. */
async function pair({ port, durable = false, deadlineMs = 250 }: PairOptions = {}) {
  const redisPort = port ?? (await freePort())
  const start = () => servers.start(redisPort, { durable })
  const redis = port === undefined ? await start() : undefined
  const notes = new Map([['it', { text: 'v0' }]])
  const options = { redisPort, prefix: 'pair', deadlineMs, notes }
  const services = [await serveNotes(options), await serveNotes(options)] as const
  stops.push(services[0].stop, services[1].stop)
  const reader = (url: string) => () => send(url, 'GET', '/notes/it')
  const [one, other] = [reader(services[0].url), reader(services[1].url)]
  const write = (text: string) => send(services[0].url, 'PUT', '/notes/it', { body: { text } })
  const client = () => {
    const control = new Redis(redisPort, '127.0.0.1', { maxRetriesPerRequest: 0 })
    stops.push(async () => control.disconnect())
    return control
  }
  return { redis, start, services, one, other, write, client }
}

/** Waits until both find the note in the cache, as it is among the notes. */
async function usedAgain({ one, other }: Awaited<ReturnType<typeof pair>>, text: string) {
  for (const read of [one, other]) {
    await until('a hit', async () => {
      const answer = await read()
      expect([answer.status, answer.body.text]).toEqual([200, text])
      return answer.cache === hit || undefined
    })
  }
}

/** The lines about the cache, by what they say. */
function said({ logged }: { logged: () => Record<string, unknown>[] }) {
  return logged()
    .map((it) => String(it.msg))
    .filter((it) => it.startsWith('the cache'))
}
const inUse = 'the cache is in use'
const outOfUse = expect.stringContaining('the cache is out of use')

describe('the cache', () => {
  it('is used once a Redis starts that was absent', async () => {
    const both = await pair({ port: await freePort() })
    expect((await both.one()).cache).toBe(bypass)
    expect((await both.write('v1')).status).toBe(200)
    expect((await both.other()).body.text).toBe('v1')
    await both.start()
    await usedAgain(both, 'v1')
    expect(said(both.services[0])).toEqual([outOfUse, inUse])
  })

  it('answers each request while Redis dies under load', async () => {
    // On a busy machine, the usual deadline may also pass while Redis is well.
    const both = await pair({ deadlineMs: 5000 })
    await usedAgain(both, 'v0')
    let version = 0
    let reads = 0
    let dead = false
    const reading = Array.from({ length: 8 }, async (_, index) => {
      for (let after = 0; after < 50; after += dead ? 1 : 0) {
        const oldest = version
        const answer = await (index % 2 ? both.one : both.other)()
        expect(answer.status, answer.text).toBe(200)
        expect(Number(answer.body.text?.slice(1))).toBeGreaterThanOrEqual(oldest)
        reads++
      }
    })
    const writing = (async () => {
      for (let next = 1; next <= 60; next++) {
        const answer = await both.write(`v${next}`)
        expect(answer.status, answer.text).toBe(200)
        version = next
        if (next === 20) await both.redis?.stop()
        if (next === 20) dead = true
      }
    })()
    await Promise.all([...reading, writing])
    expect(reads).toBeGreaterThan(100)
    expect(said(both.services[0])).toEqual([inUse, outOfUse])
    await both.start()
    await usedAgain(both, 'v60')
  })

  it('drops what a restarted Redis has loaded from disk', async () => {
    const both = await pair({ durable: true })
    await usedAgain(both, 'v0')
    await both.redis?.stop()
    await both.write('v1')
    await both.start()
    await usedAgain(both, 'v1')
  })

  it('waits once for a Redis that accepts and never answers', async () => {
    const both = await pair()
    await usedAgain(both, 'v0')
    sendSignal(both.redis?.pid, 'SIGSTOP')
    stops.push(async () => sendSignal(both.redis?.pid, 'SIGCONT'))
    for (let count = 1; count <= 20; count++) {
      expect((await both.write(`v${count}`)).status).toBe(200)
      const answer = await both.one()
      expect([answer.cache, answer.body.text]).toEqual([bypass, `v${count}`])
    }
    expect(said(both.services[0])).toEqual([inUse, outOfUse])
    await until('the other one noticing', async () => {
      const answer = await both.other()
      expect(answer.status).toBe(200)
      return answer.cache === bypass || undefined
    })
    sendSignal(both.redis?.pid, 'SIGCONT')
    await usedAgain(both, 'v20')
    expect(said(both.services[0])).toEqual([inUse, outOfUse, inUse])
  })

  it('is filled again after Redis was emptied', async () => {
    const both = await pair()
    await usedAgain(both, 'v0')
    await both.client().flushall()
    await both.write('v1')
    await usedAgain(both, 'v1')
    expect(said(both.services[0])).toEqual([inUse])
  })

  it('is never stale while Redis is out of memory', async () => {
    const both = await pair()
    await usedAgain(both, 'v0')
    const control = both.client()
    await control.config('SET', 'maxmemory', '1')
    expect((await both.write('v1')).status).toBe(200)
    expect((await both.other()).body.text).toBe('v1')
    expect((await both.one()).body.text).toBe('v1')
    await control.config('SET', 'maxmemory', '0')
    await usedAgain(both, 'v1')
  })

  it('is not read while Redis is read-only', async () => {
    const both = await pair()
    await usedAgain(both, 'v0')
    const control = both.client()
    await control.replicaof('127.0.0.1', String(await freePort()))
    for (const read of [both.one, both.other]) {
      await until('the cache out of use', async () => {
        const answer = await read()
        return answer.cache === bypass || undefined
      })
    }
    expect((await both.write('v1')).status).toBe(200)
    for (const read of [both.one, both.other]) {
      expect((await read()).body.text).toBe('v1')
    }
    await control.replicaof('NO', 'ONE')
    await usedAgain(both, 'v1')
  })

  it('ignores garbage in Redis', async () => {
    const both = await pair()
    await usedAgain(both, 'v0')
    const control = both.client()
    const keys = await control.keys('*:cache:*')
    expect(keys.length).toBeGreaterThan(3)
    for (const key of keys.filter((it) => it.includes(':entry:'))) await control.set(key, 'garbage')
    expect((await both.one()).body.text).toBe('v0')
    await usedAgain(both, 'v0')
    for (const key of keys) {
      await control.del(key)
      await control.lpush(key, 'garbage')
    }
    expect((await both.one()).status).toBe(200)
    await both.write('v1')
    expect((await both.other()).body.text).toBe('v1')
  })
})

it('counts hits, misses, fills and invalidations by operation', async () => {
  const both = await pair()
  await both.one()
  await both.one()
  await both.write('v1')
  const counters = both.services[0].counters()
  expect(counters.get('getNote')).toEqual({
    hits: 1,
    misses: 1,
    bypasses: 0,
    fills: 1,
    invalidations: 1,
    errors: 0,
  })
  expect(counters.get('putNote')?.invalidations).toBe(1)
})

// What cached reads leave in Redis, and for how long.
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { send, serveNotes } from '../support/notes.ts'
import { until } from '../support/until.ts'

let service: Awaited<ReturnType<typeof serveNotes>>
let redis: Redis
beforeAll(async () => {
  service = await serveNotes({ redisPort: inject('redisPort') })
  redis = new Redis(inject('redisPort'), '127.0.0.1')
})
afterAll(async () => {
  redis.disconnect()
  await service.stop()
})

/** The cache's keys that have this in their name, with the milliseconds that each still lives. */
async function lifetimes(part: string): Promise<Record<string, number>> {
  const keys = await redis.keys(`${service.prefix}:cache:*${part}*`)
  return Object.fromEntries(await Promise.all(keys.map(async (it) => [it, await redis.pttl(it)])))
}

it('a note that does not exist leaves keys behind for at most ten seconds', async () => {
  expect((await send(service.url, 'GET', '/notes/nothing')).status).toBe(404)
  const left = await lifetimes('nothing')
  expect(Object.keys(left)).not.toEqual([])
  expect(Object.keys(left).filter((it) => it.includes(':entry:'))).toEqual([])
  for (const [key, lifetime] of Object.entries(left)) {
    expect(lifetime, key).toBeGreaterThan(0)
    expect(lifetime, key).toBeLessThanOrEqual(10_000)
  }
})

it('a response is kept with versions that outlive it', async () => {
  await send(service.url, 'PUT', '/notes/kept', { body: { text: 'x' } })
  await send(service.url, 'GET', '/notes/kept')
  const kept = await until('the entry', async () => {
    const found = await lifetimes('getNote*kept')
    return Object.keys(found).some((it) => it.includes(':entry:')) ? found : undefined
  })
  const of = (kind: string) => Object.entries(kept).filter(([key]) => key.includes(`:${kind}:`))
  const [[, entry] = ['', 0]] = of('entry')
  expect(entry).toBeGreaterThan(3_000_000)
  const shared = Object.entries(await lifetimes(':tag:getNote#'))
  for (const [key, version] of [...of('tag'), ...shared]) {
    expect(version, key).toBeGreaterThanOrEqual(entry)
  }
})

it('a write leaves no marks behind once it is answered', async () => {
  await send(service.url, 'PUT', '/notes/marked', { body: { text: 'Changed' } })
  const marked = await Promise.all(Object.keys(await lifetimes(':tag:')).map((it) => redis.get(it)))
  expect(marked.filter((it) => it?.startsWith('!'))).toEqual([])
})

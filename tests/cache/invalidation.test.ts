// Invalidations of the cache, on a Redis of the test run.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createCache } from '../../src/cache/cache.ts'
import { createLogger } from '../../src/lib/log.ts'

const log = createLogger({ level: 'silent', part: 'test' })
const server = { host: '127.0.0.1', port: inject('redisPort'), db: 0 }
const prefix = `test-${randomUUID()}`
const cache = createCache({ ...server, prefix, deadline: 5000 }, log)
const redis = new Redis(server)

beforeAll(() => cache.settled)
afterAll(() => {
  cache.close()
  redis.disconnect()
})

async function setAndGet(tag: string) {
  const found = await cache.get('name', [tag])
  if (found.state !== 'miss') return found.state
  const { versions } = found
  await cache.set({ name: 'name', tags: [tag], versions, value: Buffer.from('value'), seconds: 9 })
  return (await cache.get('name', [tag])).state
}

it('finds a value again once an invalidation has finished', async () => {
  const started = await cache.startInvalidation(['a'])
  expect(await setAndGet('a')).toBe('marked')
  expect(await cache.finishInvalidation(started)).toBe(true)
  expect(await setAndGet('a')).toBe('hit')
})

it('keeps the mark of an abandoned invalidation, whatever other invalidations do', async () => {
  const abandoned = await cache.startInvalidation(['b'])
  expect(await cache.abandonInvalidation(abandoned)).toBe(true)
  const other = await cache.startInvalidation(['b'])
  expect(await cache.finishInvalidation(other)).toBe(true)
  expect(await setAndGet('b')).toBe('marked')
  // Longer than the mark of a write that is in progress.
  expect(await redis.pttl(`${prefix}:cache:tag:b`)).toBeGreaterThan(30_000)
})

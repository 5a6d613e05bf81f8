// What cached reads leave in Redis, and for how long.
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { person, signUp } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

// A busy machine must not look like a Redis that is away.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })
let redis: Redis
beforeAll(() => {
  redis = new Redis(inject('redisPort'), '127.0.0.1')
})
afterAll(() => redis.disconnect())

/** The cache's keys that have this in their name, with the milliseconds that each still lives. */
async function lifetimes(part: string): Promise<Record<string, number>> {
  const keys = await redis.keys(`${service.env.REDIS_PREFIX}:cache:*${part}*`)
  return Object.fromEntries(await Promise.all(keys.map(async (it) => [it, await redis.pttl(it)])))
}

it('what does not exist leaves keys behind for ten seconds at most', async () => {
  const { username } = signUp()
  expect((await service.api.get(`/users/${username}`)).status).toBe(404)
  expect((await service.api.get(`/users/${username}/posts`)).status).toBe(404)
  const left = await lifetimes(username)
  expect(Object.keys(left).filter((it) => it.includes(':entry:'))).toEqual([])
  for (const [key, lifetime] of Object.entries(left)) {
    expect(lifetime, key).toBeGreaterThan(0)
    expect(lifetime, key).toBeLessThanOrEqual(10_000)
  }
})

it('an answer is kept with versions that outlive it', async () => {
  const { username } = await person(service.api)
  await service.api.get(`/users/${username}`)
  const kept = await until('the entry', async () => {
    const found = await lifetimes(`getUser*${username}`)
    return Object.keys(found).some((it) => it.includes(':entry:')) ? found : undefined
  })
  const of = (kind: string) => Object.entries(kept).filter(([key]) => key.includes(`:${kind}:`))
  const [[, entry] = ['', 0]] = of('entry')
  expect(entry).toBeGreaterThan(3_000_000)
  for (const [key, version] of [
    ...of('tag'),
    ...Object.entries(await lifetimes(':tag:getUser#')),
  ]) {
    expect(version, key).toBeGreaterThanOrEqual(entry)
  }
})

it('a write leaves marks behind for as long as it takes', async () => {
  const ada = await person(service.api)
  const path = `/users/${ada.username}`
  await service.api.as(ada).patch(path, { name: 'Changed' })
  const marked = await Promise.all(Object.keys(await lifetimes(':tag:')).map((it) => redis.get(it)))
  expect(marked.filter((it) => it?.startsWith('!'))).toEqual([])
})

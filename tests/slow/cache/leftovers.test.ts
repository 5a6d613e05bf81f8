// What anonymous clients leave behind is what the table in docs/security.md says, and no more.
// Slow because it sends 10,000 requests.
import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Redis } from 'ioredis'
import pLimit from 'p-limit'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { contract, operations } from '../../../generated/operations.ts'
import type { Operation } from '../../../src/engine/operation.ts'
import { person, signUp } from '../../support/builders.ts'
import { useService } from '../../support/service.ts'

const service = useService({
  env: {
    RATE_LIMIT_FACTOR: '1',
    TRUSTED_PROXIES: '127.0.0.1',
    REDIS_CACHE_DEADLINE_MS: '5000',
    LOG_LEVEL: 'warn',
  },
})
const addresses = 100
const total = 10_000

interface Row {
  readonly operation: string
  readonly store: string
  readonly key: string
  /** Infinite where it stays. */
  readonly seconds: number
  readonly most: string
}

let table: Row[]
let redis: Redis
beforeAll(async () => {
  redis = new Redis(inject('redisPort'), '127.0.0.1')
  const page = await readFile('docs/security.md', 'utf8')
  const [, section = ''] = page.split('## What anonymous clients leave behind\n')
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((it) => /^\| [`a]/.test(it))
  table = lines.flatMap((line) => {
    const [, operation = '', store = '', key = '', seconds = '', most = ''] = line
      .split('|')
      .map((it) => it.trim().replaceAll('`', ''))
    const lifetime = seconds === 'for ever' ? Infinity : Number(seconds)
    const row = { operation, store, key, seconds: lifetime, most }
    return operation === 'a cached read' ? cachedReads(row) : [row]
  })
})
afterAll(() => redis.disconnect())

const anyone = Object.values<Operation>(operations).filter((it) => it.security.length === 0)

/** Returns a row for each read that the row of all cached reads stands for. */
function cachedReads(row: Row): Row[] {
  const [, one, two] =
    /^(\d+) for each request, (\d+) with two path parameters$/.exec(row.most) ?? []
  return anyone
    .filter((it) => it.cache)
    .map(({ operationId: operation, parameters }) => ({
      ...row,
      operation,
      key: row.key.replace('<operation>', operation),
      most: `${Object.keys(parameters.path).length > 1 ? two : one} for each request`,
    }))
}

/** A name that an account may have, a different one each time. */
const name = () => `n${randomBytes(9).toString('hex')}`
const cursor = () => randomBytes(28).toString('base64url')

/** By operation, a request that asks for what does not exist, or makes something useless. */
const hostile: Readonly<
  Record<string, (known: string, index: number) => { path: string; body?: object }>
> = {
  getHealth: () => ({ path: '/health' }),
  getUser: () => ({ path: `/users/${name()}` }),
  listPosts: (known, index) => ({
    path:
      index % 2 === 0
        ? `/users/${known}/posts?cursor=${cursor()}`
        : `/users/${name()}/posts?limit=100`,
  }),
  getPost: () => ({ path: `/users/${name()}/posts/${randomUUID()}` }),
  login: () => ({ path: '/login', body: { username: name(), password: 'Wrong-one-1' } }),
  refreshToken: () => ({ path: '/refresh', body: { refresh_token: cursor() } }),
  createUser: () => ({ path: '/users', body: signUp() }),
}

/** How often the requests of an operation came. */
const asked = new Map<string, number>()

async function send(id: string, known: string, index: number) {
  const to = hostile[id]?.(known, index)
  if (to === undefined) throw new Error(`no hostile request for ${id}`)
  asked.set(id, (asked.get(id) ?? 0) + 1)
  const { path, body } = to
  const response = await fetch(service.url + contract.basePath + path, {
    method: operations[id as keyof typeof operations].method.toUpperCase(),
    headers: {
      'x-forwarded-for': `203.0.113.${index % addresses}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  await response.arrayBuffer()
  expect(response.status, `${id} answers ${response.status}`).toBeLessThan(500)
}

const tables = [
  'users',
  'sessions',
  'refresh_tokens',
  'posts',
  'tasks',
  'outbox',
  'idempotency_keys',
]

async function rows() {
  const counts = await Promise.all(
    tables.map(async (it) => {
      const [{ count } = { count: 0 }] = await service.db(it).count({ count: '*' })
      return [it, Number(count)] as const
    }),
  )
  return new Map(counts)
}

/** What a row of the table allows. */
function bound({ most, operation }: Row): number {
  const [, count, per] = /^(\d+)(?: for each (address|request))?$/.exec(most) ?? []
  if (count === undefined) throw new Error(`the table says "${most}"`)
  const times = { address: addresses, request: asked.get(operation) ?? 0, undefined: 1 }
  return Number(count) * times[per as 'address' | 'request' | 'undefined']
}

const matches = (key: string, pattern: string) =>
  pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern

it('ten thousand hostile requests leave what the table says, and no more', async () => {
  const known = await person(service)
  await redis.keys(`${service.env.REDIS_PREFIX}:*`).then((keys) => keys.length && redis.del(keys))
  const before = await rows()

  const limit = pLimit(50)
  const ids = anyone.map((it) => it.operationId)
  const sending = Array.from({ length: total }, (_, index) => {
    // Most sign-ups would only wait for bcrypt; the others are asked for more often.
    const id = ids[Math.floor(index / addresses) % ids.length] ?? ''
    return limit(() => send(id, known.username, index))
  })
  await Promise.all(sending)

  const prefix = `${service.env.REDIS_PREFIX}:`
  const left = (await redis.keys(`${prefix}*`)).map((it) => it.slice(prefix.length))
  const counts = new Map<Row, number>()
  for (const key of left) {
    const row = table.find((it) => it.store === 'Redis' && matches(key, it.key))
    expect(row, `the table does not have ${key}`).toBeDefined()
    if (row === undefined) continue
    counts.set(row, (counts.get(row) ?? 0) + 1)
    const lifetime = await redis.pttl(`${prefix}${key}`)
    if (row.seconds === Infinity) continue
    expect(lifetime, `${key} lives for ever`).not.toBe(-1)
    expect(lifetime, key).toBeLessThanOrEqual(row.seconds * 1000)
  }
  for (const [row, count] of counts) expect(count, row.key).toBeLessThanOrEqual(bound(row))

  for (const [name, count] of await rows()) {
    const row = table.find((it) => it.store === 'PostgreSQL' && it.key === name)
    const more = count - (before.get(name) ?? 0)
    expect(more, `rows of ${name}`).toBeLessThanOrEqual(row ? bound(row) : 0)
  }
  const named = new Set(table.map((it) => it.operation))
  expect(ids.filter((it) => !named.has(it))).toEqual(['getHealth'])
}, 600_000)

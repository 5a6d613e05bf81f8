// Fills answer cached reads: they see the key and nothing of a caller. Writes mark what they change as
// late as possible.
import { randomUUID } from 'node:crypto'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, inject, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { createCache } from '../../src/cache/cache.ts'
import { responseCache } from '../../src/engine/steps/cache.ts'
import type { AnyHandler } from '../../src/engine/types.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/lib/log.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'
import { until } from '../support/until.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})
const log = createLogger({ level: 'silent', part: 'test' })

const text = { type: 'string', maxLength: 1_000_000 }
const header = (name: string) => ({ name, in: 'header', schema: { type: 'string' } }) as const
const secured = { security: [{ bearer: [] }], responses: ok(text, 'x') }
const reads = {
  '/shared': { operationId: 'getShared', 'x-cache': { scope: 'public' } },
  '/own': {
    operationId: 'getOwn',
    'x-cache': { scope: 'own' },
    parameters: [header('If-None-Match')],
  },
  '/open': { operationId: 'getOpen', 'x-cache': {}, security: [] },
} as const

/** Returns the base URL of a service with three cached reads and one write; a token is a caller's id. */
async function serve(handlers: Record<string, AnyHandler>) {
  const write = toyOperation({ operationId: 'putOwn', 'x-invalidates': ['getOwn'], ...secured })
  const paths = Object.fromEntries(
    Object.entries(reads).map(([path, fields]) => [
      path,
      { get: toyOperation({ ...secured, ...(fields as Partial<OperationObject>) }) },
    ]),
  )
  const compiled = await compile(toyDocument({ ...paths, '/write': { put: write } }))
  const server = { host: '127.0.0.1', port: inject('redisPort'), db: 0, deadline: 5000 }
  const store = createCache({ ...server, prefix: `fills-${randomUUID()}` }, log)
  await store.settled
  const nothing: AnyHandler = () => ({ status: 200, body: '' })
  const app = createApp({
    ...compiled,
    handlers: {
      getShared: nothing,
      getOwn: nothing,
      getOpen: nothing,
      putOwn: nothing,
      ...handlers,
    },
    authenticators: {
      bearer: async (id) => ({ id, owns: { name: id }, scopes: ['superuser'], sessionId: 'one' }),
    },
    docs: {
      access: 'anyone',
      scope: 'superuser',
      byToken: async () => null,
      byPassword: async () => null,
    },
    rateLimits: { quota: () => undefined },
    addressOf: () => 'anywhere',
    cors: [],
    headers: {},
    maxAge: 60,
    notReady: async () => undefined,
    bodyLimit: 1024,
    strict: false,
    cache: responseCache(store, compiled.operations),
    log,
  })
  const listening = createServer(app.callback()).listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  closers.push(
    store.close,
    () => listening.closeAllConnections(),
    () => listening.close(),
  )
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/toy`
}

const as = (id: string) => ({ headers: { authorization: `Bearer ${id}` } })
async function ask(url: string, id: string, method = 'GET') {
  const response = await fetch(url, { method, ...as(id) })
  const { status, headers } = response
  return { status, text: await response.text(), cache: headers.get('cache-status') }
}

/** Returns a promise and the function that resolves it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

it('a fill sees the key of its response and nothing of the caller', async () => {
  const seen: Record<string, unknown>[] = []
  const look: AnyHandler = (request: object, context: object) => {
    seen.push({ ...request, context: Object.keys(context) })
    return { status: 200, body: '' }
  }
  const url = await serve({ getShared: look, getOwn: look, getOpen: look })
  const headers = { ...as('ada').headers, 'if-none-match': '"x"' }
  for (const path of ['/shared', '/own', '/open']) await fetch(url + path, { headers })
  const nothing = { params: {}, query: {}, headers: {}, cookies: {}, body: undefined }
  const context = ['log']
  expect(seen).toEqual([
    { ...nothing, principal: null, context },
    { ...nothing, principal: { id: 'ada' }, context },
    { ...nothing, principal: null, context },
  ])
})

it('a client that hangs up does not end the fill that other clients wait for', async () => {
  const { open, opened } = gate()
  let fills = 0
  const url = await serve({
    getOpen: async () => {
      fills++
      await opened
      return { status: 200, body: 'here' }
    },
  })
  const first = get(`${url}/open`)
  first.on('error', () => {})
  await until('the fill', () => fills || undefined)
  const second = fetch(`${url}/open`)
  first.destroy()
  await new Promise((resolve) => first.once('close', resolve))
  open()
  const answer = await second
  expect([answer.status, await answer.text()]).toEqual([200, '"here"'])
})

it('a write invalidates the responses of its caller only', async () => {
  const url = await serve({})
  for (const id of ['ada', 'grace']) await ask(`${url}/own`, id)
  await ask(`${url}/write`, 'ada', 'PUT')
  expect((await ask(`${url}/own`, 'grace')).cache).toBe('api; hit')
  expect((await ask(`${url}/own`, 'ada')).cache).toBe('api; fwd=uri-miss; stored')
})

it('a write in two steps drops the responses of the principal that its first step found', async () => {
  const url = await serve({
    putOwn: {
      prepare: async () => 'grace',
      affects: (found: string) => found,
      run: () => ({ status: 200, body: '' }),
    },
  })
  for (const id of ['ada', 'grace']) await ask(`${url}/own`, id)
  await ask(`${url}/write`, 'ada', 'PUT')
  expect((await ask(`${url}/own`, 'ada')).cache).toBe('api; hit')
  expect((await ask(`${url}/own`, 'grace')).cache).toBe('api; fwd=uri-miss; stored')
})

it('responses stay in use during the first step of a write, and not during the second', async () => {
  const [slow, quick] = [gate(), gate()]
  const reached: string[] = []
  const url = await serve({
    putOwn: {
      prepare: async () => {
        reached.push('first')
        await slow.opened
      },
      run: async () => {
        reached.push('second')
        await quick.opened
        return { status: 200, body: '' }
      },
    },
  })
  await ask(`${url}/own`, 'ada')
  const writing = ask(`${url}/write`, 'ada', 'PUT')
  await until('the first step', () => reached[0])
  expect((await ask(`${url}/own`, 'ada')).cache).toBe('api; hit')
  slow.open()
  await until('the second step', () => reached[1])
  expect((await ask(`${url}/own`, 'ada')).cache).toBe('api; fwd=uri-miss')
  quick.open()
  expect((await writing).status).toBe(200)
  expect((await ask(`${url}/own`, 'ada')).cache).toBe('api; fwd=uri-miss; stored')
})

it('a response over 256 KiB is sent and not kept', async () => {
  let length = 262_000
  const long: AnyHandler = () => ({ status: 200, body: 'x'.repeat(length) })
  const url = await serve({ getOpen: long, getShared: long })
  expect((await ask(`${url}/open`, 'ada')).cache).toBe('api; fwd=uri-miss; stored')
  expect((await ask(`${url}/open`, 'ada')).cache).toBe('api; hit')
  length = 263_000
  for (const _ of [1, 2]) {
    const answer = await ask(`${url}/shared`, 'ada')
    expect([answer.text.length, answer.cache]).toEqual([length + 2, 'api; fwd=uri-miss'])
  }
})

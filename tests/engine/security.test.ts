// Callers of several security schemes, each with ids of its own: what is kept, counted and owned stays
// apart. An API key in a URL leaves no trace.
import { expect, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { serve as listen } from '../../scripts/contract/try/service.ts'
import { type CacheStore, responseCache } from '../../src/engine/steps/cache.ts'
import type { AnyHandler, Engine } from '../../src/engine/types.ts'
import { createPages } from '../../src/engine/urls.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/lib/log.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const schemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  key: { type: 'apiKey', in: 'query', name: 'api_key' },
}
const either = [{ bearer: [] }, { key: [] }]
const text = { type: 'string', maxLength: 1000 }

interface Service {
  readonly operation: Partial<OperationObject>
  readonly handler: AnyHandler
  readonly path?: string
  readonly engine?: Partial<Engine>
}

/** Serves one GET. Credentials are their own id, own a shelf of that name, and have the scope `read`. */
async function serve({ operation, handler, path = '/thing', engine = {} }: Service) {
  const document = toyDocument({
    [path]: { get: toyOperation({ responses: ok(text, 'x'), ...operation }) },
  })
  document.components.securitySchemes = schemes
  const compiled = await compile(document)
  const seen: string[] = []
  const store: CacheStore = {
    async get(name) {
      seen.push(name)
      return { state: 'unused', failed: false }
    },
    set: async () => false,
    startInvalidation: async () => undefined,
    extendInvalidation: async () => {},
    finishInvalidation: async () => true,
    abandonInvalidation: async () => true,
  }
  const quota = (_name: string, { limit, window }: { limit: number; window: number }) => ({
    ...{ limit, window },
    async spend(subject: string) {
      seen.push(subject)
      return { isOver: false, remaining: 1, resetIn: 1 }
    },
  })
  const find = async (id: string) => ({ id, owns: { shelf: id }, scopes: ['read'] })
  const lines: string[] = []
  const app = createApp({
    ...compiled,
    handlers: { getThing: handler },
    authenticators: { bearer: find, key: find },
    docs: {
      access: 'anyone',
      scope: 'superuser',
      byToken: async () => null,
      byPassword: async () => null,
    },
    rateLimits: { quota },
    addressOf: () => 'anywhere',
    ...{ cors: [], headers: {}, maxAge: 60, bodyLimit: 1024, strict: false },
    notReady: async () => undefined,
    cache: responseCache(store, compiled.operations),
    pages: createPages([Buffer.alloc(32)], compiled),
    log: createLogger({ level: 'info', part: 'test' }, { write: (line) => void lines.push(line) }),
    ...engine,
  })
  const { url, stop } = await listen(app.callback())
  return { url: `${url}/toy`, seen, lines, stop }
}

const token = (id: string) => ({ headers: { authorization: `Bearer ${id}` } })

it('a response of a caller is kept apart from that of a caller of another scheme with the same id', async () => {
  const got: unknown[] = []
  const { url, seen, stop } = await serve({
    operation: { security: either, 'x-cache': { scope: 'principal', unchanging: 'never' } },
    handler: ({ principal }: { principal: unknown }) => {
      got.push(principal)
      return { status: 200, body: '' }
    },
  })
  await fetch(`${url}/thing`, token('7'))
  await fetch(`${url}/thing?api_key=7`)
  await stop()
  expect(seen.map((it) => it.split('@')[1])).toEqual(['bearer:7', 'key:7'])
  expect(got).toEqual([
    { id: '7', scheme: 'bearer', others: {} },
    { id: '7', scheme: 'key', others: {} },
  ])
})

it('a quota is spent by a caller of one scheme, and not by one of another with the same id', async () => {
  const { url, seen, stop } = await serve({
    operation: { security: either, 'x-rate-limit': { limit: 1, window: 1, by: 'principal' } },
    handler: () => ({ status: 200, body: '' }),
  })
  await fetch(`${url}/thing`, token('7'))
  await fetch(`${url}/thing?api_key=7`)
  await fetch(`${url}/thing?api_key=7%26bearer:7`)
  await stop()
  expect(seen).toEqual(['bearer:7', 'key:7', 'key:7%26bearer%3A7'])
})

it('of two principals of a caller, the one who owns the resource counts', async () => {
  const owners: unknown[] = []
  const { url, stop } = await serve({
    path: '/shelves/{shelf}',
    operation: {
      parameters: [{ name: 'shelf', in: 'path', required: true, schema: text }],
      security: [{ key: [], bearer: [] }],
      'x-owner': 'shelf',
    },
    handler: ({ owner }: { owner: unknown }) => {
      owners.push(owner)
      return { status: 200, body: '' }
    },
  })
  const ask = async (shelf: string) =>
    (await fetch(`${url}/shelves/${shelf}?api_key=app`, token('ada'))).status
  expect([await ask('ada'), await ask('app'), await ask('eve')]).toEqual([200, 200, 403])
  await stop()
  expect(owners).toEqual([
    { id: 'ada', shelf: 'ada' },
    { id: 'app', shelf: 'app' },
  ])
})

it('an API key of the query is in no line of the log, no key of the cache and no link', async () => {
  const page = {
    type: 'object',
    additionalProperties: false,
    properties: { nextCursor: text },
  }
  const { url, seen, lines, stop } = await serve({
    operation: {
      parameters: [
        { name: 'limit', in: 'query', schema: { type: 'integer', default: 1 } },
        { name: 'cursor', in: 'query', schema: text },
      ],
      security: [{ key: [] }],
      'x-cache': { scope: 'public', unchanging: 'never' },
      responses: { 200: { ...ok(page)[200], headers: { Link: { schema: text } } } } as never,
    },
    handler: () => ({ status: 200, body: { nextCursor: 'a' } }),
  })
  const response = await fetch(`${url}/thing?api_key=secret&limit=2`)
  expect((await fetch(`${url}/thing?api_key=secret&color=1`)).status).toBe(422)
  expect((await fetch(`${url}/things?api_key=secret`)).status).toBe(404)
  await stop()
  expect(response.status, await response.text()).toBe(200)
  expect(response.headers.get('link')).toContain('/toy/thing?limit=2&cursor=')
  expect(lines.length).toBeGreaterThan(2)
  // The principal of these tests has its key for an id, which the log has.
  const others = lines.map((it) => it.replace(/"principalId":"secret"/, ''))
  expect([seen, others, [...response.headers]].flat().join('\n')).not.toContain('secret')
})

it('the engine does not start without an authenticator for a scheme that an operation names', async () => {
  const engine = { authenticators: { bearer: async () => null } }
  const handler = () => ({ status: 200, body: '' })
  const starting = serve({ operation: { security: either }, handler, engine })
  await expect(starting).rejects.toThrow('getThing: nothing authenticates key')
})

it('an authenticator that throws is no 401', async () => {
  const fail = async () => {
    throw new Error('the directory is down')
  }
  const { url, stop } = await serve({
    operation: { security: either },
    handler: () => ({ status: 200, body: '' }),
    engine: { authenticators: { bearer: fail, key: fail } },
  })
  expect((await fetch(`${url}/thing`, token('7'))).status).toBe(500)
  await stop()
})

// Callers of several security schemes, each with ids of its own: what is kept, counted and owned stays
// apart. An API key in a URL leaves no trace.
import { expect, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { serve as listen } from '../../scripts/contract/try/service.ts'
import { droppedTags } from '../../src/engine/cache-keys.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { type CacheStore, responseCache } from '../../src/engine/steps/cache.ts'
import type { AnyHandler, Engine } from '../../src/engine/types.ts'
import { createPages } from '../../src/engine/urls.ts'
import { createApp } from '../../src/http/app.ts'
import { createLogger } from '../../src/lib/log.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
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

it('a write of a caller drops what callers of other schemes have kept, who may be the same user', async () => {
  const read = (path: string, security: object[]) => ({
    get: toyOperation({
      operationId: `get${path}`,
      security: security as never,
      'x-cache': { scope: 'own', unchanging: 'never' },
      responses: ok(text, 'x'),
    }),
  })
  const write = toyOperation({
    operationId: 'write',
    security: [{ bearer: [] }],
    'x-invalidates': ['getSame', 'getOther', 'getEither', 'getBoth'],
  })
  const document = toyDocument({
    '/same': { ...read('Same', [{ bearer: [] }]), put: write },
    '/other': read('Other', [{ key: [] }]),
    '/either': read('Either', either),
    '/both': read('Both', [{ key: [], bearer: [] }]),
  })
  document.components.securitySchemes = schemes
  const { operations } = await compile(document)
  const dropped = droppedTags(operations, operations.write as Operation, {
    values: {},
    principalId: 'ada',
  })
  expect(dropped.filter((it) => it.includes('@'))).toEqual([
    'getSame#@ada',
    'getOther#@*',
    'getEither#@*',
    'getBoth#@*',
  ])
})

it('callers of several schemes have idempotency keys of their own', async () => {
  const keys: string[] = []
  const document = toyDocument({
    '/thing': {
      post: toyOperation({
        operationId: 'postThing',
        security: [{ key: [], bearer: [] }, { bearer: [] }],
        'x-idempotent': true,
        parameters: [{ name: 'Idempotency-Key', in: 'header', schema: text }],
      }),
    },
  })
  document.components.securitySchemes = schemes
  const find = async (id: string) => ({ id, owns: {}, scopes: [] })
  const { url, stop } = await serveEngine({
    ...plainEngine,
    ...(await compile(document)),
    strict: false,
    authenticators: { bearer: find, key: find },
    handlers: { postThing: () => ({ status: 204 }) },
    idempotency: {
      once: async ({ userId, key }, work) => {
        keys.push(`${userId} ${key}`)
        return work(undefined)
      },
    },
  })
  const ask = async (query: string, user: string) => {
    const headers = { ...token(user).headers, 'idempotency-key': '1' }
    const { status } = await fetch(`${url}/toy/thing${query}`, { method: 'POST', headers })
    expect(status).toBe(204)
  }
  for (const user of ['ada', 'eve', 'ada']) await ask('?api_key=app', user)
  await ask('', 'app')
  await stop()
  expect(keys[2]).toBe(keys[0])
  expect(new Set(keys).size).toBe(3)
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

it.each([
  ['app', 'ada', { ada: 200, eve: 403, dev: 403 }],
  ['dev', 'ada', { ada: 403, dev: 403 }],
  ['dev', 'dev', { dev: 200, ada: 403 }],
  ['app', 'admin', { ada: 200 }],
  ['app+admin', 'eve', { eve: 200, ada: 403 }],
  ['dev', 'admin', { ada: 403, dev: 200 }],
  ['app', 'app', { ada: 403 }],
  ['app+admin', 'app+admin', { ada: 200 }],
])('the key of %s with the token of %s opens the shelves %j', async (key, user, expected) => {
  const owners: unknown[] = []
  // An application owns no shelf, and a developer has a key as well as a token.
  const find = async (id: string) => ({
    id,
    owns: id.startsWith('app') ? {} : { shelf: id },
    scopes: id.endsWith('admin') ? ['any'] : [],
  })
  const { url, stop } = await serve({
    path: '/shelves/{shelf}',
    operation: {
      parameters: [{ name: 'shelf', in: 'path', required: true, schema: text }],
      security: [{ key: [], bearer: [] }],
      'x-owner': 'shelf',
    },
    engine: {
      authenticators: { key: find, bearer: find },
      anyOwnerScope: 'any',
      owners: { shelf: async (it) => it },
    },
    handler: ({ owner }: { owner: unknown }) => {
      owners.push(owner)
      return { status: 200, body: '' }
    },
  })
  const asked: Record<string, number> = {}
  for (const shelf of Object.keys(expected)) {
    const path = `/shelves/${shelf}?api_key=${encodeURIComponent(key)}`
    asked[shelf] = (await fetch(url + path, token(user))).status
  }
  await stop()
  expect(asked).toEqual(expected)
  const opened = Object.entries(asked).filter(([, status]) => status === 200)
  expect(owners).toEqual(opened.map(([shelf]) => ({ id: shelf, shelf })))
})

it('two principals who own different things have no resource of their own', async () => {
  const { url, stop } = await serve({
    operation: { security: [{ key: [], bearer: [] }], 'x-owner': 'shelf' },
    handler: () => ({ status: 200, body: '' }),
  })
  const same = await fetch(`${url}/thing?api_key=ada`, token('ada'))
  const different = await fetch(`${url}/thing?api_key=dev`, token('ada'))
  await stop()
  expect([same.status, different.status]).toEqual([200, 403])
})

it.each([
  ['', undefined, 'Send an API key in the query parameter api_key and an access token'],
  ['?api_key=app', undefined, 'Send an API key in the query parameter api_key and an access'],
  ['?api_key=wrong', 'ada', 'The credentials are invalid or have expired.'],
])('tells a caller with %s and the token %s: %s', async (query, user, detail) => {
  const find = async (id: string) => (id === 'wrong' ? null : { id, owns: {}, scopes: [] })
  const { url, stop } = await serve({
    operation: { security: [{ key: [], bearer: [] }] },
    engine: { authenticators: { key: find, bearer: find } },
    handler: () => ({ status: 200, body: '' }),
  })
  const answer = await fetch(`${url}/thing${query}`, user === undefined ? {} : token(user))
  const problem = (await answer.json()) as { detail: string }
  await stop()
  expect(answer.headers.get('www-authenticate')).toBe(
    'ApiKey realm="api", in="query", name="api_key", Bearer realm="api"',
  )
  expect(problem.detail).toContain(detail)
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

// The engine seen from outside: what it answers to requests that no handler sees, on a contract that has
// each kind of parameter and body.
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnyHandler } from '../../src/engine/types.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const text = { type: 'string', maxLength: 20, pattern: '^[a-z]+$' }
const thing = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { name: { ...text, minLength: 1 } },
}
const form = {
  type: 'object',
  required: ['name', 'secret'],
  properties: { name: { ...text, minLength: 1 }, secret: { type: 'string', minLength: 1 } },
}
const path = [{ name: 'name', in: 'path' as const, required: true, schema: text }]
const limit = { type: 'integer', minimum: 1, maximum: 100, default: 20 }
const bodyOf = (type: string, schema: object) => ({
  required: true,
  content: { [type]: { schema } },
})
const responses = { 204: { description: 'Done' } }
const document = toyDocument({
  '/health': { get: toyOperation({ operationId: 'getHealth', responses: ok(text, 'fine') }) },
  '/things': {
    get: toyOperation({
      operationId: 'listThings',
      parameters: [{ name: 'limit', in: 'query', schema: limit }],
      responses: ok({ type: 'integer' }),
    }),
    post: toyOperation({
      operationId: 'createThing',
      requestBody: bodyOf('application/json', thing),
      responses,
    }),
  },
  '/things/mine': {
    get: toyOperation({ operationId: 'getMine', responses }),
    delete: toyOperation({ operationId: 'deleteMine', responses }),
  },
  '/things/mine/lid': { put: toyOperation({ operationId: 'putLid', responses }) },
  '/things/{name}': {
    get: toyOperation({ operationId: 'getThing', parameters: path, responses }),
    put: toyOperation({ operationId: 'putThing', parameters: path, responses }),
  },
  '/forms': {
    post: toyOperation({
      operationId: 'sendForm',
      requestBody: bodyOf('application/x-www-form-urlencoded', form),
      responses,
    }),
  },
})

let service: Awaited<ReturnType<typeof serveEngine>>
let tolerant: Awaited<ReturnType<typeof serveEngine>>

beforeAll(async () => {
  const compiled = await compile(document)
  const done: AnyHandler = () => ({ status: 204 })
  const handlers: Record<string, AnyHandler> = Object.fromEntries(
    Object.keys(compiled.operations).map((id) => [id, done]),
  )
  const engine = {
    ...plainEngine,
    ...compiled,
    strict: false,
    bodyLimit: 10_000,
    handlers: {
      ...handlers,
      getHealth: () => ({ status: 200, body: 'fine' }),
      listThings: ({ query }: { query: { limit: number } }) => ({ status: 200, body: query.limit }),
    },
  }
  service = await serveEngine(engine)
  tolerant = await serveEngine({ ...engine, ignoresUndeclaredQuery: true })
})
afterAll(() => Promise.all([service.stop(), tolerant.stop()]))

/** Sends a request as it is written, without the changes that fetch makes to it. */
function raw(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(service.url)
      const outgoing = httpRequest({ hostname, port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    },
  )
}

const json = { 'content-type': 'application/json' }

describe('routing', () => {
  it('lets a concrete path win for every method', async () => {
    const mine = await raw('PUT', '/toy/things/mine')
    expect([mine.status, mine.headers.allow]).toEqual([405, 'DELETE, GET, HEAD'])
    const lid = await raw('DELETE', '/toy/things/mine/lid')
    expect([lid.status, lid.headers.allow]).toEqual([405, 'PUT'])
  })

  it('answers HEAD wherever it answers GET, without a body', async () => {
    const [get, head] = [await raw('GET', '/toy/health'), await raw('HEAD', '/toy/health')]
    expect([head.status, head.body]).toEqual([200, ''])
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })

  it.each([
    ['/toy/nothing', 404, 'not_found'],
    ['/toy/things/', 404, 'not_found'],
    ['/toy/things/ada/', 404, 'not_found'],
    ['/toy', 404, 'not_found'],
    ['/toys/health', 404, 'not_found'],
    ['/toy/things/%zz', 400, 'malformed_request'],
    ['/toy/things/%ff', 400, 'malformed_request'],
    ['/toy/things/a%2Fb', 422, 'validation_failed'],
    ['/toy/things/__proto__', 422, 'validation_failed'],
    [`/toy/things/${'a'.repeat(5000)}`, 422, 'validation_failed'],
    ['/toy/health?x=%zz', 400, 'malformed_request'],
    ['/toy/health?x=1', 422, 'validation_failed'],
    ['/toy/health?__proto__=1', 422, 'validation_failed'],
    ['/toy/health?', 200, undefined],
  ])('GET %s', async (path, status, code) => {
    const answer = await raw('GET', path)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code])
  })
})

describe('field errors', () => {
  it.each([
    ['one name many times', 'a&'.repeat(3000), 1],
    ['many names', Array.from({ length: 300 }, (_, index) => `a${index}`).join('&'), 100],
    ['a name cut in the middle of a character', `${'a'.repeat(492)}%F0%9F%98%80`, 1],
    ['a name cut in the middle of an escape', `${'a'.repeat(492)}~`, 1],
  ])('are as many and as long as the contract lets them be: %s', async (_, query, count) => {
    const { status, body } = await raw('GET', `/toy/health?${query}`)
    const { errors } = JSON.parse(body)
    expect([status, errors.length >= count, errors.length <= 100]).toEqual([422, true, true])
    for (const { pointer } of errors) expect(pointer).toMatch(/^(?!.*~$).*[^\ud800-\udbff]$/)
  })
})

describe('parameters', () => {
  it.each([
    '0',
    '101',
    '1.0',
    '1e1',
    '0x10',
    ' 1',
    '01',
    '+1',
    '',
    '99999999999999999999',
    'x',
    '1&limit=1',
  ])('refuses limit=%s', async (limit) => {
    const answer = await raw(
      'GET',
      `/toy/things?limit=${encodeURIComponent(limit).replace('%26', '&').replace('%3D', '=')}`,
    )
    expect(answer.status).toBe(422)
    expect(JSON.parse(answer.body).errors[0].pointer).toBe('/query/limit')
  })
})

describe('bodies', () => {
  const body = () => Buffer.from(JSON.stringify({ name: 'ada' }))

  it.each([
    ['no body', {}, undefined, 422],
    ['an empty body', json, Buffer.from(''), 422],
    ['another content type', { 'content-type': 'text/plain' }, body(), 415],
    ['no content type', {}, body(), 415],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }, body(), 415],
    ['broken JSON', json, Buffer.from('{"name":'), 400],
    ['JSON that is no object', json, Buffer.from('"text"'), 422],
    ['null', json, Buffer.from('null'), 422],
    ['a byte order mark alone', json, Buffer.from('\ufeff'), 400],
    ['text that is no UTF-8', json, Buffer.from('{"name":"a\xff"}', 'latin1'), 400],
    ['an array', json, Buffer.from('[]'), 422],
    ['__proto__', json, Buffer.from('{"__proto__":{"isSuperuser":true}}'), 422],
    ['corrupt gzip', { ...json, 'content-encoding': 'gzip' }, Buffer.from('not gzip'), 400],
    ['unknown compression', { ...json, 'content-encoding': 'compress' }, body(), 415],
    ['more than the limit', json, Buffer.alloc(11_000, ' '), 413],
    ['a bomb', { ...json, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50_000, ' ')), 413],
    ['gzip', { ...json, 'content-encoding': 'gzip' }, gzipSync(body()), 204],
    ['GZIP', { ...json, 'content-encoding': 'GZIP' }, gzipSync(body()), 204],
    ['Identity', { ...json, 'content-encoding': 'Identity' }, body(), 204],
    [
      'a charset that is ours',
      { 'content-type': 'application/json; charset="UTF-8"' },
      body(),
      204,
    ],
  ])('POST with %s', async (_, headers, sent, status) => {
    const answer = await raw('POST', '/toy/things', headers as Record<string, string>, sent)
    expect(answer.status, answer.body).toBe(status)
  })

  const formType = { 'content-type': 'application/x-www-form-urlencoded' }
  it.each([
    ['name=ada&secret=Wrong-1', 204, undefined],
    ['name=ada&secret=%zz', 400, undefined],
    ['name=ada&secret=%E0%A4', 400, undefined],
    // An open form ignores a name that it does not know, whatever it is; no name comes twice.
    ['name=ada&secret=Wrong-1&__proto__=x', 204, undefined],
    ['name=ada&secret=Wrong-1&constructor[prototype]=x', 204, undefined],
    ['name=ada&secret=Wrong-1&=1', 204, undefined],
    ['name=ada&name=bob&secret=Wrong-1', 422, '/body/name'],
    [`name=ada&secret=Wrong-1${'&'.repeat(1200)}name=bob`, 422, '/body/name'],
    ['name=ada&secret=Wrong-1&__proto__=x&__proto__=y', 422, '/body/__proto__'],
    [`name=ada${'&'.repeat(1200)}secret=`, 422, '/body/secret'],
  ])('reads the form %s strictly', async (sent, status, pointer) => {
    const answer = await raw('POST', '/toy/forms', formType, Buffer.from(sent))
    const { errors } = answer.body ? JSON.parse(answer.body) : {}
    expect([answer.status, errors?.[0].pointer]).toEqual([status, pointer])
  })

  it('takes a body in pieces, and one of nothing for none', async () => {
    const chunked = { ...json, 'transfer-encoding': 'chunked' }
    expect((await raw('POST', '/toy/things', chunked, body())).status).toBe(204)
    const empty = await raw('POST', '/toy/things', chunked)
    expect(empty.status).toBe(422)
  })
})

describe('media types', () => {
  it.each([
    ['text/html', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json; charset=utf-8; q=0', 406],
    ['application/json;q=0, */*', 406],
    ['text/html, */*;q=0.1', 200],
    ['application/*', 200],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON;Charset="UTF-8"', 200],
    ['application/json;version=1', 200],
    ['application/json ; q=0.5 ; version="a,b;c=\\"d"', 200],
    ['text/html;level=1, application/json;odata=verbose;q=0.1', 200],
    ['application/json;version=1;q=0, application/json', 200],
    ['application/json;version=1;q=0, */*;q=0.1', 200],
    ['application/*;charset=utf-8', 200],
    ['*/*;charset=utf-8', 200],
    ['text/html, application/json;charset=utf-8;Q=0.3', 200],
    ['', 200],
  ])('answers a read whose Accept is %j with %d', async (accept, status) => {
    expect((await raw('GET', '/toy/health', { accept })).status).toBe(status)
  })

  it('lets no parameter of Accept turn a write or a problem into a 406', async () => {
    const accept = 'application/json; charset=utf-8'
    const sent = Buffer.from(JSON.stringify({ name: 'ada' }))
    const created = await raw('POST', '/toy/things', { ...json, accept }, sent)
    expect(created.status).toBe(204)
    for (const [path, status] of [
      ['/toy/nothing', 404],
      ['/toy/things/a1', 422],
    ] as const) {
      const problems = `${accept}, application/problem+json; profile="x"`
      expect((await raw('GET', path, { accept: problems })).status, path).toBe(status)
    }
  })
})

describe('query parameters that are not declared', () => {
  it.each([
    ['limit=5&utm_source=a', 422, 200],
    ['utm_source=a&utm_source=%00', 422, 200],
    ['__proto__=1&limit=5', 422, 200],
    ['utm_source=a&limit=x', 422, 422],
    ['limit=5&limit=5', 422, 422],
    ['utm%zz=a', 400, 400],
  ])(
    'answer %j with %i, and with %i where the engine ignores them',
    async (query, status, other) => {
      const statusOf = async ({ url }: { url: string }) =>
        (await fetch(`${url}/toy/things?${query}`)).status
      expect([await statusOf(service), await statusOf(tolerant)]).toEqual([status, other])
    },
  )
})

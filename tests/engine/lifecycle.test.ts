// The engine seen from outside: what it answers to requests that are none, whatever the operation.
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { person, signUp } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()

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
    const account = await service.api.put('/users/me')
    expect([account.status, account.headers.get('allow')]).toEqual([
      405,
      'DELETE, GET, HEAD, PATCH',
    ])
    const password = await service.api.delete('/users/me/password')
    expect([password.status, password.headers.get('allow')]).toEqual([405, 'PUT'])
  })

  it('answers HEAD wherever it answers GET, without a body', async () => {
    const [get, head] = [await raw('GET', '/api/v1/health'), await raw('HEAD', '/api/v1/health')]
    expect([head.status, head.body]).toEqual([200, ''])
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })

  it.each([
    ['/api/v1/nothing', 404, 'not_found'],
    ['/api/v1/users/', 404, 'not_found'],
    ['/api/v1/users/ada/', 404, 'not_found'],
    ['/api/v1', 404, 'not_found'],
    ['/api/v10/health', 404, 'not_found'],
    ['/api/v1/users/%zz', 400, 'malformed_request'],
    ['/api/v1/users/%ff', 400, 'malformed_request'],
    ['/api/v1/users/a%2Fb', 422, 'validation_failed'],
    ['/api/v1/users/__proto__', 422, 'validation_failed'],
    [`/api/v1/users/${'a'.repeat(5000)}`, 422, 'validation_failed'],
    ['/api/v1/health?x=%zz', 400, 'malformed_request'],
    ['/api/v1/health?x=1', 422, 'validation_failed'],
    ['/api/v1/health?__proto__=1', 422, 'validation_failed'],
    ['/api/v1/health?', 200, undefined],
  ])('GET %s', async (path, status, code) => {
    const answer = await raw('GET', path)
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, code])
  })
})

describe('faults', () => {
  it.each([
    ['one name many times', 'a&'.repeat(3000), 1],
    ['many names', Array.from({ length: 300 }, (_, index) => `a${index}`).join('&'), 100],
    ['a name cut in the middle of a character', `${'a'.repeat(492)}%F0%9F%98%80`, 1],
    ['a name cut in the middle of an escape', `${'a'.repeat(492)}~`, 1],
  ])('are as many and as long as the contract lets them be: %s', async (_, query, count) => {
    const { status, body } = await service.api.get(`/health?${query}`)
    expect([status, body.errors.length >= count, body.errors.length <= 100]).toEqual([
      422,
      true,
      true,
    ])
    for (const { pointer } of body.errors) expect(pointer).toMatch(/^(?!.*~$).*[^\ud800-\udbff]$/)
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
    const caller = service.api.as(await person(service.api))
    const answer = await caller.get(`/users?limit=${limit}`)
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe('/query/limit')
  })
})

describe('bodies', () => {
  const body = () => Buffer.from(JSON.stringify(signUp()))

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
    ['more than the limit', json, Buffer.alloc(1_100_000, ' '), 413],
    [
      'a bomb',
      { ...json, 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(5_000_000, ' ')),
      413,
    ],
    ['gzip', { ...json, 'content-encoding': 'gzip' }, gzipSync(body()), 201],
    ['GZIP', { ...json, 'content-encoding': 'GZIP' }, gzipSync(body()), 201],
    ['Identity', { ...json, 'content-encoding': 'Identity' }, body(), 201],
    [
      'a charset that is ours',
      { 'content-type': 'application/json; charset="UTF-8"' },
      body(),
      201,
    ],
  ])('POST with %s', async (_, headers, sent, status) => {
    const answer = await raw('POST', '/api/v1/users', headers as Record<string, string>, sent)
    expect(answer.status, answer.body).toBe(status)
  })

  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  it.each([
    ['username=ada&password=Wrong-1', 401, undefined],
    ['username=ada&password=%zz', 400, undefined],
    ['username=ada&password=%E0%A4', 400, undefined],
    // A name that the token endpoint does not know is ignored, whatever it is; no name comes twice.
    ['username=ada&password=Wrong-1&__proto__=x', 401, undefined],
    ['username=ada&password=Wrong-1&constructor[prototype]=x', 401, undefined],
    ['username=ada&password=Wrong-1&=1', 401, undefined],
    ['username=ada&username=bob&password=Wrong-1', 422, '/body/username'],
    [`username=ada&password=Wrong-1${'&'.repeat(1200)}username=bob`, 422, '/body/username'],
    ['username=ada&password=Wrong-1&__proto__=x&__proto__=y', 422, '/body/__proto__'],
    [`username=ada${'&'.repeat(1200)}password=`, 422, '/body/password'],
  ])('reads the form %s strictly', async (sent, status, pointer) => {
    const answer = await raw('POST', '/api/v1/login', form, Buffer.from(sent))
    const { errors } = JSON.parse(answer.body)
    expect([answer.status, errors?.[0].pointer]).toEqual([status, pointer])
  })

  it('takes a body in pieces, and one of nothing for none', async () => {
    const chunked = { ...json, 'transfer-encoding': 'chunked' }
    expect((await raw('POST', '/api/v1/users', chunked, body())).status).toBe(201)
    const empty = await raw('POST', '/api/v1/users', chunked)
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
    expect((await raw('GET', '/api/v1/health', { accept })).status).toBe(status)
  })

  it('lets no parameter of Accept turn a write, a problem or a system route into a 406', async () => {
    const accept = 'application/json; charset=utf-8'
    const sent = Buffer.from(JSON.stringify(signUp()))
    const created = await raw('POST', '/api/v1/users', { ...json, accept }, sent)
    expect(created.status).toBe(201)
    for (const [path, status] of [
      ['/api/v1/nothing', 404],
      ['/api/v1/users/me', 401],
      ['/docs', 200],
      ['/openapi.json', 200],
      ['/openapi.yaml', 200],
      ['/livez', 200],
      ['/readyz', 200],
    ] as const) {
      const problems = `${accept}, application/problem+json; profile="x"`
      expect((await raw('GET', path, { accept: problems })).status, path).toBe(status)
    }
  })
})

describe('the request id', () => {
  it('is the caller’s own where it is harmless, and in the problem', async () => {
    const answer = await service.api.get('/nothing', { 'x-request-id': 'my-request.1' })
    expect(answer.headers.get('x-request-id')).toBe('my-request.1')
    expect(answer.body.requestId).toBe('my-request.1')
    const other = await service.api.get('/nothing', { 'x-request-id': 'a b"c' })
    expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('cross-origin requests on a local machine', () => {
  it('are answered, preflight included', async () => {
    const preflight = await raw('OPTIONS', '/api/v1/users', {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers['access-control-allow-headers']).toBe('authorization,content-type')
    const answer = await service.api.get('/nothing', { origin: 'http://localhost:5173' })
    expect(answer.headers.get('access-control-allow-origin')).toBeTruthy()
  })
})

// The mock answers on the paths of the service with the examples of the contract, and rejects the same
// requests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import document from '../../generated/openapi.json' with { type: 'json' }
import { freePort } from '../../scripts/dev/ports.ts'
import { startMock } from '../../scripts/mock/mock.ts'
import { loadConfig } from '../../src/config/config.ts'
import { tester } from '../support/builders.ts'
import { type Answer, type Client, createClient } from '../support/client.ts'

let mock: Awaited<ReturnType<typeof startMock>>
let origin: string
let api: Client

beforeAll(async () => {
  const port = await freePort()
  mock = await startMock({ port })
  origin = `http://127.0.0.1:${port}`
  api = createClient(origin)
})
afterAll(() => mock.close())

describe('the mock', () => {
  it('shows the example of an open operation', async () => {
    const answer = await api.get('/users/ada')
    expect(answer.status).toBe(200)
    expect(answer.body.username).toBe('ada')
  })

  it.each(['', 'dynamic=true'])(
    'ends the pages of a list that a client follows (%s)',
    async (prefer) => {
      const caller = api.as({ token: 'any' })
      const page = (query: string) =>
        caller.request('GET', `/users?limit=1${query}`, { headers: prefer ? { prefer } : {} })
      const first = await page('')
      // A list that is made up may be on its last page from the start.
      const cursor = first.body.nextCursor ?? 'made-up'
      const second = await page(`&cursor=${encodeURIComponent(cursor)}`)
      expect([first.status, second.status, second.body.nextCursor]).toEqual([200, 200, null])
      expect(second.headers.get('link')).toBeNull()
    },
  )

  it('asks for a token where the contract does', async () => {
    expect((await fetch(`${origin}/api/v1/users/me`)).status).toBe(401)
    const answer = await api.as({ token: 'any' }).get('/users/me')
    expect([answer.status, answer.body.username]).toEqual([200, 'ada'])
  })

  it('accepts valid requests and rejects invalid ones', async () => {
    const caller = api.as({ token: 'any' })
    const changed = await caller.patch('/users/me', { name: 'Ada' })
    expect([changed.status, changed.body.username]).toEqual([200, 'ada'])
    expect((await caller.patch('/users/me', { name: 'A' })).status).toBe(422)
  })

  it('says what was wrong, as the service does', async () => {
    const caller = api.as({ token: 'any' })
    const wrong = await caller.patch('/users/me', { name: 'A', more: 1 })
    expect([wrong.status, wrong.body.code, wrong.body.title]).toEqual([
      422,
      'validation_failed',
      'Validation failed',
    ])
    expect(wrong.body.requestId).toBe(wrong.headers.get('x-request-id'))
    const places = async (answer: Promise<Answer>) =>
      (await answer).body.errors.map((it: { pointer: string }) => it.pointer).sort()
    expect(await places(Promise.resolve(wrong))).toEqual(['/body/more', '/body/name'])
    expect(await places(caller.get('/users?limit=0&page=2'))).toEqual([
      '/query/limit',
      '/query/page',
    ])
    expect(await places(api.get('/users/ADA'))).toEqual(['/path/username'])
    const unquoted = caller.request('DELETE', '/users/ada', { headers: { 'if-match': 'x' } })
    expect(await places(unquoted)).toEqual(['/header/if-match'])
  })

  it('rejects requests that are for no operation as the service does', async () => {
    const json = { 'content-type': 'application/json' }
    const requests = [
      ['GET', '/nothing', {}, 404, 'not_found'],
      ['PUT', '/users/me', {}, 405, 'method_not_allowed'],
      ['GET', '/users/ada', { headers: { accept: 'text/html' } }, 406, 'not_acceptable'],
      ['POST', '/login', { headers: json, body: '{' }, 400, 'malformed_request'],
      ['POST', '/login', { body: 'a' }, 415, 'unsupported_media_type'],
      ['GET', '/users/me', {}, 401, 'unauthenticated'],
    ] as const
    for (const [method, path, init, status, code] of requests) {
      const answer = await api.request(method, path, init)
      expect([answer.status, answer.body.code], `${method} ${path}`).toEqual([status, code])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
    const allowed = (await api.request('PUT', '/users/me')).headers.get('allow')
    expect(allowed).toBe('DELETE, GET, HEAD, PATCH')
  })

  it('lets any token do what owners and superusers may', async () => {
    const caller = api.as({ token: 'any' })
    expect((await caller.delete('/users/ada')).status).toBe(204)
    expect((await caller.get('/admin/users')).status).toBe(200)
  })

  it('answers HEAD, and 304 for the entity tag of the example', async () => {
    const head = await api.request('HEAD', '/users/ada')
    expect([head.status, head.text]).toEqual([200, ''])
    const known = { 'if-none-match': head.headers.get('etag') ?? '' }
    expect((await api.get('/users/ada', known)).status).toBe(304)
    expect(head.headers.get('cache-control')).toBe('no-cache')
  })

  it('compares If-Match with what its GET shows, at all times', async () => {
    const send = (etag: string, prefer = '') => {
      const headers = { 'content-type': 'application/json', 'if-match': etag, prefer }
      const body = JSON.stringify({ name: 'Another name' })
      return api.as({ token: 'any' }).request('PATCH', '/users/ada', { headers, body })
    }
    const current = (await api.get('/users/ada')).headers.get('etag') ?? ''
    expect((await send(current)).status).toBe(200)
    expect((await send(current)).status).toBe(200)
    const other = await send('"another"')
    expect([other.status, other.body.code]).toEqual([412, 'precondition_failed'])
    expect((await send('"another"', 'code=200')).status).toBe(200)
  })

  it('leaves the contract as it is', () => {
    expect(JSON.stringify(document.paths['/users'].get.responses[200])).toContain('$ref')
  })

  it('answers the status that Prefer names', async () => {
    const answer = await api.get('/users/ada', { prefer: 'code=404' })
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    for (const status of [304, 400, 406, 422, 503]) {
      expect((await api.get('/users/ada', { prefer: `code=${status}` })).status).toBe(status)
    }
  })

  it('answers the example that Prefer names, or a generated one', async () => {
    const users = (prefer: string) => api.as({ token: 'any' }).get('/users', { prefer })
    expect((await users('example=firstPage')).body.nextCursor).not.toBeNull()
    expect((await users('code=200, example="lastPage"')).body.nextCursor).toBeNull()
    const headers = { prefer: 'code=409, example=emailTaken', 'content-type': 'application/json' }
    const body = JSON.stringify({ email: 'ada@example.com' })
    const conflict = await api.as({ token: 'any' }).request('PATCH', '/users/me', { headers, body })
    expect([conflict.status, conflict.body.code]).toEqual([409, 'email_taken'])
    const dynamic = { headers: { authorization: 'Bearer any', prefer: 'dynamic=true' } }
    expect((await fetch(`${origin}/api/v1/users`, dynamic)).status).toBe(200)
  })

  it('makes up values that fit the contract, the same ones for the same seed', async () => {
    const users = (prefer: string) => api.as({ token: 'any' }).get('/users', { prefer })
    for (let seed = 0; seed < 20; seed++) {
      const prefer = `dynamic=true, seed=${seed}`
      const [first, second] = [await users(prefer), await users(prefer)]
      expect([first.status, first.body]).toEqual([200, second.body])
    }
  })

  it('says so where the contract has no such answer', async () => {
    for (const prefer of ['code=418', 'code=teapot', 'example=teapot', 'code=200, example=x']) {
      const { status, body } = await api.get('/users/ada', { prefer })
      expect([status, body.errors[0].pointer], prefer).toEqual([422, '/header/prefer'])
    }
    expect((await api.get('/users/ada', { prefer: 'respond-async' })).status).toBe(200)
  })

  it('survives a path that cannot be decoded', async () => {
    expect((await fetch(`${origin}/api/v1/users/%zz`)).status).toBe(400)
    expect((await api.get('/users/ada')).status).toBe(200)
  })

  it('keeps a login in the cookie alone, as the service does', async () => {
    const post = async (path: string, sent?: object, headers: Record<string, string> = {}) => {
      const json = { ...headers, 'content-type': 'application/json' }
      const answer = await (sent === undefined
        ? api.request('POST', path, { headers })
        : api.request('POST', path, { headers: json, body: JSON.stringify(sent) }))
      return { ...answer, cookie: answer.headers.get('set-cookie') ?? undefined }
    }
    const login = { username: 'ada', password: tester.password }
    const [none, loggedIn] = [await post('/refresh'), await post('/login', login)]
    expect([none.status, none.body.code, none.cookie]).toEqual([
      ...[401, 'invalid_refresh_token', undefined],
    ])
    // Over http, which Safari does not take a cookie that is marked Secure for.
    expect(loggedIn.cookie).toMatch(/^refresh_token=[^;]+; (?!.*Secure).*Path=.*HttpOnly/)
    const cookie = loggedIn.cookie?.split(';')[0] ?? ''
    expect((await post('/refresh', undefined, { cookie })).status).toBe(200)
    const authorization = 'Bearer any'
    const changed = { currentPassword: tester.password, newPassword: `${tester.password}-2` }
    const endings = [
      await post('/logout', undefined, { authorization }),
      await api
        .as({ token: 'any' })
        .put('/users/me/password', changed)
        .then(({ headers }) => ({ cookie: headers.get('set-cookie') })),
    ]
    for (const ended of endings) expect(ended.cookie).toMatch(/^refresh_token=; Max-Age=0; Path=/)

    const inBody = await post('/login', { ...login, refresh_token_in: 'body' })
    expect([inBody.status, inBody.cookie]).toEqual([200, undefined])
    const { refresh_token } = inBody.body
    const next = await post('/refresh', { refresh_token })
    expect([next.status, next.cookie, next.body.refresh_token]).toEqual([
      ...[200, undefined, refresh_token],
    ])
    const elsewhere = await post('/login', login, { 'sec-fetch-site': 'cross-site' })
    expect([elsewhere.status, elsewhere.cookie]).toEqual([200, undefined])
    const preferred = await post('/refresh', undefined, { prefer: 'code=200' })
    expect(preferred.status).toBe(200)
  })

  it.each([
    [undefined, 'http://localhost:5173', true],
    [undefined, 'https://app.example.com', false],
    ['https://app.example.com', 'https://app.example.com', true],
    ['https://app.example.com', 'http://localhost:5173', false],
  ])('with CORS_ORIGINS=%s lets pages of %s send cookies: %s', async (setting, page, isAllowed) => {
    const port = await freePort()
    const own = await startMock({ port, config: loadConfig({ CORS_ORIGINS: setting }) })
    const path = `http://127.0.0.1:${port}/api/v1/users/ada`
    const wanted = {
      origin: page,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization, content-type, prefer',
    }
    const preflight = await fetch(path, { method: 'OPTIONS', headers: wanted })
    const answer = await fetch(path, { headers: { origin: page } })
    await own.close()
    for (const { headers } of [preflight, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(isAllowed ? page : null)
      expect(headers.get('access-control-allow-credentials')).toBe(isAllowed ? 'true' : null)
      expect(headers.get('vary')).toMatch(/\bOrigin\b/)
    }
    expect(preflight.status).toBe(isAllowed ? 204 : 405)
    if (!isAllowed) return
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('prefer')
  })

  it('shows its contract and the docs', async () => {
    expect((await fetch(`${origin}/docs`)).status).toBe(200)
    expect((await fetch(`${origin}/openapi.json`)).status).toBe(200)
  })
})

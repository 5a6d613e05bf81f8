// CORS and the security headers of all responses.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { person } from '../support/builders.ts'
import { startService, useService } from '../support/service.ts'

const service = useService()
const listed = 'https://app.example.com'
const productionSettings = {
  ENVIRONMENT: 'production',
  SECRET_KEY: 'x'.repeat(32),
  ADMIN_PASSWORD: 'Correct-horse-7',
  BCRYPT_COST: '10',
  RATE_LIMIT_FACTOR: '1',
}
let strict: Awaited<ReturnType<typeof startService>>
let patterns: typeof strict

beforeAll(async () => {
  strict = await startService({ ...service.env, CORS_ORIGINS: listed, HSTS_MAX_AGE: '600' })
  const CORS_ORIGINS = 'https://*.example.com,capacitor://localhost'
  patterns = await startService({ ...service.env, CORS_ORIGINS })
})
afterAll(async () => {
  await strict.stop()
  await patterns.stop()
})

const ask = (url: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(url + path, { method, headers })

/** Sends bytes and returns all that the server sends until the connection closes. */
async function sent(url: string, text: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
    .end(text)
    .setEncoding('utf8')
  let answer = ''
  for await (const part of socket) answer += part
  return answer
}

const paths = [
  ['an answer', '/api/v1/health'],
  ['a problem', '/api/v1/users/not-a-name'],
  ['no route', '/nothing'],
  ['a probe', '/livez'],
  ['the contract', '/openapi.json'],
] as const

describe('every response', () => {
  it.each(paths)('has the security headers: %s', async (_, path) => {
    const { headers } = await ask(strict.url, path)
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('strict-transport-security')).toBe('max-age=600')
    for (const name of ['server', 'x-powered-by']) expect(headers.get(name)).toBeNull()
  })

  it.each([
    ['no request', 'nonsense\r\n\r\n', 400],
    ['too many headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a wish', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n', 417],
  ])(
    'has them too if the server answers instead of the application: %s',
    async (_, text, status) => {
      const answer = await sent(strict.url, text)
      expect(answer).toMatch(`HTTP/1.1 ${status} `)
      expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
      expect(answer).toMatch(/^content-security-policy: default-src 'none'/im)
      expect(answer).toMatch(/^strict-transport-security: max-age=600\r$/im)
      expect(answer).not.toMatch(/^(server|x-powered-by):/im)
    },
  )

  it('has HSTS only if it is configured, and the docs page has its own policy', async () => {
    const { headers } = await ask(service.url, '/docs')
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('pages of other origins', () => {
  it.each(paths)('may read it with cookies if their origin is listed: %s', async (_, path) => {
    const { headers } = await ask(strict.url, path, { origin: listed })
    expect(headers.get('access-control-allow-origin')).toBe(listed)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('vary')).toMatch(/\bOrigin\b/)
    expect(headers.get('access-control-expose-headers')).toContain('RateLimit')
  })

  it('may read all headers that the contract declares', async () => {
    const { headers } = await ask(strict.url, '/api/v1/health', { origin: listed })
    const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(',') ?? []
    const declared = Object.values<Operation>(operations).flatMap(({ responses }) =>
      Object.values(responses).flatMap((it) => Object.keys(it.headers)),
    )
    // Browsers expose the first anyway and never the second. No page needs the third.
    const others = ['Cache-Control', 'Set-Cookie', 'Vary']
    const hidden = declared.filter(
      (it) => !others.includes(it) && !exposed.includes(it.toLowerCase()),
    )
    expect(hidden).toEqual([])
    expect(exposed).toContain('allow')
  })

  it.each([
    'https://evil.example.com',
    'null',
    `${listed}.evil.example.com`,
    'http://app.example.com',
  ])('may not read responses if their origin is not listed: %s', async (origin) => {
    const answer = await ask(strict.url, '/api/v1/health', { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/)
    const wanted = { origin, 'access-control-request-method': 'DELETE' }
    const preflight = await ask(strict.url, '/api/v1/users/ada', wanted, 'OPTIONS')
    expect(preflight.status).toBe(405)
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each([
    ['https://a.example.com', true],
    ['https://pr-12.a.example.com', true],
    ['capacitor://localhost', true],
    ['https://example.com', false],
    ['https://.example.com', false],
    ['https://a.example.com.evil.example', false],
    ['https://evilexample.com', false],
    ['https://evil.example/.example.com', false],
    ['https://a.example.com:8443', false],
    ['http://a.example.com', false],
    ['https://*.example.com', false],
    ['*', false],
  ])('match a pattern with their whole origin: %s is %s', async (origin, isAllowed) => {
    const { headers } = await ask(patterns.url, '/api/v1/health', { origin })
    expect(headers.get('access-control-allow-origin')).toBe(isAllowed ? origin : null)
    expect(headers.get('access-control-allow-credentials')).toBe(isAllowed ? 'true' : null)
    expect(headers.get('vary')).toMatch(/\bOrigin\b/)
  })

  it('send a preflight before they write, which says how long it is valid', async () => {
    const wanted = {
      origin: listed,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,if-match',
    }
    const { status, headers } = await ask(strict.url, '/api/v1/users/ada', wanted, 'OPTIONS')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(headers.get('access-control-allow-headers')).toBe('authorization,if-match')
    expect(headers.get('access-control-max-age')).toBe('600')
  })

  it.each([
    ...['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:8080'],
    ...['http://[::1]:5173', 'http://app.localhost:3001'],
  ])(
    'are let in with cookies by default, where they come from this machine: %s',
    async (origin) => {
      const { headers } = await ask(service.url, '/api/v1/health', { origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      expect(headers.get('vary')).toMatch(/\bOrigin\b/)
    },
  )

  it.each([
    ...['http://192.168.1.5:5173', 'https://localhost.evil.example', 'http://evil-localhost:5173'],
    ...['http://127.0.0.1.evil.example', 'http://127.0.0.2', 'capacitor://localhost'],
    ...['http://localhost:5173.evil.example', 'http://.localhost', 'null'],
  ])('are rejected by default if they are not from this machine: %s', async (origin) => {
    const { headers } = await ask(service.url, '/api/v1/health', { origin })
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('are logged once if they are rejected, with the variable that allows them', async () => {
    const production = { ...service.env, ...productionSettings }
    for (const env of [service.env, { ...service.env, CORS_ORIGINS: listed }, production]) {
      const running = await startService(env)
      const origin = 'http://192.168.1.5:5173'
      const wanted = { origin, 'access-control-request-method': 'POST' }
      await ask(running.url, '/api/v1/login', wanted, 'OPTIONS')
      await ask(running.url, '/api/v1/health', { origin })
      await ask(running.url, '/api/v1/health', { origin: 'null' })
      await running.stop()
      const warnings = running.logged().filter((it) => it.level === 'warn' && 'origin' in it)
      expect(warnings).toEqual([
        expect.objectContaining({ origin, msg: expect.stringContaining('CORS_ORIGINS') }),
        expect.objectContaining({ origin: 'null', msg: expect.stringContaining('CORS_ORIGINS') }),
      ])
    }
  })

  it('are not logged if they are pages of the service itself, or too many', async () => {
    const running = await startService({ ...service.env, CORS_ORIGINS: listed })
    const own = { origin: 'https://api.example.com', 'sec-fetch-site': 'same-origin' }
    await ask(running.url, '/api/v1/health', own)
    await ask(running.url, '/api/v1/health', { origin: running.url })
    await ask(running.url, '/api/v1/health', { origin: `https://${'x'.repeat(400)}.example` })
    expect(running.logged().filter((it) => 'origin' in it)).toEqual([])
    for (let count = 0; count < 120; count += 1) {
      await ask(running.url, '/livez', { origin: `https://${count}.example` })
    }
    await running.stop()
    expect(running.logged().filter((it) => 'origin' in it)).toHaveLength(100)
  })

  it('may read the 401 of an expired token, so that clients can refresh it', async () => {
    const someone = await person(service)
    await service.api.as(someone).post('/logout')
    const sent = { origin: listed, authorization: `Bearer ${someone.token}` }
    const { status, headers } = await ask(strict.url, '/api/v1/users/me', sent)
    expect(status).toBe(401)
    expect(headers.get('access-control-allow-origin')).toBe(listed)
  })
})

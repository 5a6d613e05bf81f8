// What all responses have in common, inside and outside of the contract.
import { describe, expect, it } from 'vitest'
import { useService } from '../support/service.ts'

const service = useService()

describe('the request id', () => {
  it('is the client’s own if it is safe, and is part of the problem document', async () => {
    const answer = await service.api.get('/nothing', { 'x-request-id': 'my-request.1' })
    expect(answer.headers.get('x-request-id')).toBe('my-request.1')
    expect(answer.body.requestId).toBe('my-request.1')
    const other = await service.api.get('/nothing', { 'x-request-id': 'a b"c' })
    expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })
})

describe('cross-origin requests on a local machine', () => {
  it('are answered, preflight included', async () => {
    const preflight = await fetch(`${service.url}/api/v1/health`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    expect(preflight.status).toBe(204)
    const allowed = preflight.headers.get('access-control-allow-headers')
    expect(allowed).toBe('authorization,content-type')
    const answer = await service.api.get('/nothing', { origin: 'http://localhost:5173' })
    expect(answer.headers.get('access-control-allow-origin')).toBeTruthy()
  })
})

it('ignores the parameters of Accept on system routes', async () => {
  const accept = 'application/json; charset=utf-8, application/problem+json; profile="x"'
  for (const path of ['/docs', '/openapi.json', '/openapi.yaml', '/livez', '/readyz']) {
    expect((await fetch(service.url + path, { headers: { accept } })).status, path).toBe(200)
  }
})

it.each(['/api/v1/health', '/livez', '/readyz', '/docs', '/openapi.json', '/openapi.yaml'])(
  'answers HEAD %s like GET, without a body',
  async (path) => {
    const [get, head] = await Promise.all(
      ['GET', 'HEAD'].map(async (method) => {
        const response = await fetch(service.url + path, { method })
        const { headers, status } = response
        const names = ['content-type', 'content-length', 'etag', 'cache-control', 'vary']
        const text = await response.text()
        return { status, text, headers: names.map((it) => [it, headers.get(it)]) }
      }),
    )
    expect({ ...head, text: '' }).toEqual({ ...get, text: '' })
    expect([get?.text === '', head?.text]).toEqual([false, ''])
  },
)

// A browser takes over the headers of a 304, so one that says less than its 200 changes what the
// browser has stored. The test sends two requests to every GET route and compares the headers of both
// responses.
import { describe, expect, it } from 'vitest'
import { operations } from '../../generated/operations.ts'
import type { OperationId } from '../../src/contract.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { worldOf } from '../support/past-the-api.ts'
import { useService } from '../support/service.ts'
import { successes } from './suite/requests.ts'
import { pathOf } from './suite/run.ts'

const page = 'https://app.example.com'
const service = useService({ env: { CORS_ORIGINS: page, HSTS_MAX_AGE: '3600' } })

/** What differs between two answers, or is about the body that a 304 does not have. */
const exempt = [
  ...['content-type', 'content-length', 'content-encoding', 'transfer-encoding'],
  ...['date', 'x-request-id', 'ratelimit', 'ratelimit-policy', 'link', 'cache-status'],
]

function policyHeaders(headers: Headers) {
  return Object.fromEntries([...headers].filter(([name]) => !exempt.includes(name)))
}

async function expectSameHeaders(path: string, sent: Record<string, string>) {
  const ask = (more: Record<string, string> = {}) =>
    fetch(service.url + path, { headers: { ...sent, origin: page, ...more } })
  // The second answer may come from the cache.
  for (const whole of [await ask(), await ask()]) {
    expect(whole.status).toBe(200)
    const known = { 'if-none-match': whole.headers.get('etag') ?? '' }
    const notModified = await ask(known)
    expect(notModified.status).toBe(304)
    expect(policyHeaders(notModified.headers)).toEqual(policyHeaders(whole.headers))
    expect(whole.headers.get('content-security-policy')).toBeTruthy()
    expect(whole.headers.get('access-control-allow-origin')).toBe(page)
  }
}

const reads = Object.values<Operation>(operations).filter((it) => 304 in it.responses)

describe('a 304 has the policy headers of its 200', () => {
  it.each(reads.map((it) => it.operationId as OperationId))('on %s', async (id) => {
    const sent = await successes[id](worldOf(service))
    const authorization = sent.as && { authorization: `Bearer ${sent.as.token}` }
    await expectSameHeaders(pathOf(id, sent), { ...authorization, ...sent.headers })
  })

  it.each([
    '/docs',
    '/docs/start.js',
    '/docs/page.css',
    '/docs/openapi.json',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-bundle.js',
    '/docs/favicon-32x32.png',
    '/openapi.json',
    '/openapi.yaml',
  ])('on %s', async (path) => {
    for (const encoding of ['identity', 'gzip', 'br']) {
      await expectSameHeaders(path, { 'accept-encoding': encoding })
    }
  })
})

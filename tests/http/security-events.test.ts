// The lines of the log by which an operator finds and blocks a client.
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/lib/metrics.ts'
import { password, person } from '../support/builders.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const metrics = createMetrics({ version: '1.0.0', commit: undefined })
const service = useService({ metrics, env: { RATE_LIMIT_FACTOR: '1' } })

const userAgent = `curl/8.9 ${'x'.repeat(300)}`

async function send(path: string, requestId: string, init: RequestInit = {}) {
  const headers = { 'user-agent': userAgent, 'x-request-id': requestId, ...init.headers }
  await fetch(`${service.url}${path}`, { ...init, headers })
}
const linesOf = (requestId: string, msg: string | RegExp) =>
  until(`the line ${msg}`, () =>
    service.logged().find((it) => it.requestId === requestId && String(it.msg).match(msg)),
  )
const login = (requestId: string, username: string, guess: string) =>
  send('/api/v1/login', requestId, {
    method: 'POST',
    body: new URLSearchParams({ username, password: guess }),
  })

describe('the line of a request', () => {
  it('has client, user agent, build and process', async () => {
    await send('/api/v1/users', 'any-request')
    expect(await linesOf('any-request', /^request$/)).toMatchObject({
      clientAddress: '127.0.0.1',
      userAgent: userAgent.slice(0, 200),
      host: expect.any(String),
      pid: process.pid,
    })
  })

  it('is at level debug for a probe', async () => {
    await send('/livez', 'a-probe')
    await send('/readyz', 'another-probe')
    await send('/api/v1/users', 'after-the-probes')
    await linesOf('after-the-probes', /^request$/)
    expect(service.logged().filter((it) => String(it.requestId).endsWith('probe'))).toEqual([])
  })
})

describe('a security event', () => {
  const about = { clientAddress: '127.0.0.1', userAgent: userAgent.slice(0, 200) }

  it('is login_failed for a wrong password, and login_limited after too many', async () => {
    const { username } = await person(service)
    for (let attempt = 0; attempt < 5; attempt += 1) await login('guess', username, 'Wrong-1-pass')
    await login('one-too-many', username, password)
    const failed = await linesOf('guess', 'a login failed')
    expect(failed).toMatchObject({ event: 'login_failed', operationId: 'login', ...about })
    expect(JSON.stringify(failed)).not.toContain(username)
    expect(await linesOf('one-too-many', 'too many have failed')).toMatchObject({
      ...{ event: 'login_limited', level: 'warn', account: failed.account, ...about },
    })
    expect(await metrics.text()).toContain('security_events_total{event="login_failed"} 5')
  })

  it('is token_invalid for a token that is not valid, and none without a token', async () => {
    const headers = { authorization: 'Bearer made.up.token' }
    await send('/api/v1/users/me', 'wrong-token', { headers })
    await send('/api/v1/users/me', 'no-token')
    const line = await linesOf('wrong-token', 'credentials')
    expect(line).toMatchObject({ event: 'token_invalid', code: 'unauthenticated', ...about })
    await linesOf('no-token', /^request$/)
    expect(service.logged().filter((it) => it.requestId === 'no-token')).toHaveLength(1)
  })

  it('is forbidden for a caller without the rights', async () => {
    const [someone, other] = [await person(service), await person(service)]
    const headers = { authorization: `Bearer ${someone.token}` }
    const path = `/api/v1/users/${other.username}`
    await send(path, 'not-mine', { method: 'DELETE', headers })
    expect(await linesOf('not-mine', 'lacks the rights')).toMatchObject({
      ...{ event: 'forbidden', operationId: 'deleteUser', principalId: someone.id, ...about },
    })
  })
})

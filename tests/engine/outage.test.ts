// The database out of reach: everybody is told to come back, nobody is logged out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/infrastructure/ports.ts'
import { password, person } from '../support/builders.ts'
import { createClient } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'

const service = useService()
let cutOff: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  const nowhere = `postgres://postgres:postgres@127.0.0.1:${await freePort()}/app`
  cutOff = await startService({ ...service.env, DATABASE_URL: nowhere })
})
afterAll(() => cutOff.stop())

describe('without its database the service', () => {
  it('answers 503 to a valid token, with Retry-After', async () => {
    const someone = await person(service.api)
    const answer = await createClient(cutOff.url).as(someone).get('/users/me')
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    expect(answer.headers.get('retry-after')).toBeTruthy()
  })

  it('answers 503 to a login, and shows neither SQL nor address', async () => {
    const answer = await createClient(cutOff.url).post('/login', { username: 'ada', password })
    expect(answer.status).toBe(503)
    expect(answer.text).not.toMatch(/select|127\.0\.0\.1|ECONN/i)
  })

  it('still refuses what it can judge alone', async () => {
    const api = createClient(cutOff.url)
    expect((await api.get('/users/me')).status).toBe(401)
    expect((await api.as({ token: 'forged' }).get('/users/me')).status).toBe(401)
    expect((await api.post('/users', {})).status).toBe(422)
    expect((await api.get('/health')).status).toBe(200)
  })

  it('is alive, but not ready', async () => {
    expect((await fetch(`${cutOff.url}/livez`)).status).toBe(200)
    const ready = await fetch(`${cutOff.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ detail: expect.stringContaining('DATABASE_URL') })
  })
})

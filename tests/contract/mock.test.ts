// The mock answers on the service's own paths, with the contract's examples.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/infrastructure/ports.ts'
import { startMock } from '../../scripts/mock.ts'
import { type Client, createClient } from '../support/client.ts'

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

  it('asks for a token where the contract does', async () => {
    expect((await fetch(`${origin}/api/v1/users/me`)).status).toBe(401)
    const answer = await api.as({ token: 'any' }).get('/users/me')
    expect([answer.status, answer.body.username]).toEqual([200, 'ada'])
  })

  it('accepts what is valid and refuses what is not', async () => {
    const caller = api.as({ token: 'any' })
    const task = await caller.post('/tasks', { type: 'greet', input: { name: 'Ada' } })
    expect(task.status).toBe(202)
    expect(task.headers.get('location')).toMatch(/^\/api\/v1\/tasks\//)
    expect((await caller.post('/tasks', { type: 'greet', input: {} })).status).toBe(422)
  })

  it('gives the status that is asked for', async () => {
    const answer = await api.get('/users/ada', { prefer: 'code=404' })
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
  })

  it('survives a path that cannot be decoded', async () => {
    expect((await fetch(`${origin}/api/v1/users/%zz`)).status).toBe(400)
    expect((await api.get('/users/ada')).status).toBe(200)
  })

  it('lets a page from another origin in', async () => {
    const answer = await api.get('/health', { origin: 'http://localhost:5173' })
    expect(answer.headers.get('access-control-allow-origin')).toBeTruthy()
  })
})

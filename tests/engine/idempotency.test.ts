// `Idempotency-Key`: a request is carried out once, over processes, and whatever happens in between.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Person, person } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { createClient } from '../support/client.ts'
import { pastTheApi } from '../support/past-the-api.ts'
import { copyOfProduct, startServers } from '../support/servers.ts'
import { startService, useService } from '../support/service.ts'

let now = new Date()
const env = { ACCESS_TOKEN_EXPIRE_MINUTES: '10000' }
const service = useService({ env, clock: () => now })
const note = { title: 'Notes', text: 'On the engine.' }

function send(api: Client, by: Person, key: string, body: object = note) {
  return api.as(by).request('POST', `/users/${by.username}/posts`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
  })
}

/** The client of the tests takes an undocumented status for a failure. */
function sendBarely(origin: string, by: Person, key: string) {
  return fetch(`${origin}/api/v1/users/${by.username}/posts`, {
    method: 'POST',
    body: JSON.stringify(note),
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      authorization: `Bearer ${by.token}`,
    },
  })
}

const count = async (by: Person) => (await service.db('posts').where({ user_id: by.id })).length

describe('the same key, caller and request', () => {
  it('is carried out once and answered alike', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    const first = await send(service.api, by, key)
    const second = await send(service.api, by, key)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.text).toBe(first.text)
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(await count(by)).toBe(1)
  })

  it('is carried out once by many at the same time', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(service.api, by, key)))
    const statuses = answers.map((it) => it.status)
    expect(statuses.filter((it) => it !== 409 && it !== 201)).toEqual([])
    expect(statuses).toContain(201)
    expect(await count(by)).toBe(1)
  })

  it('is answered alike by another process', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    const first = await send(service.api, by, key)
    const other = await startService(service.env, { clock: () => now })
    const second = await send(createClient(other.url), by, key)
    await other.stop()
    expect(second.text).toBe(first.text)
  })

  it('is a new request after a day', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    const first = await send(service.api, by, key)
    now = new Date(now.getTime() + 24 * 3600 * 1000)
    const second = await send(service.api, by, key)
    expect(second.status).toBe(201)
    expect(second.body.id).not.toBe(first.body.id)
  })

  it('is refused while the first one is under way', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    await pastTheApi(service.db).holdKey(by, key)
    const answer = await send(service.api, by, key)
    expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_key_in_use'])
  })

  it('has a task accepted once', async () => {
    const caller = service.api.as(await person(service.api))
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const body = JSON.stringify({ type: 'greet', input: { name: 'Ada' } })
    const ask = () => caller.request('POST', '/tasks', { body, headers })
    const [first, second] = [await ask(), await ask()]
    expect([first.status, second.text]).toEqual([202, first.text])
    expect((await caller.get('/tasks')).body.items).toHaveLength(1)
  })
})

describe('the same key', () => {
  it('with another body is refused', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    await send(service.api, by, key)
    const answer = await send(service.api, by, key, { ...note, title: 'Others' })
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await count(by)).toBe(1)
  })

  it('of another caller is another key', async () => {
    const [one, other, key] = [await person(service.api), await person(service.api), randomUUID()]
    const answers = [await send(service.api, one, key), await send(service.api, other, key)]
    expect(answers.map((it) => it.status)).toEqual([201, 201])
    expect(answers[0]?.body.id).not.toBe(answers[1]?.body.id)
  })

  it('is free again after a refusal', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    expect((await send(service.api, by, key, { title: 'No text' })).status).toBe(422)
    expect((await send(service.api, by, key)).status).toBe(201)
  })
})

describe('the answer', () => {
  it('and what was changed are kept together, or not at all', async () => {
    const [by, key] = [await person(service.api), randomUUID()]
    // The answer cannot be written: what the handler has done before goes with it.
    await service.db.raw(`alter table idempotency_keys add constraint none check (key <> '${key}')`)
    const answer = await sendBarely(service.url, by, key)
    expect(answer.status).toBe(500)
    expect(service.faults.splice(0)).toHaveLength(1)
    expect(await count(by)).toBe(0)
    await service.db.raw('alter table idempotency_keys drop constraint none')
    expect((await send(service.api, by, key)).status).toBe(201)
  })
})

it('a handler that writes past its transaction is found while it is developed', async () => {
  const file = 'src/features/posts/handlers.ts'
  const request = 'async createPost({ params, body, owner }'
  const { folder, remove } = await copyOfProduct(
    { file, from: `${request}, { transaction })`, to: `${request})` },
    { file, from: 'body, transaction)', to: 'body)' },
  )
  const [server] = await startServers(folder, service.env)
  const by = await person(service.api)
  const answer = await sendBarely(`http://127.0.0.1:${server?.port}`, by, randomUUID())
  await server?.stop()
  await remove()
  expect(answer.status).toBe(500)
})

// `Idempotency-Key`: a request is carried out once, in all processes together, and whatever happens in
// between.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { closeDatabase, createDatabase, type Database } from '../../src/db/connection.ts'
import type { AnyHandler } from '../../src/engine/types.ts'
import { createLogger } from '../../src/lib/log.ts'
import { idempotency } from '../../src/security/idempotency.ts'
import { temporaryDatabase } from '../support/database.ts'
import { type NoteAnswer, send, serveNotes } from '../support/notes.ts'
import { until } from '../support/until.ts'

let now = new Date()
let db: Database
let service: Awaited<ReturnType<typeof serveNotes>>
const closers: (() => Promise<unknown>)[] = []

interface Sent {
  readonly body: { readonly text: string }
  readonly principal: { readonly id: string }
}

async function insert(on: Database, { body, principal }: Sent) {
  await on('keyed_notes').insert({ user_id: principal.id, text: body.text })
  return { status: 201, body: { text: `${body.text} ${randomUUID()}` } }
}
const createNote = (request: Sent, context: { transaction: Database | undefined }) =>
  insert(context.transaction ?? db, request)

/** Starts a service on the database, where a token is the id of its principal. */
async function serve(handler: AnyHandler = createNote) {
  const bearer = async (id: string) => ({ id, owns: {}, scopes: [] })
  const started = await serveNotes({
    redisPort: inject('redisPort'),
    authenticators: { bearer },
    idempotency: idempotency(db, () => now),
    createNote: handler,
  })
  closers.push(started.stop)
  return started
}

beforeAll(async () => {
  const database = await temporaryDatabase()
  const log = createLogger({ level: 'silent', part: 'test' })
  db = createDatabase({ url: database.url, poolMax: 10 }, log)
  closers.push(database.drop, () => closeDatabase(db))
  await db.raw('create table keyed_notes (user_id uuid not null, text text not null)')
  service = await serve()
})
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

/** Adds the row that the keys of a caller refer to. */
async function caller(): Promise<string> {
  const id = randomUUID()
  const username = id.replaceAll('-', '').slice(0, 20)
  const names = { name: 'Caller', username, email: `${username}@example.com` }
  await db('users').insert({ id, ...names, password_hash: '', created_at: now, updated_at: now })
  return id
}

const create = (by: string, key: string, text = 'a note', { url } = service): Promise<NoteAnswer> =>
  send(url, 'POST', '/notes', {
    body: { text },
    headers: { authorization: `Bearer ${by}`, 'idempotency-key': key },
  })

const count = async (by: string) => (await db('keyed_notes').where({ user_id: by })).length

describe('the same key, caller and request', () => {
  it('is carried out once and answered alike', async () => {
    const [by, key] = [await caller(), randomUUID()]
    const [first, second] = [await create(by, key), await create(by, key)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.text).toBe(first.text)
    for (const name of ['content-type', 'cache-control']) {
      expect(second.headers.get(name), name).toBe(first.headers.get(name))
    }
    expect(await count(by)).toBe(1)
  })

  it('is carried out once when many requests send it at the same time', async () => {
    const [by, key] = [await caller(), randomUUID()]
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(by, key)))
    const statuses = answers.map((it) => it.status)
    expect(statuses.filter((it) => it !== 409 && it !== 201)).toEqual([])
    expect(statuses).toContain(201)
    expect(await count(by)).toBe(1)
  })

  it('is answered alike by another process', async () => {
    const [by, key] = [await caller(), randomUUID()]
    const first = await create(by, key)
    expect((await create(by, key, 'a note', await serve())).text).toBe(first.text)
    expect(await count(by)).toBe(1)
  })

  it('is a new request after a day', async () => {
    const [by, key] = [await caller(), randomUUID()]
    const first = await create(by, key)
    now = new Date(now.getTime() + 24 * 3600 * 1000)
    const second = await create(by, key)
    expect(second.status).toBe(201)
    expect(second.text).not.toBe(first.text)
    expect(await count(by)).toBe(2)
  })

  it('is a conflict while the first request is under way', async () => {
    const [by, key] = [await caller(), randomUUID()]
    let finish = () => {}
    let isReached = false
    const slow = await serve(async (request: Sent, context: { transaction: Database }) => {
      isReached = true
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return createNote(request, context)
    })
    const first = create(by, key, 'a note', slow)
    await until('the handler', () => isReached || undefined)
    const second = await create(by, key)
    expect([second.status, second.body.code]).toEqual([409, 'idempotency_key_in_use'])
    finish()
    expect((await first).status).toBe(201)
  })
})

describe('the same key', () => {
  it('is refused with another body', async () => {
    const [by, key] = [await caller(), randomUUID()]
    await create(by, key)
    const answer = await create(by, key, 'another note')
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await count(by)).toBe(1)
  })

  it('is another key when another caller sends it', async () => {
    const [one, other, key] = [await caller(), await caller(), randomUUID()]
    const answers = [await create(one, key), await create(other, key)]
    expect(answers.map((it) => it.status)).toEqual([201, 201])
    expect(answers[0]?.text).not.toBe(answers[1]?.text)
  })

  it('is free again after an error', async () => {
    const [by, key] = [await caller(), randomUUID()]
    expect((await create(by, key, 'x'.repeat(101))).status).toBe(422)
    expect((await create(by, key)).status).toBe(201)
  })
})

it('the response and the change are committed together, or not at all', async () => {
  const [by, key] = [await caller(), randomUUID()]
  // The response cannot be written: what the handler has done before goes with it.
  await db.raw(`alter table idempotency_keys add constraint none check (key <> '${key}')`)
  expect((await create(by, key)).status).toBe(500)
  expect(service.errors.splice(0)).toHaveLength(1)
  expect(await count(by)).toBe(0)
  await db.raw('alter table idempotency_keys drop constraint none')
  expect((await create(by, key)).status).toBe(201)
})

it('a handler that writes outside of its transaction is an internal error in development', async () => {
  const [by, key] = [await caller(), randomUUID()]
  const past = await serve((request: Sent) => insert(db, request))
  expect((await create(by, key, 'a note', past)).status).toBe(500)
  expect(String(past.errors[0])).toContain('createNote has not used its transaction')
})

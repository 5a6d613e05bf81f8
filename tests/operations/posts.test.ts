import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Person, person, superuser } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { useService } from '../support/service.ts'

const service = useService()
const draft = { title: 'Notes on the engine', text: 'It weaves algebraical patterns.' }
const unknownUserId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'

/** Creates a user with one post. `path` is the post's, `caller` the user's client. */
async function author(): Promise<{ someone: Person; caller: Client; path: string; id: string }> {
  const someone = await person(service.api)
  const caller = service.api.as(someone)
  const { body } = await caller.post(`/users/${someone.username}/posts`, draft)
  return { someone, caller, id: body.id, path: `/users/${someone.username}/posts/${body.id}` }
}

describe('createPost', () => {
  it('returns the new post and its location', async () => {
    const someone = await person(service.api)
    const path = `/users/${someone.username}/posts`
    const media = { mediaUrl: 'https://example.com/engine.png' }
    const answer = await service.api.as(someone).post(path, { ...draft, ...media })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1${path}/${answer.body.id}`)
    expect(answer.body).toMatchObject({ ...draft, ...media })
  })

  it('creates one post for two requests with the same Idempotency-Key, and gives both the same answer', async () => {
    const someone = await person(service.api)
    const path = `/users/${someone.username}/posts`
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const body = JSON.stringify(draft)
    const create = () => service.api.as(someone).request('POST', path, { body, headers })
    const [first, second] = [await create(), await create()]
    expect([first.status, second.text]).toEqual([201, first.text])
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect((await service.api.get(path)).body.items).toHaveLength(1)
  })

  it.each([
    ['a title of spaces', { title: '   ' }, '/body/title'],
    ['a title of zero-width characters', { title: '\u200b\u200d\u2060' }, '/body/title'],
    ['a title that ends in white space', { title: 'Notes ' }, '/body/title'],
    ['a text that shows nothing', { text: ' \n\u200b\t\ufe0f' }, '/body/text'],
    ['a title that is too long', { title: 'x'.repeat(31) }, '/body/title'],
    ['an empty text', { text: '' }, '/body/text'],
    ['a text that is too long', { text: 'x'.repeat(63_207) }, '/body/text'],
    ['a media URL that is none', { mediaUrl: 'ftp://example.com' }, '/body/mediaUrl'],
    ['an author', { userId: unknownUserId }, '/body/userId'],
  ])('rejects %s', async (_, fields, pointer) => {
    const someone = await person(service.api)
    const path = `/users/${someone.username}/posts`
    const answer = await service.api.as(someone).post(path, { ...draft, ...fields })
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })

  it('stores the longest text unchanged', async () => {
    const someone = await person(service.api)
    const text = '😀'.repeat(63_206)
    const answer = await service.api
      .as(someone)
      .post(`/users/${someone.username}/posts`, { ...draft, text })
    expect(answer.body.text).toBe(text)
  })
})

describe('getPost', () => {
  it('shows a post to anyone', async () => {
    const { path, id } = await author()
    const answer = await service.api.get(path)
    expect([answer.status, answer.body.id]).toEqual([200, id])
  })

  it('does not find it under another username', async () => {
    const [{ id }, other] = [await author(), await person(service.api)]
    expect((await service.api.get(`/users/${other.username}/posts/${id}`)).status).toBe(404)
  })
})

describe('listPosts', () => {
  it('returns a user’s posts in pages, newest first', async () => {
    await author()
    const { someone, caller, id } = await author()
    const path = `/users/${someone.username}/posts`
    const ids = [id]
    for (let count = 0; count < 4; count++) ids.unshift((await caller.post(path, draft)).body.id)
    const seen: string[] = []
    let next: string | undefined = `${path}?limit=2`
    while (next !== undefined) {
      const page = await service.api.get(next)
      expect(page.status).toBe(200)
      seen.push(...page.body.items.map((it: { id: string }) => it.id))
      next = /^<\/api\/v1(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(ids)
  })

  it('shows an excerpt of each text', async () => {
    const { someone, caller } = await author()
    const path = `/users/${someone.username}/posts`
    const text = '\u{1F989}'.repeat(63_206)
    const { body } = await caller.post(path, { title: 'Long', text })
    const [{ excerpt, ...summary }] = (await service.api.get(path)).body.items
    expect(excerpt).toBe('\u{1F989}'.repeat(200))
    const { text: _whole, ...rest } = body
    expect(summary).toEqual(rest)
  })

  it('returns a full page of long posts in less than 256 KiB', async () => {
    const { someone, caller } = await author()
    const path = `/users/${someone.username}/posts`
    const text = 'x'.repeat(63_206)
    for (let count = 0; count < 100; count++) await caller.post(path, { title: 'Long', text })
    const page = await service.api.get(`${path}?limit=100`)
    expect(page.body.items).toHaveLength(100)
    expect(page.text.length).toBeLessThan(262_144)
  })

  it('does not find an unknown user', async () => {
    expect((await service.api.get('/users/unknown0/posts')).status).toBe(404)
  })
})

describe('updatePost', () => {
  it('changes the given properties and updatedAt, and keeps the others', async () => {
    const { caller, path } = await author()
    const before = await caller.get(path)
    const answer = await caller.patch(path, { title: 'Another title' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ title: 'Another title', text: draft.text })
    expect(answer.body.updatedAt > before.body.updatedAt).toBe(true)
    expect((await service.api.get(path)).body).toEqual(answer.body)
  })

  it('leaves another user’s post unchanged, under either name', async () => {
    const [{ path, id }, other] = [await author(), await person(service.api)]
    const caller = service.api.as(other)
    expect((await caller.patch(path, { title: 'Mine now' })).status).toBe(403)
    const own = `/users/${other.username}/posts/${id}`
    expect((await caller.patch(own, { title: 'Mine now' })).status).toBe(404)
    expect((await service.api.get(path)).body.title).toBe(draft.title)
  })

  it.each([
    [{}, '/body'],
    [{ title: null }, '/body/title'],
    [{ id: unknownUserId }, '/body/id'],
  ])('rejects %j', async (change, pointer) => {
    const { caller, path } = await author()
    const answer = await caller.patch(path, change)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer])
  })
})

describe('deletePost', () => {
  it('hides the post from all users and keeps the row', async () => {
    const { caller, path, id, someone } = await author()
    expect((await caller.delete(path)).status).toBe(204)
    expect((await service.api.get(path)).status).toBe(404)
    expect((await caller.patch(path, { title: 'Again' })).status).toBe(404)
    expect((await caller.delete(path)).status).toBe(404)
    expect((await caller.get(`/users/${someone.username}/posts`)).body.items).toEqual([])
    expect((await service.db('posts').where({ id }).first()).deleted_at).not.toBeNull()
  })
})

describe('erasePost', () => {
  it('removes the row of any user, deleted or not', async () => {
    const boss = service.api.as(await superuser(service))
    const [present, deleted] = [await author(), await author()]
    await deleted.caller.delete(deleted.path)
    for (const { id } of [present, deleted]) {
      expect((await boss.delete(`/admin/posts/${id}`)).status).toBe(204)
      expect(await service.db('posts').where({ id })).toEqual([])
    }
    expect((await boss.delete(`/admin/posts/${unknownUserId}`)).status).toBe(404)
  })

  it('is allowed for superusers only', async () => {
    const { caller, id } = await author()
    expect((await caller.delete(`/admin/posts/${id}`)).status).toBe(403)
    expect((await service.api.delete(`/admin/posts/${id}`)).status).toBe(401)
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Person, person, superuser } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { allItems } from '../support/pages.ts'
import { useService } from '../support/service.ts'

const service = useService()
const draft = { title: 'Notes on the engine', text: 'It weaves algebraical patterns.' }
const unknownUserId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'

/** Creates a user with one post. `path` is the post's, `caller` the user's client. */
async function author(): Promise<{ someone: Person; caller: Client; path: string; id: string }> {
  const someone = await person(service)
  const caller = service.api.as(someone)
  const { body } = await caller.post(`/users/${someone.username}/posts`, draft)
  return { someone, caller, id: body.id, path: `/users/${someone.username}/posts/${body.id}` }
}

/** Creates a user with posts that have these titles. `path` is that of the posts. */
async function withTitles(...titles: string[]): Promise<{ caller: Client; path: string }> {
  const someone = await person(service)
  const caller = service.api.as(someone)
  const path = `/users/${someone.username}/posts`
  for (const title of titles) await caller.post(path, { title, text: 'x' })
  return { caller, path }
}

describe('createPost', () => {
  it('returns the new post and its location', async () => {
    const someone = await person(service)
    const path = `/users/${someone.username}/posts`
    const media = { mediaUrl: 'https://example.com/engine.png' }
    const answer = await service.api.as(someone).post(path, { ...draft, ...media })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1${path}/${answer.body.id}`)
    expect(answer.body).toMatchObject({ ...draft, ...media })
  })

  it('creates one post for two requests with the same Idempotency-Key, and gives both the same answer', async () => {
    const someone = await person(service)
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
    const someone = await person(service)
    const path = `/users/${someone.username}/posts`
    const answer = await service.api.as(someone).post(path, { ...draft, ...fields })
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })

  it('stores the longest text unchanged', async () => {
    const someone = await person(service)
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
    const [{ id }, other] = [await author(), await person(service)]
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
    const seen = await allItems(service.api, `${path}?limit=2`)
    expect(seen.map(({ id }) => id)).toEqual(ids)
  })

  it('sorts by title as a dictionary does, and by id where titles are the same', async () => {
    const { caller, path } = await withTitles('apple', 'Zebra', 'éclair', 'fig', 'apple', 'Apple')
    const listed = async (sort: string) => {
      const items = await allItems(caller, `${path}?limit=2&sort=${sort}`)
      return items.map(({ id, title }) => [title, id])
    }
    const up = await listed('title')
    const titles = ['apple', 'apple', 'Apple', 'éclair', 'fig', 'Zebra']
    expect(up.map(([title]) => title)).toEqual(titles)
    expect(up[0]?.[1] < up[1]?.[1]).toBe(true)
    expect(await listed('-title')).toEqual(up.reverse())
  })

  it('sorts by creation in both directions', async () => {
    const { caller, path } = await withTitles('One', 'Two', 'Three')
    const newestFirst = await allItems(caller, path)
    expect(await allItems(caller, `${path}?limit=1&sort=-createdAt`)).toEqual(newestFirst)
    expect(await allItems(caller, `${path}?limit=1&sort=createdAt`)).toEqual(newestFirst.reverse())
  })

  it('finds posts by a part of their title, in any case and order', async () => {
    const { caller, path } = await withTitles('Notes', 'A 50% off', 'The notebook', 'Not one')
    const titles = async (query: string) =>
      (await allItems(caller, `${path}?limit=1&${query}`)).map(({ title }) => title)
    expect(await titles('q=NOTE')).toEqual(['The notebook', 'Notes'])
    expect(await titles('q=note&sort=title')).toEqual(['Notes', 'The notebook'])
    expect(await titles('q=50%25%20off')).toEqual(['A 50% off'])
    expect(await titles('q=not%25b')).toEqual([])
    const tooShort = await caller.get(`${path}?q=no`)
    expect([tooShort.status, tooShort.body.errors[0].pointer]).toEqual([422, '/query/q'])
    expect((await caller.get('/users/unknown0/posts?q=note')).status).toBe(404)
    expect((await caller.get('/users/unknown0/posts?sort=title')).status).toBe(404)
  })

  it('rejects a cursor of another order or search', async () => {
    const { caller, path } = await withTitles('Note one', 'Note two')
    const queries = ['', '&sort=title', '&sort=-title', '&sort=createdAt', '&q=note', '&q=not']
    for (const query of queries) {
      const { nextCursor } = (await caller.get(`${path}?limit=1${query}`)).body
      for (const other of queries) {
        const { status, body } = await caller.get(`${path}?limit=1&cursor=${nextCursor}${other}`)
        if (other === query) expect(status).toBe(200)
        else expect([status, body.errors[0].pointer]).toEqual([422, '/query/cursor'])
      }
    }
  })

  it('rejects the cursor of another user or list, and accepts another limit with a cursor', async () => {
    const { caller, path } = await withTitles('One', 'Two', 'Three')
    const other = await withTitles('Four')
    const cursor = (await caller.get(`${path}?limit=1`)).body.nextCursor
    const users = (await caller.get('/users?limit=1')).body.nextCursor
    for (const wrong of [
      `${other.path}?limit=1&cursor=${cursor}`,
      `${path}?limit=1&cursor=${users}`,
      `/users?limit=1&cursor=${cursor}`,
    ]) {
      expect((await caller.get(wrong)).status, wrong).toBe(422)
    }
    const status = async (limit: number) => {
      const { headers } = await caller.get(`${path}?cursor=${cursor}&limit=${limit}`)
      return headers.get('cache-status')
    }
    expect(await status(1)).toBe('api; fwd=uri-miss; stored')
    for (const _ of [1, 2]) expect(await status(2)).toBe('api; fwd=request')
  })

  it('caches each order until a write, and no search', async () => {
    const { caller, path } = await withTitles('Note two')
    const asked = async (query: string) => {
      const { body, headers } = await caller.get(`${path}?${query}`)
      return [headers.get('cache-status'), body.items.map((it: { title: string }) => it.title)]
    }
    expect(await asked('sort=title')).toEqual(['api; fwd=uri-miss; stored', ['Note two']])
    expect(await asked('sort=title')).toEqual(['api; hit', ['Note two']])
    await caller.post(path, { title: 'Note one', text: 'x' })
    expect((await asked('sort=title'))[1]).toEqual(['Note one', 'Note two'])
    expect((await asked('sort=-title'))[1]).toEqual(['Note two', 'Note one'])
    for (const _ of [1, 2]) {
      expect(await asked('q=note')).toEqual(['api; fwd=request', ['Note one', 'Note two']])
    }
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
    const [{ path, id }, other] = [await author(), await person(service)]
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

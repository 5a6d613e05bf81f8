// Caching as clients see it: `Cache-Status`, `Cache-Control` and conditional requests.
import { describe, expect, it } from 'vitest'
import { person, signUp, superuser } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { useService } from '../support/service.ts'

// A long deadline, so that a busy machine does not look like an unavailable Redis.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })
const status = (answer: Answer) => answer.headers.get('cache-status')
const hit = 'api; hit'
const stored = 'api; fwd=uri-miss; stored'

async function author() {
  const ada = await person(service)
  const as = service.api.as(ada)
  const { body: post } = await as.post(`/users/${ada.username}/posts`, { title: 'One', text: 'x' })
  const path = `/users/${ada.username}/posts/${post.id}`
  return { ada, as, path, profile: `/users/${ada.username}`, posts: `/users/${ada.username}/posts` }
}

describe('a cached read', () => {
  it('is computed once, then served from the cache with the same bytes and headers', async () => {
    const { posts, as } = await author()
    await as.post(posts, { title: 'Two', text: 'x' })
    const first = await service.api.get(`${posts}?limit=1`)
    const second = await service.api.get(`${posts}?limit=1`)
    expect([status(first), status(second)]).toEqual([stored, hit])
    expect(second.text).toBe(first.text)
    for (const name of ['etag', 'link', 'content-type', 'cache-control', 'vary']) {
      expect(second.headers.get(name), name).toBe(first.headers.get(name))
    }
    expect(first.headers.get('link')).toMatch(/rel="next"/)
  })

  it('is found for every spelling of the same request', async () => {
    const { posts } = await author()
    await service.api.get(posts)
    expect(status(await service.api.get(`${posts}?limit=20`))).toBe(hit)
    expect(status(await service.api.request('HEAD', posts))).toBe(hit)
    expect(status(await service.api.get(`${posts}?limit=19`))).toBe(stored)
  })

  it('is not shared between callers if its scope is the principal', async () => {
    const [ada, grace] = [await person(service), await person(service)]
    const [one, other] = [service.api.as(ada), service.api.as(grace)]
    expect(status(await one.get('/users/me'))).toBe(stored)
    const others = await other.get('/users/me')
    expect([status(others), others.body.id]).toEqual([stored, grace.id])
    const own = await one.get('/users/me')
    expect([status(own), own.body.id]).toEqual([hit, ada.id])
  })

  it('requires the token on a hit too', async () => {
    const as = service.api.as(await person(service))
    await as.get('/users')
    expect(status(await as.get('/users'))).toBe(hit)
    expect((await service.api.get('/users')).status).toBe(401)
  })

  it('does not cache a problem', async () => {
    const { username } = signUp()
    const missing = await service.api.get(`/users/${username}`)
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store'])
    await service.api.post('/users', signUp({ username }))
    expect((await service.api.get(`/users/${username}`)).status).toBe(200)
  })
})

describe('after the response to a write', () => {
  it.each([
    ['createPost', 'posts'],
    ['updatePost', 'path'],
    ['updatePost', 'posts'],
    ['updateUser', 'profile'],
    ['updateUser', 'path'],
  ] as const)('of %s, the %s are read again', async (operation, read) => {
    const it = await author()
    await service.api.get(it[read])
    expect(status(await service.api.get(it[read]))).toBe(hit)
    if (operation === 'createPost') await it.as.post(it.posts, { title: 'New', text: 'y' })
    if (operation === 'updatePost') await it.as.patch(it.path, { title: 'Changed' })
    if (operation === 'updateUser') await it.as.patch(it.profile, { name: 'Changed' })
    expect(status(await service.api.get(it[read]))).toBe(stored)
  })

  it('a deleted and a hard deleted resource is not found', async () => {
    const root = service.api.as(await superuser(service))
    const it = await author()
    await service.api.get(it.path)
    await it.as.delete(it.path)
    expect((await service.api.get(it.path)).status).toBe(404)
    await service.api.get(it.profile)
    await root.delete(`/admin/users/${it.ada.id}`)
    expect((await service.api.get(it.profile)).status).toBe(404)
    expect((await service.api.get(it.posts)).status).toBe(404)
  })

  it('a reused username shows its new owner', async () => {
    const it = await author()
    const name = it.ada.username
    await service.api.get(it.profile)
    await it.as.patch(it.profile, { username: signUp().username })
    const { body: next } = await service.api.post('/users', signUp({ username: name }))
    expect((await service.api.get(it.profile)).body.id).toBe(next.id)
    expect((await service.api.get(it.posts)).body.items).toEqual([])
    expect((await service.api.get(it.path)).status).toBe(404)
  })

  it('resources of other users stay cached', async () => {
    const [one, other] = [await author(), await author()]
    await service.api.get(other.path)
    await one.as.patch(one.path, { title: 'Changed' })
    expect(status(await service.api.get(other.path))).toBe(hit)
  })
})

describe('Cache-Control', () => {
  it.each([
    ['getUser', 'no-cache', 'Accept'],
    ['getCurrentUser', 'private, no-cache', 'Accept, Authorization'],
    ['listUsers', 'private, no-cache', 'Accept, Authorization'],
    ['listTasks', 'private, no-cache', 'Accept, Authorization'],
    ['getHealth', 'no-cache', 'Accept'],
  ])('of %s is %s', async (operation, control, vary) => {
    const ada = await person(service)
    const paths: Record<string, string> = {
      getUser: `/users/${ada.username}`,
      getCurrentUser: '/users/me',
      listUsers: '/users',
      listTasks: '/tasks',
      getHealth: '/health',
    }
    const { headers } = await service.api.as(ada).get(paths[operation] ?? '')
    // A local service allows every origin and therefore varies by Origin.
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
      control,
      `Origin, ${vary}`,
    ])
  })

  it('forbids caching a login, a sign-up or a problem', async () => {
    const ada = await person(service)
    const login = await service.api.post('/login', { username: ada.username, password: 'Wrong-1' })
    const created = await service.api.post('/users', signUp())
    for (const { headers } of [login, created])
      expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('If-None-Match', () => {
  it('saves a client a body that it has, with and without the server’s cache', async () => {
    const { path, as } = await author()
    for (const [api, url] of [
      [service.api, path],
      [service.api, path],
      [as, '/tasks'],
      [service.api, '/health'],
    ] as const) {
      const { headers } = await api.get(url)
      const etag = headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]{27}"$/)
      for (const sent of [etag, `"other", W/${etag}`, '*']) {
        const again = await api.get(url, { 'if-none-match': sent })
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
        expect(again.headers.get('content-type')).toBeNull()
      }
    }
  })

  it('returns the new state after a change, and ignores malformed tags', async () => {
    const { path, as } = await author()
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    await as.patch(path, { title: 'Changed' })
    const changed = await service.api.get(path, { 'if-none-match': etag })
    expect([changed.status, changed.body.title]).toEqual([200, 'Changed'])
    expect((await service.api.get(path, { 'if-none-match': 'garbage' })).status).toBe(200)
  })
})

describe('If-Match', () => {
  const guarded = (as: { token: string }, method: string, path: string, etag: string) =>
    service.api.as(as).request(method, path, {
      headers: { 'if-match': etag, 'content-type': 'application/json' },
      ...(method === 'PATCH' && { body: '{"title":"Guarded"}' }),
    })

  it('accepts a change that is based on the current state', async () => {
    const { ada, path, profile } = await author()
    for (const sent of [(etag: string) => etag, (etag: string) => `"x", ${etag}`, () => '*']) {
      const etag = (await service.api.get(path)).headers.get('etag') ?? ''
      expect((await guarded(ada, 'PATCH', path, sent(etag))).status).toBe(200)
    }
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    expect((await guarded(ada, 'DELETE', path, etag)).status).toBe(204)
    const user = (await service.api.get(profile)).headers.get('etag') ?? ''
    expect((await guarded(ada, 'DELETE', profile, user)).status).toBe(204)
  })

  it('rejects a change that is based on another state, and changes nothing', async () => {
    const { ada, as, path, profile } = await author()
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    await as.patch(path, { title: 'Meanwhile' })
    const gzipped = etag.replace(/"$/, '-gzip"')
    for (const sent of [etag, `W/${etag}`, gzipped, '"nothing"']) {
      for (const method of ['PATCH', 'DELETE']) {
        const { status, body } = await guarded(ada, method, path, sent)
        expect([status, body.code]).toEqual([412, 'precondition_failed'])
      }
    }
    expect((await service.api.get(path)).body.title).toBe('Meanwhile')
    expect((await guarded(ada, 'DELETE', profile, etag)).status).toBe(412)
    expect((await service.api.get(profile)).status).toBe(200)
  })

  it.each([
    ['nginx', (etag: string) => `W/${etag}`],
    ['Apache', (etag: string) => etag.replace(/"$/, '-gzip"')],
    ['Apache with Brotli', (etag: string) => etag.replace(/"$/, '-br"')],
    ['Jetty', (etag: string) => etag.replace(/"$/, '--gzip"')],
    ['nginx behind Apache', (etag: string) => `"x", W/${etag.replace(/"$/, '-gzip"')}`],
  ])('accepts a tag that a compressing proxy has renamed: %s', async (_, renamed) => {
    const { ada, path } = await author()
    const etag = async () => (await service.api.get(path)).headers.get('etag') ?? ''
    const read = await service.api.get(path, { 'if-none-match': renamed(await etag()) })
    expect([read.status, read.headers.get('etag')]).toEqual([304, await etag()])
    expect((await guarded(ada, 'PATCH', path, renamed(await etag()))).status).toBe(200)
    const cut = (await etag()).replace(/..."$/, '-br"')
    expect((await guarded(ada, 'PATCH', path, cut)).status).toBe(412)
    expect((await guarded(ada, 'DELETE', path, renamed(await etag()))).status).toBe(204)
  })

  it('is compared with the row, not with the cache', async () => {
    const { ada, path } = await author()
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    await service.db('posts').update({ title: 'Behind its back' }).where({ title: 'One' })
    expect(status(await service.api.get(path))).toBe(hit)
    expect((await guarded(ada, 'PATCH', path, etag)).status).toBe(412)
  })

  it('accepts one of many changes that are based on the same state', async () => {
    const { ada, path } = await author()
    const etag = (await service.api.get(path)).headers.get('etag') ?? ''
    const all = await Promise.all(
      Array.from({ length: 20 }, () => guarded(ada, 'PATCH', path, etag)),
    )
    const statuses = all.map((it) => it.status).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(412)])
  })

  it('is rejected by name if it is not a list of tags', async () => {
    const { ada, path } = await author()
    const { status, body } = await guarded(ada, 'PATCH', path, 'garbage')
    expect([status, body.errors[0].pointer]).toEqual([422, '/header/if-match'])
  })
})

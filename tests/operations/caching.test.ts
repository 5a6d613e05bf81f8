// Caching as clients see it: `Cache-Status`, `Cache-Control` and conditional requests.
import { describe, expect, it } from 'vitest'
import { account, password, person, signUp, superuser } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { useService } from '../support/service.ts'

// A long deadline, so that a busy machine does not look like an unavailable Redis.
const service = useService({ env: { REDIS_CACHE_DEADLINE_MS: '5000' } })
const status = (answer: Answer) => answer.headers.get('cache-status')
const hit = 'api; hit'
const stored = 'api; fwd=uri-miss; stored'

/** Creates a user. Their change drops the lists that the cache has. */
async function member() {
  const ada = await person(service)
  const as = service.api.as(ada)
  const profile = `/users/${ada.username}`
  await as.patch(profile, { name: 'Ada' })
  return { ada, as, profile, list: '/users', account: '/users/me' }
}

describe('a cached read', () => {
  it('is computed once, then served from the cache with the same bytes and headers', async () => {
    await person(service)
    const { list, as } = await member()
    const first = await as.get(`${list}?limit=1`)
    const second = await as.get(`${list}?limit=1`)
    expect([status(first), status(second)]).toEqual([stored, hit])
    expect(second.text).toBe(first.text)
    for (const name of ['etag', 'link', 'content-type', 'cache-control', 'vary']) {
      expect(second.headers.get(name), name).toBe(first.headers.get(name))
    }
    expect(first.headers.get('link')).toMatch(/rel="next"/)
  })

  it('is found for every spelling of the same request', async () => {
    const { list, as } = await member()
    await as.get(list)
    expect(status(await as.get(`${list}?limit=20`))).toBe(hit)
    expect(status(await as.request('HEAD', list))).toBe(hit)
    expect(status(await as.get(`${list}?limit=19`))).toBe(stored)
  })

  it('is kept for a cursor with the limit that it was issued for, and with no other', async () => {
    await person(service)
    const { list, as } = await member()
    const cursor = (await as.get(`${list}?limit=1`)).body.nextCursor
    const page = async (limit: number) =>
      status(await as.get(`${list}?cursor=${cursor}&limit=${limit}`))
    expect(await page(1)).toBe(stored)
    for (const _ of [1, 2]) expect(await page(2)).toBe('api; fwd=request')
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
    await account(service, { username })
    expect((await service.api.get(`/users/${username}`)).status).toBe(200)
  })
})

describe('after the response to a write', () => {
  type Member = Awaited<ReturnType<typeof member>>
  type Write = (it: Member) => Promise<Answer>
  const signsUp: Write = () => service.api.post('/users', signUp())
  const changesName: Write = ({ as, profile }) => as.patch(profile, { name: 'Changed' })
  const changesOwnName: Write = ({ as, account }) => as.patch(account, { name: 'Changed' })

  it.each([
    ['createUser', 'list', signsUp],
    ['updateUser', 'profile', changesName],
    ['updateUser', 'list', changesName],
    ['updateUser', 'account', changesName],
    ['updateCurrentUser', 'profile', changesOwnName],
    ['updateCurrentUser', 'account', changesOwnName],
  ] as const)('of %s, the %s is read again', async (_operation, read, write) => {
    const it = await member()
    await it.as.get(it[read])
    expect(status(await it.as.get(it[read]))).toBe(hit)
    expect((await write(it)).status).toBeLessThan(300)
    expect(status(await it.as.get(it[read]))).toBe(stored)
  })

  it('a deleted and a hard deleted resource is not found', async () => {
    const root = service.api.as(await superuser(service))
    const [deleted, erased] = [await member(), await member()]
    for (const { profile } of [deleted, erased]) await service.api.get(profile)
    await deleted.as.delete(deleted.profile)
    expect((await service.api.get(deleted.profile)).status).toBe(404)
    await root.delete(`/admin/users/${erased.ada.id}`)
    expect((await service.api.get(erased.profile)).status).toBe(404)
  })

  it('a reused username shows its new owner', async () => {
    const it = await member()
    const name = it.ada.username
    await service.api.get(it.profile)
    await it.as.patch(it.profile, { username: signUp().username })
    const next = await account(service, { username: name })
    expect((await service.api.get(it.profile)).body.id).toBe(next.id)
  })

  it('resources of other users stay cached', async () => {
    const [one, other] = [await member(), await member()]
    await service.api.get(other.profile)
    await one.as.patch(one.profile, { name: 'Changed' })
    expect(status(await service.api.get(other.profile))).toBe(hit)
  })
})

describe('Cache-Control', () => {
  it.each([
    ['getUser', 'no-cache', 'Accept'],
    ['getCurrentUser', 'private, no-cache', 'Accept, Authorization'],
    ['listUsers', 'private, no-cache', 'Accept, Authorization'],
    ['listSessions', 'private, no-cache', 'Accept, Authorization'],
    ['getHealth', 'no-cache', 'Accept'],
  ])('of %s is %s', async (operation, control, vary) => {
    const ada = await person(service)
    const paths: Record<string, string> = {
      getUser: `/users/${ada.username}`,
      getCurrentUser: '/users/me',
      listUsers: '/users',
      listSessions: '/users/me/sessions',
      getHealth: '/health',
    }
    const { headers } = await service.api.as(ada).get(paths[operation] ?? '')
    // A local service allows every origin and therefore varies by Origin.
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
      control,
      `Origin, ${vary}`,
    ])
  })

  it('forbids caching a login or a problem', async () => {
    const { username } = await account(service)
    const right = await service.api.post('/login', { username, password })
    const wrong = await service.api.post('/login', { username, password: 'Wrong-1' })
    for (const { headers } of [right, wrong]) expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('If-None-Match', () => {
  it('saves a client a body that it has, with and without the server’s cache', async () => {
    const { profile, as } = await member()
    for (const [api, url] of [
      [service.api, profile],
      [service.api, profile],
      [as, '/users/me/sessions'],
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
    const { profile, as } = await member()
    const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
    await as.patch(profile, { name: 'Changed' })
    const changed = await service.api.get(profile, { 'if-none-match': etag })
    expect([changed.status, changed.body.name]).toEqual([200, 'Changed'])
    expect((await service.api.get(profile, { 'if-none-match': 'garbage' })).status).toBe(200)
  })
})

describe('If-Match', () => {
  const guarded = (as: { token: string }, method: string, path: string, etag: string) =>
    service.api.as(as).request(method, path, {
      headers: { 'if-match': etag, 'content-type': 'application/json' },
      ...(method === 'PATCH' && { body: '{"name":"Guarded"}' }),
    })

  it('accepts a change that is based on the current state', async () => {
    const { ada, as, profile, account } = await member()
    for (const sent of [(etag: string) => etag, (etag: string) => `"x", ${etag}`, () => '*']) {
      const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
      expect((await guarded(ada, 'PATCH', profile, sent(etag))).status).toBe(200)
    }
    const own = (await as.get(account)).headers.get('etag') ?? ''
    expect((await guarded(ada, 'PATCH', account, own)).status).toBe(200)
    const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
    expect((await guarded(ada, 'DELETE', profile, etag)).status).toBe(204)
  })

  it('rejects a change that is based on another state, and changes nothing', async () => {
    const { ada, as, profile, account } = await member()
    const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
    await as.patch(profile, { name: 'Meanwhile' })
    const gzipped = etag.replace(/"$/, '-gzip"')
    for (const sent of [etag, `W/${etag}`, gzipped, '"nothing"']) {
      for (const method of ['PATCH', 'DELETE']) {
        const { status, body } = await guarded(ada, method, profile, sent)
        expect([status, body.code]).toEqual([412, 'precondition_failed'])
      }
    }
    expect((await service.api.get(profile)).body.name).toBe('Meanwhile')
    for (const method of ['PATCH', 'DELETE']) {
      expect((await guarded(ada, method, account, etag)).status).toBe(412)
    }
    expect((await as.get(account)).body.name).toBe('Meanwhile')
  })

  it.each([
    ['nginx', (etag: string) => `W/${etag}`],
    ['Apache', (etag: string) => etag.replace(/"$/, '-gzip"')],
    ['Apache with Brotli', (etag: string) => etag.replace(/"$/, '-br"')],
    ['Jetty', (etag: string) => etag.replace(/"$/, '--gzip"')],
    ['nginx behind Apache', (etag: string) => `"x", W/${etag.replace(/"$/, '-gzip"')}`],
  ])('accepts a tag that a compressing proxy has renamed: %s', async (_, renamed) => {
    const { ada, profile } = await member()
    const etag = async () => (await service.api.get(profile)).headers.get('etag') ?? ''
    const read = await service.api.get(profile, { 'if-none-match': renamed(await etag()) })
    expect([read.status, read.headers.get('etag')]).toEqual([304, await etag()])
    expect((await guarded(ada, 'PATCH', profile, renamed(await etag()))).status).toBe(200)
    const cut = (await etag()).replace(/..."$/, '-br"')
    expect((await guarded(ada, 'PATCH', profile, cut)).status).toBe(412)
    expect((await guarded(ada, 'DELETE', profile, renamed(await etag()))).status).toBe(204)
  })

  it('is compared with the row, not with the cache', async () => {
    const { ada, profile } = await member()
    const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
    await service.db('users').update({ name: 'Behind its back' }).where({ id: ada.id })
    expect(status(await service.api.get(profile))).toBe(hit)
    expect((await guarded(ada, 'PATCH', profile, etag)).status).toBe(412)
  })

  it('accepts one of many changes that are based on the same state', async () => {
    const { ada, profile } = await member()
    const etag = (await service.api.get(profile)).headers.get('etag') ?? ''
    const all = await Promise.all(
      Array.from({ length: 20 }, () => guarded(ada, 'PATCH', profile, etag)),
    )
    const statuses = all.map((it) => it.status).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(412)])
  })

  it('is rejected by name if it is not a list of tags', async () => {
    const { ada, profile } = await member()
    const { status, body } = await guarded(ada, 'PATCH', profile, 'garbage')
    expect([status, body.errors[0].pointer]).toEqual([422, '/header/if-match'])
  })
})

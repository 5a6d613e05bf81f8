import { Redis } from 'ioredis'
import { describe, expect, inject, it } from 'vitest'
import { person, signUp, superuser } from '../support/builders.ts'
import { allItems } from '../support/pages.ts'
import { useService } from '../support/service.ts'
import { until } from '../support/until.ts'

const service = useService()

describe('getUser', () => {
  it('returns the public profile without the email address', async () => {
    const { username } = await person(service)
    const answer = await service.api.get(`/users/${username}`)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual([
      'createdAt',
      'id',
      'name',
      'profileImageUrl',
      'username',
    ])
  })

  it('does not find an unknown user', async () => {
    expect((await service.api.get('/users/unknown0')).status).toBe(404)
  })
})

describe('getCurrentUser', () => {
  it('returns the caller’s account', async () => {
    const someone = await person(service)
    const answer = await service.api.as(someone).get('/users/me')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ id: someone.id, email: someone.email })
  })
})

describe('updateCurrentUser and deleteCurrentUser', () => {
  const send = (caller: { token: string }, method: string, etag: string, sent?: object) =>
    service.api.as(caller).request(method, '/users/me', {
      headers: { 'if-match': etag, 'content-type': 'application/json' },
      ...(sent && { body: JSON.stringify(sent) }),
    })
  const etagOf = async (caller: { token: string }) =>
    (await service.api.as(caller).get('/users/me')).headers.get('etag') ?? ''

  it('accept the ETag of getCurrentUser in If-Match, and return the ETag of the new state', async () => {
    const someone = await person(service)
    const before = await etagOf(someone)
    const first = await send(someone, 'PATCH', before, { email: `new-${someone.email}` })
    expect([first.status, first.body.email]).toEqual([200, `new-${someone.email}`])
    expect(first.headers.get('etag')).toBe(await etagOf(someone))
    // The form continues with the ETag of the response.
    const etag = first.headers.get('etag') ?? ''
    const second = await send(someone, 'PATCH', etag, { name: 'Ada King' })
    expect([second.status, second.body.name]).toEqual([200, 'Ada King'])
    const late = await send(someone, 'PATCH', before, { name: 'Lost update' })
    expect([late.status, late.body.code]).toEqual([412, 'precondition_failed'])
    expect((await send(someone, 'DELETE', before)).status).toBe(412)
    expect((await send(someone, 'DELETE', second.headers.get('etag') ?? '')).status).toBe(204)
    expect((await service.api.as(someone).get('/users/me')).status).toBe(401)
  })

  it('take effect at once in every read that shows the account', async () => {
    const someone = await person(service)
    const caller = service.api.as(someone)
    const { username } = signUp()
    const [old, fresh] = [`/users/${someone.username}`, `/users/${username}`]
    const shown = async (path: string) => (await service.api.get(path)).status
    // Fills the cache.
    expect([await shown(old), await shown(fresh)]).toEqual([200, 404])
    expect((await caller.patch('/users/me', { username })).status).toBe(200)
    expect([await shown(old), await shown(fresh)]).toEqual([404, 200])
    expect((await caller.get('/users/me')).body.username).toBe(username)
    const gone = await caller.delete('/users/me')
    expect(gone.status).toBe(204)
    expect(gone.headers.get('set-cookie')).toMatch(/^refresh_token=; Max-Age=0;/)
    expect(await shown(fresh)).toBe(404)
  })

  it('keep cached reads of other users', async () => {
    const [someone, other] = [await person(service), await person(service)]
    const path = `/users/${other.username}`
    const statusOf = async () => (await service.api.get(path)).headers.get('cache-status')
    await statusOf()
    await until(
      'the profile in the cache',
      async () => (await statusOf()) === 'api; hit' || undefined,
    )
    expect((await service.api.as(someone).patch('/users/me', { name: 'Ada' })).status).toBe(200)
    expect(await statusOf()).toBe('api; hit')
  })

  it('never write under a name that the account no longer has', async () => {
    const someone = await person(service)
    const caller = service.api.as(someone)
    for (let time = 0; time < 5; time += 1) {
      const { username } = signUp()
      const changes = [{ username }, { name: `Name ${time}` }, { name: `Other ${time}` }]
      const answers = await Promise.all(changes.map((it) => caller.patch('/users/me', it)))
      for (const { status } of answers) expect([200, 503]).toContain(status)
      const [me, profile] = [
        await caller.get('/users/me'),
        await service.api.get(`/users/${username}`),
      ]
      if (answers[0]?.status === 200) expect(profile.body.name).toBe(me.body.name)
    }
  })

  it('reject a taken name and an empty change', async () => {
    const [someone, other] = [await person(service), await person(service)]
    const taken = await service.api.as(someone).patch('/users/me', { username: other.username })
    expect([taken.status, taken.body.code]).toEqual([409, 'username_taken'])
    expect((await service.api.as(someone).patch('/users/me', {})).status).toBe(422)
  })
})

describe('a PATCH', () => {
  it('returns the ETag that a GET of its URL returns for the new state', async () => {
    const someone = await person(service)
    const caller = service.api.as(someone)
    const profile = `/users/${someone.username}`
    for (const [path, change] of [
      [profile, { name: 'Ada King' }],
      [profile, { email: `new-${someone.email}` }],
      ['/users/me', { name: 'Ada Lovelace' }],
    ] as const) {
      const { status, headers } = await caller.patch(path, change)
      expect(status).toBe(200)
      expect(headers.get('etag'), path).toMatch(/^"[\w-]{27}"$/)
      expect((await caller.get(path)).headers.get('etag'), path).toBe(headers.get('etag'))
    }
  })
})

describe('listUsers', () => {
  it('returns every user once in pages, newest first', async () => {
    const people = []
    for (let count = 0; count < 5; count++) people.push(await person(service))
    const caller = service.api.as(await person(service))
    const seen = (await allItems(caller, '/users?limit=2')).map(({ id }) => id)
    expect(seen).toEqual([...seen].sort().reverse())
    expect(new Set(seen).size).toBe(seen.length)
    for (const { id } of people) expect(seen).toContain(id)
  })

  it('sorts and searches active users by their names, and not by email address', async () => {
    const mark = signUp().username.slice(1)
    const names = [`Zoe ${mark}`, `adele ${mark}`, `Zoe ${mark}`]
    for (const name of names) await person(service, { name })
    const deleted = await person(service, { name: `Max ${mark}` })
    await service.api.as(deleted).delete(`/users/${deleted.username}`)
    const byEmail = await person(service, { email: `${mark}@example.com` })
    const caller = service.api.as(byEmail)
    const found = async (query: string) =>
      (await allItems(caller, `/users?limit=1&q=${mark}${query}`)).map(({ name }) => name)
    const [first, second, third] = names
    expect(await found('')).toEqual([third, second, first])
    expect(await found('&sort=name')).toEqual([second, first, third])
    expect(await found('&sort=-name')).toEqual([third, first, second])
  })

  it.each([
    ['invented', () => 'AAAA'],
    ['only an id', () => Buffer.alloc(16, 1).toString('base64url')],
    ['as long as a real one', (it: string) => Buffer.alloc(it.length, 1).toString('base64url')],
    [
      'changed at its end',
      (it: string) => `${it.slice(0, -4)}${it.endsWith('AAAA') ? 'B' : 'A'}AAA`,
    ],
    ['spelled otherwise', (it: string) => `${it}A`],
  ])('rejects a cursor that is %s, and stores nothing in Redis', async (_, change) => {
    for (const _person of [1, 2]) await person(service)
    const caller = service.api.as(await person(service))
    const { body } = await caller.get('/users?limit=1')
    const redis = new Redis(inject('redisPort'), '127.0.0.1')
    const keys = async () => (await redis.keys(`${service.env.REDIS_PREFIX}:cache:entry:*`)).sort()
    try {
      const before = await until('the first page', async () => {
        const found = await keys()
        return found.length > 0 ? found : undefined
      })
      const answer = await caller.get(`/users?limit=1&cursor=${change(body.nextCursor)}`)
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/query/cursor'])
      expect(await keys()).toEqual(before)
    } finally {
      redis.disconnect()
    }
  })

  it('rejects a cursor of another list', async () => {
    await person(service)
    const caller = service.api.as(await superuser(service))
    const users = (await caller.get('/users?limit=1')).body.nextCursor
    const all = (await caller.get('/admin/users?limit=1')).body.nextCursor
    for (const path of [
      `/users?limit=1&cursor=${all}`,
      `/admin/users?limit=1&cursor=${users}`,
      `/users/me/sessions?limit=1&cursor=${users}`,
    ]) {
      const { status, body } = await caller.get(path)
      expect([status, body.errors?.[0].pointer], path).toEqual([422, '/query/cursor'])
    }
  })
})

describe('updateUser', () => {
  it.each(['  ', '\u200b\u200b', 'Ada '])('rejects the name %j', async (name) => {
    const someone = await person(service)
    const { status, body } = await service.api
      .as(someone)
      .patch(`/users/${someone.username}`, { name })
    expect([status, body.errors[0].pointer]).toEqual([422, '/body/name'])
  })

  it('changes the given properties and updatedAt, and keeps the others', async () => {
    const someone = await person(service)
    const before = await service.api.as(someone).get('/users/me')
    const answer = await service.api
      .as(someone)
      .patch(`/users/${someone.username}`, { name: 'Ada' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ name: 'Ada', email: someone.email })
    expect(answer.body.updatedAt > before.body.updatedAt).toBe(true)
    expect(answer.body.createdAt).toBe(before.body.createdAt)
  })

  it('renames a user, whose token stays valid and whose old name becomes free', async () => {
    const someone = await person(service)
    const { username } = signUp()
    const caller = service.api.as(someone)
    expect((await caller.patch(`/users/${someone.username}`, { username })).status).toBe(200)
    expect((await caller.get('/users/me')).body.username).toBe(username)
    expect((await service.api.get(`/users/${someone.username}`)).status).toBe(404)
    const successor = await person(service, { username: someone.username })
    expect((await caller.patch(`/users/${successor.username}`, { name: 'Mine' })).status).toBe(403)
  })

  it('allows a superuser to change a user, and answers 404 for an unknown one', async () => {
    const someone = await person(service)
    const path = `/users/${someone.username}`
    const boss = service.api.as(await superuser(service))
    expect((await boss.patch(path, { name: 'Renamed' })).body.name).toBe('Renamed')
    expect((await boss.patch('/users/unknown0', { name: 'Unknown' })).status).toBe(404)
  })

  it('rejects a taken name', async () => {
    const [someone, other] = [await person(service), await person(service)]
    const answer = await service.api
      .as(someone)
      .patch(`/users/${someone.username}`, { username: other.username })
    expect([answer.status, answer.body.code]).toEqual([409, 'username_taken'])
  })

  it('rejects an empty change', async () => {
    const someone = await person(service)
    expect((await service.api.as(someone).patch(`/users/${someone.username}`, {})).status).toBe(422)
  })
})

describe('deleteUser', () => {
  it('hides the user, ends their tokens and frees the name', async () => {
    const someone = await person(service)
    const caller = service.api.as(someone)
    const path = `/users/${someone.username}`
    const answer = await caller.delete(path)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await service.api.get(path)).status).toBe(404)
    expect((await caller.get('/users/me')).status).toBe(401)
    const { username, email } = someone
    const successor = await person(service, { username, email })
    expect((await service.api.get(path)).body.id).toBe(successor.id)
    expect((await caller.delete(path)).status).toBe(401)
  })

  it('allows a superuser to delete a user once', async () => {
    const someone = await person(service)
    const path = `/users/${someone.username}`
    const boss = service.api.as(await superuser(service))
    expect((await boss.delete(path)).status).toBe(204)
    expect((await boss.delete(path)).status).toBe(404)
  })
})

describe('listAllUsers', () => {
  it('shows deleted users too, and filters them', async () => {
    const boss = service.api.as(await superuser(service))
    const mark = signUp().username.slice(1)
    const present = await person(service, { name: `Present ${mark}` })
    const deleted = await person(service, { email: `${mark}@example.com` })
    await service.api.as(deleted).delete(`/users/${deleted.username}`)
    const ids = async (query: string) => {
      const { status, body } = await boss.get(`/admin/users?q=${mark.toUpperCase()}${query}`)
      expect(status).toBe(200)
      return body.items.map((it: { id: string }) => it.id)
    }
    expect(await ids('')).toEqual([deleted.id, present.id])
    expect(await ids('&status=deleted')).toEqual([deleted.id])
    expect(await ids('&status=active')).toEqual([present.id])
    expect(await ids('&status=active&status=deleted')).toEqual([deleted.id, present.id])
    const first = await boss.get(`/admin/users?q=${mark.toUpperCase()}&limit=1`)
    expect(first.headers.get('link')).toContain(`q=${mark.toUpperCase()}`)
    expect(await ids(`&limit=1&cursor=${first.body.nextCursor}`)).toEqual([present.id])
  })

  it('sorts by deletion, with the active users last in both directions', async () => {
    const mark = signUp().username.slice(1)
    const ids: string[] = []
    for (const name of ['A', 'B', 'C', 'D', 'E']) {
      ids.push((await person(service, { name: `${name} ${mark}` })).id)
    }
    const [a, b, c, d, e] = ids
    const deleted = (id: string | undefined, moment: string) =>
      service.db('users').where({ id }).update({ deleted_at: moment })
    await deleted(a, '2026-01-01T00:00:00.000900Z')
    await deleted(b, '2026-01-01T00:00:00.000100Z')
    await deleted(c, '2026-01-01T00:00:00.000900Z')
    const boss = service.api.as(await superuser(service))
    for (const limit of [1, 2, 3, 4, 100]) {
      const found = async (query: string) => {
        const items = await allItems(boss, `/admin/users?limit=${limit}&q=${mark}&${query}`)
        return items.map(({ id }) => id)
      }
      expect(await found('sort=deletedAt')).toEqual([b, a, c, d, e])
      expect(await found('sort=-deletedAt')).toEqual([c, a, b, e, d])
      expect(await found('sort=-deletedAt&status=deleted')).toEqual([c, a, b])
      expect(await found('sort=-deletedAt&status=active')).toEqual([e, d])
    }
  })

  it('treats pattern characters in a search literally', async () => {
    const boss = service.api.as(await superuser(service))
    await person(service, { name: 'Wilder Card' })
    for (const search of ['wil%25car', 'wilder_card', 'wilder%5C']) {
      expect((await boss.get(`/admin/users?q=${search}`)).body.items).toEqual([])
    }
    expect((await boss.get('/admin/users?q=wilder%20card')).body.items).toHaveLength(1)
  })

  it('rejects a search that no index supports', async () => {
    const boss = service.api.as(await superuser(service))
    const { status, body } = await boss.get('/admin/users?q=%25%25%25')
    expect(status).toBe(422)
    expect(body.errors[0].pointer).toBe('/query/q')
  })

  it('is allowed for superusers only', async () => {
    expect((await service.api.as(await person(service)).get('/admin/users')).status).toBe(403)
    expect((await service.api.get('/admin/users')).status).toBe(401)
  })
})

describe('eraseUser', () => {
  it('removes the row and everything that belongs to it, deleted or not', async () => {
    const boss = service.api.as(await superuser(service))
    const [present, deleted] = [await person(service), await person(service)]
    await service.api.as(deleted).delete(`/users/${deleted.username}`)
    for (const { id } of [present, deleted]) {
      expect((await boss.delete(`/admin/users/${id}`)).status).toBe(204)
      expect(await service.db('users').where({ id })).toEqual([])
      expect(await service.db('sessions').where({ user_id: id })).toEqual([])
    }
    expect((await boss.delete(`/admin/users/${present.id}`)).status).toBe(404)
    expect((await service.api.as(present).get('/users/me')).status).toBe(401)
  })

  it('is allowed for superusers only', async () => {
    const someone = await person(service)
    const path = `/admin/users/${someone.id}`
    expect((await service.api.as(someone).delete(path)).status).toBe(403)
  })
})

// The life of a session: it starts with a login, continues with refreshes and ends in several ways.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { password, person, signUp, tokenOf } from '../support/builders.ts'
import type { Answer } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'

let now = new Date()
const service = useService({ clock: () => now })
const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000)
}

const day = 86_400
const refresh = (token: string) => service.api.post('/refresh', { refresh_token: token })
const byCookie = (cookie: string) =>
  service.api.request('POST', '/refresh', { headers: { cookie } })
const me = async (token: string) => (await service.api.as({ token }).get('/users/me')).status
const cookieOf = ({ headers }: Answer) => headers.get('set-cookie') ?? ''
const pairOf = (answer: Answer) => cookieOf(answer).split(';')[0] ?? ''
const tokensOf = (userId: string) =>
  service
    .db('refresh_tokens')
    .join('sessions', 'sessions.id', 'session_id')
    .where({ user_id: userId })
const logIn = (sent: object, headers: Record<string, string> = {}) =>
  service.api.request('POST', '/login', {
    body: JSON.stringify(sent),
    headers: { 'content-type': 'application/json', ...headers },
  })

describe('login', () => {
  it('sets the refresh token in a cookie that scripts and other sites cannot read', async () => {
    const { username } = await person(service)
    const answer = await logIn({ username, password })
    expect(answer.body).not.toHaveProperty('refresh_token')
    expect(cookieOf(answer)).toMatch(
      /^refresh_token=[\w-]{43}; Max-Age=604800; Path=\/api\/v1\/refresh; HttpOnly; SameSite=Strict$/,
    )
  })

  it('restricts the cookie to https, except on a local machine', async () => {
    const { username } = await person(service)
    const staging = { ENVIRONMENT: 'staging', SECRET_KEY: 's'.repeat(32), BCRYPT_COST: '10' }
    const elsewhere = await startService({ ...service.env, ...staging, ADMIN_PASSWORD: password })
    try {
      const sent = { method: 'POST', body: new URLSearchParams({ username, password }) }
      const { headers } = await fetch(`${elsewhere.url}/api/v1/login`, sent)
      expect(headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
    } finally {
      await elsewhere.stop()
    }
  })

  it('returns the refresh token in the body if the client asks for that', async () => {
    const { username } = await person(service)
    const answer = await logIn({ username, password, refresh_token_in: 'body' })
    expect(answer.body.refresh_token).toMatch(/^[\w-]{43}$/)
    expect(cookieOf(answer)).toBe('')
  })

  it('sets no cookie for a page of another site', async () => {
    const { username } = await person(service)
    const answer = await logIn({ username, password }, { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(cookieOf(answer)).toBe('')
    expect(answer.body).not.toHaveProperty('refresh_token')
  })

  it('logs once why a page of another site receives no cookie', async () => {
    const { username } = await person(service)
    await logIn({ username, password }, { 'sec-fetch-site': 'cross-site' })
    await logIn({ username, password }, { 'sec-fetch-site': 'cross-site' })
    const lines = service.logged().filter((it) => String(it.msg).includes('receives no cookie'))
    expect(lines.map((it) => it.level)).toEqual(['info'])
  })

  it('stores nothing that a reader of the database can use', async () => {
    const { refreshToken } = await person(service)
    const hash = createHash('sha256').update(refreshToken).digest()
    expect(await service.db('refresh_tokens').where({ hash })).toHaveLength(1)
    const rows = JSON.stringify(await service.db('refresh_tokens').select(service.db.raw('*')))
    expect(rows).not.toContain(refreshToken)
  })
})

describe('refreshToken', () => {
  it('returns an access token and the next refresh token in the body', async () => {
    const someone = await person(service)
    later(31 * 60)
    expect(await me(someone.token)).toBe(401)
    const first = await refresh(someone.refreshToken)
    expect(first.status).toBe(200)
    expect(await me(first.body.access_token)).toBe(200)
    expect(first.body.refresh_token).not.toBe(someone.refreshToken)
    const form = await service.api.request('POST', '/refresh', {
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: first.body.refresh_token,
      }),
    })
    expect(await me(form.body.access_token)).toBe(200)
  })

  it('returns the next token in the cookie if the token came in the cookie', async () => {
    const { username } = await person(service)
    const answer = await byCookie(`theme=dark; ${pairOf(await logIn({ username, password }))}`)
    expect(await me(answer.body.access_token)).toBe(200)
    expect(answer.body).not.toHaveProperty('refresh_token')
    expect(await me((await byCookie(pairOf(answer))).body.access_token)).toBe(200)
  })

  it.each([
    ['an empty object', 'application/json', '{}'],
    ['null for the token', 'application/json', '{"refresh_token":null}'],
    ['unknown members', 'application/json', '{"client_id":"app"}'],
    [
      'an empty form',
      'application/x-www-form-urlencoded',
      'grant_type=refresh_token&refresh_token=',
    ],
    ['a body of no bytes', 'application/json', ''],
  ])('uses the cookie if the body is %s', async (_, type, body) => {
    const { username } = await person(service)
    const cookie = pairOf(await logIn({ username, password }))
    const headers = { cookie, 'content-type': type }
    const answer = await service.api.request('POST', '/refresh', { headers, body })
    expect(answer.status, answer.text).toBe(200)
    expect(cookieOf(answer)).toMatch(/^refresh_token=[\w-]{43};/)
    expect(answer.body).not.toHaveProperty('refresh_token')
  })

  it('does not clear the cookie if the token in the body is invalid', async () => {
    const { username } = await person(service)
    const cookie = pairOf(await logIn({ username, password }))
    const headers = { cookie, 'content-type': 'application/json' }
    const body = JSON.stringify({ refresh_token: 'never-given-out' })
    const answer = await service.api.request('POST', '/refresh', { headers, body })
    expect([answer.status, cookieOf(answer)]).toEqual([401, ''])
    expect((await byCookie(cookie)).status).toBe(200)
  })

  it('rejects another grant type by name', async () => {
    const { refreshToken } = await person(service)
    const body = new URLSearchParams({ grant_type: 'password', refresh_token: refreshToken })
    const answer = await service.api.request('POST', '/refresh', { body })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ pointer: '/body/grant_type' }])
  })

  it('rejects a missing or invalid token, and deletes the invalid cookie', async () => {
    for (const cookie of ['refresh_token=', 'refresh_token=never-given-out']) {
      const answer = await byCookie(cookie)
      expect(answer.status).toBe(401)
      expect(answer.body.code).toBe('invalid_refresh_token')
      expect(cookieOf(answer)).toMatch(/^refresh_token=; Max-Age=0; Path=\/api\/v1\/refresh;/)
    }
  })

  it('does not clear a cookie that was not sent, since a page of another site may have caused the request', async () => {
    for (const answer of [await service.api.post('/refresh'), await refresh('never-given-out')]) {
      expect(answer.status).toBe(401)
      expect(answer.body.code).toBe('invalid_refresh_token')
      expect(cookieOf(answer)).toBe('')
    }
  })

  it('returns the same token for every repeat within ten seconds, and stores nothing', async () => {
    const { id, refreshToken } = await person(service)
    const all = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
    expect(all.map((it) => it.status)).toEqual(Array(20).fill(200))
    const [first, ...others] = new Set(all.map((it) => it.body.refresh_token))
    expect(others).toEqual([])
    for (const { body } of all) expect(await me(body.access_token)).toBe(200)
    expect(await tokensOf(id)).toHaveLength(2)
    later(10)
    const late = await refresh(refreshToken)
    expect([late.status, late.body.refresh_token]).toEqual([200, first])
    expect(await tokensOf(id)).toHaveLength(2)
    later(1)
    expect((await refresh(refreshToken)).status).toBe(401)
    expect(await me(late.body.access_token)).toBe(401)
  })

  it('returns the latest token for a repeat if the next one has been used', async () => {
    const { refreshToken } = await person(service)
    const next = (await refresh(refreshToken)).body.refresh_token
    later(4)
    const newest = (await refresh(next)).body.refresh_token
    later(4)
    // The slowest of several tabs writes the cookie last, so its token must be valid for the next hour.
    const slow = await refresh(refreshToken)
    expect([slow.status, slow.body.refresh_token]).toEqual([200, newest])
    later(3600)
    expect((await refresh(newest)).status).toBe(200)
  })

  it('counts the ten seconds from the first use of a token', async () => {
    const { token, refreshToken } = await person(service)
    const next = (await refresh(refreshToken)).body.refresh_token
    later(6)
    expect((await refresh(refreshToken)).status).toBe(200)
    expect((await refresh(next)).status).toBe(200)
    later(5)
    expect((await refresh(refreshToken)).status).toBe(401)
    expect(await me(token)).toBe(401)
  })

  it('allows six tabs with one cookie to refresh at once, several times', async () => {
    const { username } = await person(service)
    let cookie = pairOf(await logIn({ username, password }))
    for (let time = 0; time < 4; time += 1) {
      const tabs = await Promise.all(Array.from({ length: 6 }, () => byCookie(cookie)))
      expect(tabs.map((it) => it.status)).toEqual(Array(6).fill(200))
      for (const { body } of tabs) expect(await me(body.access_token)).toBe(200)
      // Any of the responses may arrive last.
      cookie = pairOf(tabs[time % 6] as Answer)
      later(1800)
    }
  })

  it('ends the session if a used token comes back', async () => {
    const { id, token, refreshToken } = await person(service)
    const stolen = refreshToken
    const next = await refresh(refreshToken)
    later(11)
    expect((await refresh(stolen)).status).toBe(401)
    expect(await me(token)).toBe(401)
    expect(await me(next.body.access_token)).toBe(401)
    expect((await refresh(next.body.refresh_token)).status).toBe(401)
    expect(service.logged()).toContainEqual(
      expect.objectContaining({ level: 'warn', userId: id, operationId: 'refreshToken' }),
    )
  })

  it('detects an attacker whose first request looked like a repeat', async () => {
    const { refreshToken } = await person(service)
    const [client, thief] = await Promise.all([refresh(refreshToken), refresh(refreshToken)])
    later(1800)
    expect((await refresh(client.body.refresh_token)).status).toBe(200)
    later(1800)
    expect((await refresh(thief.body.refresh_token)).status).toBe(401)
  })

  it('keeps other sessions of the user', async () => {
    const someone = await person(service)
    const other = await tokenOf(service.api, someone.username)
    await refresh(someone.refreshToken)
    later(11)
    await refresh(someone.refreshToken)
    expect(await me(someone.token)).toBe(401)
    expect(await me(other)).toBe(200)
  })

  it('keeps a session alive while it is used, and ends it a week later', async () => {
    let { refreshToken } = await person(service)
    for (let times = 0; times < 3; times += 1) {
      later(6 * day)
      const answer = await refresh(refreshToken)
      expect(answer.status).toBe(200)
      refreshToken = answer.body.refresh_token
    }
    later(7 * day + 1)
    expect((await refresh(refreshToken)).status).toBe(401)
  })

  it('removes used tokens after the time in which they would have expired', async () => {
    const someone = await person(service)
    let { refreshToken } = someone
    for (let times = 0; times < 4; times += 1) {
      later(4 * day)
      refreshToken = (await refresh(refreshToken)).body.refresh_token
    }
    expect(await tokensOf(someone.id)).toHaveLength(3)
  })
})

describe('expired sessions', () => {
  it('are removed when their user logs in again', async () => {
    const someone = await person(service)
    await tokenOf(service.api, someone.username)
    later(8 * day)
    await tokenOf(service.api, someone.username)
    expect(await service.db('sessions').where({ user_id: someone.id })).toHaveLength(1)
  })
})

describe('logout', () => {
  it('ends this session only, and clears the cookie', async () => {
    const someone = await person(service)
    const other = await tokenOf(service.api, someone.username)
    const answer = await service.api.as(someone).post('/logout')
    expect(answer.status).toBe(204)
    expect(cookieOf(answer)).toMatch(/^refresh_token=; Max-Age=0;/)
    expect(await me(someone.token)).toBe(401)
    expect((await refresh(someone.refreshToken)).status).toBe(401)
    expect(await me(other)).toBe(200)
  })
})

describe('changePassword', () => {
  const other = 'Battery-staple-8'
  const change = (caller: { token: string }, currentPassword: string, newPassword: string) =>
    service.api.as(caller).put('/users/me/password', { currentPassword, newPassword })

  it('replaces the password and ends all sessions', async () => {
    const someone = await person(service)
    const elsewhere = await tokenOf(service.api, someone.username)
    expect((await change(someone, password, other)).status).toBe(204)
    expect(await me(someone.token)).toBe(401)
    expect(await me(elsewhere)).toBe(401)
    expect((await refresh(someone.refreshToken)).status).toBe(401)
    const { username } = someone
    expect((await logIn({ username, password })).status).toBe(401)
    expect((await logIn({ username, password: other })).status).toBe(200)
  })

  it('rejects a wrong current password and a weak new one, by name', async () => {
    const someone = await person(service)
    const wrong = await change(someone, 'Not-that-one-1', other)
    expect(wrong.status).toBe(403)
    expect(wrong.body.code).toBe('wrong_password')
    const weak = await change(someone, password, 'weak')
    expect(weak.body.errors).toMatchObject([{ pointer: '/body/newPassword' }])
    expect(await me(someone.token)).toBe(200)
  })

  it('leaves no session to a concurrent login with the old password', async () => {
    for (let times = 0; times < 10; times += 1) {
      const someone = await person(service)
      const { username } = someone
      const [changed, ...logins] = await Promise.all([
        change(someone, password, other),
        ...Array.from({ length: 4 }, () => logIn({ username, password })),
      ])
      expect(changed?.status).toBe(204)
      for (const { status, body } of logins) {
        if (status === 200) expect(await me(body.access_token)).toBe(401)
      }
    }
  })
})

describe('a token', () => {
  it('survives a rename, and gives no access to the next user with the name', async () => {
    const someone = await person(service)
    const { username } = signUp()
    const mine = service.api.as(someone)
    expect((await mine.patch(`/users/${someone.username}`, { username })).status).toBe(200)
    const heir = await person(service, { username: someone.username })
    expect((await mine.get('/users/me')).body.username).toBe(username)
    expect((await mine.patch(`/users/${heir.username}`, { name: 'Not mine' })).status).toBe(403)
    expect((await mine.patch(`/users/${username}`, { name: 'Mine' })).status).toBe(200)
    expect((await refresh(someone.refreshToken)).status).toBe(200)
  })

  it.each(['deleted', 'erased'])('becomes invalid when its user is %s', async (how) => {
    const someone = await person(service)
    if (how === 'deleted') await service.api.as(someone).delete(`/users/${someone.username}`)
    else await service.db('users').where({ id: someone.id }).delete()
    expect(await me(someone.token)).toBe(401)
    expect((await refresh(someone.refreshToken)).status).toBe(401)
  })
})

describe('listSessions and deleteSession', () => {
  it('show the logins of a user, and end one', async () => {
    const someone = await person(service)
    later(60)
    const { username } = someone
    const phone = await logIn({ username, password }, { 'user-agent': 'Phone/1.0' })
    const mine = service.api.as(someone)
    const { body } = await mine.get('/users/me/sessions')
    expect(body.items).toMatchObject([
      { isCurrent: false, userAgent: 'Phone/1.0', createdAt: now.toISOString() },
      { isCurrent: true, expiresAt: new Date(now.getTime() + (7 * day - 60) * 1000).toISOString() },
    ])
    expect((await mine.delete(`/users/me/sessions/${body.items[0].id}`)).status).toBe(204)
    expect(await me(phone.body.access_token)).toBe(401)
    expect((await mine.get('/users/me/sessions')).body.items).toHaveLength(1)
    expect((await mine.delete(`/users/me/sessions/${body.items[0].id}`)).status).toBe(404)
  })

  it('know nothing of another user’s', async () => {
    const [someone, other] = [await person(service), await person(service)]
    const { body } = await service.api.as(someone).get('/users/me/sessions')
    const path = `/users/me/sessions/${body.items[0].id}`
    expect((await service.api.as(other).delete(path)).status).toBe(404)
    expect(await me(someone.token)).toBe(200)
    const { body: theirs } = await service.api.as(other).get('/users/me/sessions')
    expect(theirs.items).toHaveLength(1)
  })

  it('return sessions in pages', async () => {
    const someone = await person(service)
    await tokenOf(service.api, someone.username)
    const mine = service.api.as(someone)
    const first = await mine.get('/users/me/sessions?limit=1')
    expect(first.body.items).toHaveLength(1)
    const second = await mine.get(`/users/me/sessions?cursor=${first.body.nextCursor}`)
    expect(second.body.items).toHaveLength(1)
    expect(second.body.nextCursor).toBeNull()
  })
})

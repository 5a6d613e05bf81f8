// Signing up.
import { describe, expect, it } from 'vitest'
import { password, person, signUp } from '../support/builders.ts'
import { createClient } from '../support/client.ts'
import { startService, useService } from '../support/service.ts'

const service = useService()

describe('createUser', () => {
  it('returns the new user and its location', async () => {
    const body = signUp({ name: 'Ada Lovelace', profileImageUrl: 'https://example.com/ada.png' })
    const answer = await service.api.post('/users', body)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1/users/${body.username}`)
    expect(answer.body).toMatchObject({
      name: 'Ada Lovelace',
      username: body.username,
      email: body.email,
      profileImageUrl: 'https://example.com/ada.png',
      isSuperuser: false,
    })
  })

  it('names a location under the path prefix of a proxy', async () => {
    const env = { ...service.env, PUBLIC_PATH_PREFIX: '/shop/front' }
    const { url, stop } = await startService(env)
    try {
      const fields = signUp()
      const created = await createClient(url).post('/users', fields)
      const location = `/shop/front/api/v1/users/${fields.username}`
      expect(created.headers.get('location')).toBe(location)
    } finally {
      await stop()
    }
  })

  it('must not be cached', async () => {
    const { headers } = await service.api.post('/users', signUp())
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('accepts a password in any Unicode form', async () => {
    const fields = signUp({ password: 'Cl\u00e9-\u00fcber-7'.normalize('NFD') })
    expect((await service.api.post('/users', fields)).status).toBe(201)
    const login = { username: fields.username, password: fields.password.normalize('NFC') }
    expect((await service.api.post('/login', login)).status).toBe(200)
  })

  it('limits the sign-ups of an address', async () => {
    const { headers } = await service.api.post('/users', signUp())
    expect(headers.get('ratelimit-policy')).toBe('"createUser";q=200000;w=3600')
  })

  it('stores the password as a hash and never returns it', async () => {
    const body = signUp()
    const answer = await service.api.post('/users', body)
    const row = await service.db('users').where({ username: body.username }).first()
    expect(row.password_hash).toMatch(/^\$2b\$/)
    expect(answer.text).not.toContain(row.password_hash)
    expect(answer.text).not.toContain(password)
  })

  it('rejects a username or an email address that another user has', async () => {
    const { username, email } = await person(service)
    const sameName = await service.api.post('/users', signUp({ username }))
    expect([sameName.status, sameName.body.code]).toEqual([409, 'username_taken'])
    const sameEmail = await service.api.post('/users', signUp({ email: email.toUpperCase() }))
    expect([sameEmail.status, sameEmail.body.code]).toEqual([409, 'email_taken'])
  })

  it('creates one user from many concurrent sign-ups under one name', async () => {
    const { username } = signUp()
    const attempts = Array.from({ length: 100 }, () =>
      service.api.post('/users', signUp({ username })),
    )
    const statuses = (await Promise.all(attempts)).map((it) => it.status).sort()
    expect(statuses).toEqual([201, ...Array(99).fill(409)])
  })

  it('frees the name and the email address of a deleted user', async () => {
    const { id, username, email } = await person(service)
    await service.db('users').where({ id }).update({ deleted_at: new Date() })
    expect((await service.api.post('/users', signUp({ username, email }))).status).toBe(201)
  })

  it.each([
    ['a username with other characters', { username: 'Ada!' }, '/body/username'],
    ['the reserved username', { username: 'me' }, '/body/username'],
    ['a malformed email address', { email: 'ada' }, '/body/email'],
    ['a password of two kinds of characters', { password: 'lowercase1' }, '/body/password'],
    ['a password over 72 bytes', { password: `Aa1${'ß'.repeat(35)}` }, '/body/password'],
    [
      'a picture that is not an http URL',
      { profileImageUrl: 'javascript:alert(1)' },
      '/body/profileImageUrl',
    ],
    ['a NUL in the name', { name: 'A\0da' }, '/body/name'],
    ['a NUL in a password', { password: 'Correct-horse-7\0' }, '/body/password'],
    ['half a surrogate pair in the name', { name: 'A\ud800da' }, '/body/name'],
    ['null for the name', { name: null }, '/body/name'],
    ['a name of spaces', { name: '   ' }, '/body/name'],
    ['a name of zero-width characters', { name: '\u200b\u2060\ufeff' }, '/body/name'],
    ['a name of fillers that show nothing', { name: '\u3164\u115f\u2800' }, '/body/name'],
    ['a name of combining marks alone', { name: '\u0301\u0302' }, '/body/name'],
    ['a name that begins with white space', { name: ' Ada' }, '/body/name'],
    ['a name that begins with an invisible character', { name: '\u200bAda' }, '/body/name'],
    ['a name that ends in white space', { name: 'Ada\u00a0' }, '/body/name'],
    ['a name of two lines', { name: 'Ada\nKing' }, '/body/name'],
    ['a username of spaces', { username: '   ' }, '/body/username'],
    ['a username of zero-width characters', { username: '\u200b\u200b' }, '/body/username'],
    ['an email address with white space around it', { email: ' a@b.example ' }, '/body/email'],
    ['a member that is not declared', { isSuperuser: true }, '/body/isSuperuser'],
  ])('rejects %s and points at it', async (_, fields, pointer) => {
    const answer = await service.api.post('/users', { ...signUp(), ...fields })
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((it: { pointer: string }) => it.pointer)).toContain(pointer)
  })

  it.each([
    'O’Brien-Smith, Jr.',
    'José',
    'Jose\u0301',
    'নাজমা',
    'علی\u200cرضا',
    '李 明',
    '👩\u200d🚀 Ada ❤\ufe0f',
    '42',
  ])('accepts the name %s unchanged', async (name) => {
    const answer = await service.api.post('/users', signUp({ name }))
    expect([answer.status, answer.body.name]).toEqual([201, name])
  })
})

import bcrypt from 'bcrypt'
import { describe, expect, it } from 'vitest'
import { account, password, person, tester, tokenOf } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const service = useService()

describe('login', () => {
  it('accepts the account of the TEST_* variables', async () => {
    const { email, password } = tester
    await account(service, tester)
    expect((await service.api.post('/login', { username: email, password })).status).toBe(200)
  })

  it.each(['username', 'email'] as const)('accepts the %s, as JSON or as a form', async (field) => {
    const someone = await person(service)
    const json = await service.api.post('/login', { username: someone[field], password })
    expect(json.status).toBe(200)
    expect(json.body).toMatchObject({ token_type: 'Bearer', expires_in: 1800 })
    const form = await service.api.request('POST', '/login', {
      body: new URLSearchParams({ grant_type: 'password', username: someone[field], password }),
    })
    expect(form.status).toBe(200)
    const me = await service.api.as({ token: form.body.access_token }).get('/users/me')
    expect(me.body.id).toBe(someone.id)
  })

  it('ignores unknown and empty parameters, as RFC 6749 requires of a token endpoint', async () => {
    const { username } = await person(service)
    const others = { client_id: 'app', client_secret: '', scope: 'a '.repeat(200), audience: 'b' }
    const sent = { username, password, grant_type: '', refresh_token_in: '', ...others }
    const form = await service.api.request('POST', '/login', { body: new URLSearchParams(sent) })
    expect(form.status, form.text).toBe(200)
    const json = await service.api.post('/login', { username, password, ...others, nested: {} })
    expect(json.status, json.text).toBe(200)
  })

  it('rejects another grant type, an empty password and a repeated parameter by name', async () => {
    const { username } = await person(service)
    const pointers = async (body: string) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await service.api.request('POST', '/login', { body, headers })
      expect(answer.status).toBe(422)
      return answer.body.errors.map((it: { pointer: string }) => it.pointer)
    }
    const sent = `username=${username}&password=${password}`
    expect(await pointers(`${sent}&grant_type=client_credentials`)).toEqual(['/body/grant_type'])
    expect(await pointers(`${sent}&grant_type=&grant_type=password`)).toEqual(['/body/grant_type'])
    expect(await pointers(`username=${username}&password=`)).toEqual(['/body/password'])
  })

  it('gives the same answer for a wrong password and for an unknown user', async () => {
    const { username } = await person(service)
    const wrong = await service.api.post('/login', { username, password: 'Wrong-horse-7' })
    const unknown = await service.api.post('/login', { username: 'unknown0', password })
    expect(wrong.status).toBe(401)
    expect(unknown.status).toBe(401)
    const said = ({ body: { requestId, ...rest } }: typeof wrong) => rest
    expect(said(wrong)).toEqual(said(unknown))
  })

  it('rejects a deleted user, whose token no longer works either', async () => {
    const someone = await person(service)
    await service.db('users').where({ id: someone.id }).update({ deleted_at: new Date() })
    expect(
      (await service.api.post('/login', { username: someone.username, password })).status,
    ).toBe(401)
    expect((await service.api.as(someone).get('/users/me')).status).toBe(401)
    await person(service, { username: someone.username })
    expect(await tokenOf(service.api, someone.username)).toBeTruthy()
    expect((await service.api.as(someone).get('/users/me')).status).toBe(401)
  })
})

describe('a password', () => {
  const asNfc = 'Cl\u00e9-\u00fcber-7'
  const asNfd = asNfc.normalize('NFD')
  const logIn = async (username: string, pass: string) =>
    (await service.api.post('/login', { username, password: pass })).status

  it('is the same in every Unicode form, wherever it is sent', async () => {
    const { username } = await account(service, { password: asNfd })
    expect(await logIn(username, asNfc)).toBe(200)
    expect(await logIn(username, asNfd)).toBe(200)
    const { body } = await service.api.post('/login', { username, password: asNfc })
    const change = { currentPassword: asNfc, newPassword: 'Ｆull-width-７' }
    const caller = service.api.as({ token: body.access_token })
    expect((await caller.put('/users/me/password', change)).status).toBe(204)
    expect(await logIn(username, 'Full-width-7')).toBe(200)
    expect(await logIn(username, asNfc)).toBe(401)
  })

  it('that was hashed before passwords were normalized still works', async () => {
    const { id, username } = await person(service)
    const password_hash = await bcrypt.hash(asNfd, 4)
    await service.db('users').where({ id }).update({ password_hash })
    expect(await logIn(username, asNfd)).toBe(200)
    expect(await logIn(username, 'Another-one-7')).toBe(401)
  })

  it('is measured in the form that is hashed', async () => {
    const changeTo = async (newPassword: string) => {
      const caller = await person(service)
      const change = { currentPassword: password, newPassword }
      const { status } = await service.api.as(caller).put('/users/me/password', change)
      return status === 204 ? logIn(caller.username, newPassword) : status
    }
    const longest = `Aa1-${'\u0390'.repeat(34)}`
    expect(Buffer.byteLength(longest)).toBe(72)
    expect(await changeTo(longest.normalize('NFD'))).toBe(200)
    expect(await changeTo(`${longest}1`)).toBe(422)
    // One character of three bytes becomes eighteen of thirty-three.
    expect(await changeTo(`Aa1-${'\ufdfa'.repeat(3)}`)).toBe(422)
    expect(await changeTo('Ａａ１-５６７')).toBe(422)
  })
})

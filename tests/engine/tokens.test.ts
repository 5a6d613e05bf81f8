// Tokens that must not open anything, and the algorithms that may sign those that do.
import { createHmac, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { jwtTokens } from '../../src/platform/tokens.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

let now = new Date()
const service = useService({ clock: () => now })
const secret = () => loadConfig(service.env).auth.secret
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signed as ours are, whatever is in it. */
function signed(header: object, claims: object, key = secret()) {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

describe('a token', () => {
  const HS256 = { alg: 'HS256', typ: 'JWT' }
  const exp = () => Math.floor(now.getTime() / 1000) + 60

  it('ends when its time is over', async () => {
    const caller = service.api.as(await person(service.api))
    expect((await caller.get('/users/me')).status).toBe(200)
    now = new Date(now.getTime() + 29 * 60_000)
    expect((await caller.get('/users/me')).status).toBe(200)
    now = new Date(now.getTime() + 2 * 60_000)
    expect((await caller.get('/users/me')).status).toBe(401)
  })

  it('opens nothing when it is not ours', async () => {
    const { id, token } = await person(service.api)
    const claims = { sub: id, exp: exp() }
    const [head = '', body = '', signature = ''] = token.split('.')
    const control = signed(HS256, claims)
    expect((await service.api.as({ token: control }).get('/users/me')).status).toBe(200)
    const forged: Record<string, string> = {
      'of another key': signed(HS256, claims, 'another key'),
      'without a signature': `${encode({ alg: 'none' })}.${encode(claims)}.`,
      'without an algorithm': signed({ typ: 'JWT' }, claims),
      'of another algorithm': jwt.sign(claims, secret(), { algorithm: 'HS512' }),
      'with its signature cut': `${head}.${body}.${signature.slice(0, -2)}`,
      'with other claims': `${head}.${encode({ ...claims, admin: true })}.${signature}`,
      'without a subject': signed(HS256, { exp: exp() }),
      'with a subject that is no string': signed(HS256, { sub: { id }, exp: exp() }),
      'of somebody who never was': signed(HS256, {
        sub: '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01',
        exp: exp(),
      }),
      'of a subject that is no id': signed(HS256, { sub: 'ada', exp: exp() }),
      'that is not valid yet': signed(HS256, { ...claims, nbf: exp() }),
      'with claims that are no JSON': `${encode(HS256)}.e30x.${signature}`,
      'with one part': 'abc',
      'that is huge': `${head}.${'a'.repeat(9000)}.${signature}`,
    }
    for (const [what, token] of Object.entries(forged)) {
      const answer = await service.api.as({ token }).get('/users/me')
      expect(answer.status, what).toBe(401)
      expect(answer.headers.get('www-authenticate'), what).toBe('Bearer error="invalid_token"')
    }
  })

  it.each(['RS256', 'PS256', 'ES256'] as const)('signs and checks by %s', (algorithm) => {
    const pair =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const tokens = jwtTokens({ algorithm, secret: pem, lifetime: 60, clock: () => now })
    expect(tokens.verify(tokens.issue('somebody').token)).toBe('somebody')
    // A public key is public: used as a shared secret it must not make a token of ours.
    const publicPem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }))
    expect(tokens.verify(signed(HS256, { sub: 'somebody', exp: exp() }, publicPem))).toBeNull()
  })
})

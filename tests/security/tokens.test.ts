// Access tokens: which ones the service rejects, and which algorithms may sign them.
import { createHmac, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { jwtTokens } from '../../src/security/tokens.ts'
import { person } from '../support/builders.ts'
import { useService } from '../support/service.ts'

const noId = '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01'
const subject = { userId: noId, sessionId: noId }
let now = new Date()
const service = useService({ clock: () => now })
const secret = () => loadConfig(service.env).auth.tokens.secret
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Returns a token with any content, signed as the service signs. */
function signed(header: object, claims: object, key = secret()) {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

describe('an access token', () => {
  const exp = () => Math.floor(now.getTime() / 1000) + 60

  it('expires after 30 minutes', async () => {
    const caller = service.api.as(await person(service))
    expect((await caller.get('/users/me')).status).toBe(200)
    now = new Date(now.getTime() + 29 * 60_000)
    expect((await caller.get('/users/me')).status).toBe(200)
    now = new Date(now.getTime() + 2 * 60_000)
    expect((await caller.get('/users/me')).status).toBe(401)
  })

  it('is rejected if the service has not issued it', async () => {
    const { id, token } = await person(service)
    const other = jwt.decode((await person(service)).token) as jwt.JwtPayload
    const { header: HS256, payload } = jwt.decode(token, { complete: true }) as jwt.Jwt
    const claims = payload as jwt.JwtPayload
    const { sub: _sub, ...withoutSubject } = claims
    const { sid: _sid, ...withoutSession } = claims
    const [head = '', body = '', signature = ''] = token.split('.')
    const control = signed(HS256, claims)
    expect((await service.api.as({ token: control }).get('/users/me')).status).toBe(200)
    const forged: Record<string, string> = {
      'signed with another key': signed(HS256, claims, 'another key'),
      'without a signature': `${encode({ alg: 'none' })}.${encode(claims)}.`,
      'without an algorithm': signed({ ...HS256, alg: undefined }, claims),
      'with another algorithm': jwt.sign(claims, secret(), {
        header: { ...HS256, alg: 'HS512' },
        algorithm: 'HS512',
      }),
      'without a key id': signed({ ...HS256, kid: undefined }, claims),
      'with an unknown key id': signed({ ...HS256, kid: 'another' }, claims),
      'with a shortened signature': `${head}.${body}.${signature.slice(0, -2)}`,
      'with other claims': `${head}.${encode({ ...claims, admin: true })}.${signature}`,
      'without a subject': signed(HS256, withoutSubject),
      'with a subject that is not a string': signed(HS256, { ...claims, sub: { id } }),
      'of an unknown user': signed(HS256, { ...claims, sub: noId }),
      'with a subject that is not an id': signed(HS256, { ...claims, sub: 'ada' }),
      'without a session': signed(HS256, withoutSession),
      'of an unknown session': signed(HS256, { ...claims, sid: noId }),
      'with a session that is not an id': signed(HS256, { ...claims, sid: 'mine' }),
      "of another user's session": signed(HS256, { ...claims, sid: other.sid }),
      'of another issuer': signed(HS256, { ...claims, iss: 'elsewhere' }),
      'for another audience': signed(HS256, { ...claims, aud: 'others' }),
      'without an expiry': signed(HS256, { ...claims, exp: undefined }),
      'that is not valid yet': signed(HS256, { ...claims, nbf: exp() }),
      'with claims that are not JSON': `${encode(HS256)}.e30x.${signature}`,
      'with one part': 'abc',
      'that is huge': `${head}.${'a'.repeat(9000)}.${signature}`,
    }
    for (const [what, token] of Object.entries(forged)) {
      const answer = await service.api.as({ token }).get('/users/me')
      expect(answer.status, what).toBe(401)
      expect(answer.headers.get('www-authenticate'), what).toBe(
        'Bearer realm="api", error="invalid_token"',
      )
    }
  })

  it.each(['RS256', 'PS256', 'ES256'] as const)('is signed and verified with %s', (algorithm) => {
    const pair =
      algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const { tokens: common } = loadConfig({}).auth
    const tokens = jwtTokens({ ...common, algorithm, secret: pem, clock: () => now })
    const { token } = tokens.issue(subject)
    expect(tokens.verify(token)).toMatchObject(subject)
    // An attacker knows the public key and must not be able to use it as a shared secret.
    const publicPem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }))
    const { header, payload } = jwt.decode(token, { complete: true }) as jwt.Jwt
    const forged = signed({ ...header, alg: 'HS256' }, payload as object, publicPem)
    expect(tokens.verify(forged)).toBeNull()
  })

  it('signed with the previous key is valid until that key is removed', () => {
    const { tokens: common } = loadConfig({}).auth
    const by = (secret: string, previousSecret?: string) =>
      jwtTokens({ ...common, secret, previousSecret, clock: () => now })
    const [old, next] = ['a'.repeat(32), 'b'.repeat(32)]
    const { token } = by(old).issue(subject)
    expect(by(next, old).verify(token)).toMatchObject(subject)
    expect(by(next).verify(token)).toBeNull()
    const fresh = by(next, old).issue(subject).token
    expect(by(next).verify(fresh)).toMatchObject(subject)
    expect(by(old).verify(fresh)).toBeNull()
  })
})

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { deriveKey, signingKey } from '../../src/security/tokens.ts'

const derived = (algorithm: string, secret: string, purpose = 'a test') =>
  deriveKey(signingKey(algorithm, secret), purpose).toString('hex')

it('derives the same key from every encoding of a private key', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'pem' }).toString()
  expect(derived('RS256', pem('pkcs1'))).toBe(derived('RS256', pem('pkcs8')))
  const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const sec1 = curve.export({ type: 'sec1', format: 'pem' }).toString()
  const pkcs8 = createPrivateKey(sec1).export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(derived('ES256', sec1)).toBe(derived('ES256', pkcs8))
})

it('derives a different key for another secret and for another purpose', () => {
  const keys = [
    derived('HS256', 'one secret'),
    derived('HS256', 'another secret'),
    derived('HS256', 'one secret', 'another purpose'),
  ]
  expect(new Set(keys).size).toBe(3)
  expect(keys[0]).toMatch(/^[\da-f]{64}$/)
})

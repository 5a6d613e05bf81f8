// Keys for other purposes than signing, derived from a key that signs (HKDF, RFC 5869): the operator
// keeps one secret, and what is made with one key tells nothing about another.
import { createPrivateKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/**
 * Reads a key that signs: a shared secret for the HS family, a private key in PEM for the others.
 * @throws Error where a PEM holds no private key.
 */
export function signingKey(algorithm: string, secret: string): KeyObject {
  return algorithm.startsWith('HS') ? createSecretKey(secret, 'utf8') : createPrivateKey(secret)
}

/** Derives 32 bytes. The same key gives the same bytes, however its PEM was written. */
export function deriveKey(key: KeyObject, purpose: string): Buffer {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'pkcs8', format: 'der' })
  return Buffer.from(hkdfSync('sha256', bytes, '', purpose, 32))
}

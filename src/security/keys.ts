// Signing keys, and keys for other purposes that are derived from them (HKDF, RFC 5869). An operator keeps
// one secret, and a value made with one key reveals nothing about another key.
import { createPrivateKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

export interface SigningKeys {
  readonly algorithm: string
  /** A shared secret for the HS family, a private key in PEM for the others. */
  readonly secret: string
  /** The secret before the last rotation, which is still accepted. */
  readonly previousSecret: string | undefined
}

/**
 * Reads a key that signs.
 * @throws Error if a PEM contains no private key.
 */
export function signingKey(algorithm: string, secret: string): KeyObject {
  return algorithm.startsWith('HS') ? createSecretKey(secret, 'utf8') : createPrivateKey(secret)
}

/** Derives 32 bytes. A key derives the same bytes from every encoding of its PEM. */
export function deriveKey(key: KeyObject, purpose: string): Buffer {
  const bytes = key.type === 'secret' ? key.export() : key.export({ type: 'pkcs8', format: 'der' })
  return Buffer.from(hkdfSync('sha256', bytes, '', purpose, 32))
}

/** Derives a key for a purpose from each accepted signing key, the current one first. */
export function deriveKeys(
  { algorithm, secret, previousSecret }: SigningKeys,
  purpose: string,
): [current: Buffer, ...previous: Buffer[]] {
  const derive = (it: string) => deriveKey(signingKey(algorithm, it), purpose)
  return previousSecret === undefined ? [derive(secret)] : [derive(secret), derive(previousSecret)]
}

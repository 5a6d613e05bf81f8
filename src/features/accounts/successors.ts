// The successor of a refresh token is derived from it (HMAC-SHA256) and not drawn: every process
// computes the same one, so a repeated refresh is answered alike and stores nothing.
import { createHmac } from 'node:crypto'
import { deriveKey, signingKey } from '../../security/derived-keys.ts'

interface SigningKeys {
  readonly algorithm: string
  readonly secret: string
  readonly previousSecret: string | undefined
}

export interface Successors {
  /** Derives the successor of a token by the key in use. */
  of(token: string): string
  /** Derives a successor by each key that is accepted, the one in use first. */
  candidates(token: string): string[]
}

export function successors({ algorithm, secret, previousSecret }: SigningKeys): Successors {
  const secrets = previousSecret === undefined ? [secret] : [secret, previousSecret]
  const [current, ...previous] = secrets.map((it) =>
    deriveKey(signingKey(algorithm, it), 'refresh token successor'),
  ) as [Buffer, ...Buffer[]]
  const derive = (key: Buffer, token: string) =>
    createHmac('sha256', key).update(token).digest('base64url')
  return {
    of: (token) => derive(current, token),
    candidates: (token) => [current, ...previous].map((key) => derive(key, token)),
  }
}

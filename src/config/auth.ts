// The variables of authentication: signing keys, the length of a session, the first superuser.
import { createPrivateKey } from 'node:crypto'
import type { Reader } from './environment.ts'
import { tokenIssuer } from './names.ts'

const localAdminPassword = 'Local-Admin-1'

/** Returns how access tokens are signed and how long a session lasts. */
export function authConfig(read: Reader, local: boolean) {
  const lifetime = 60 * read.integer('ACCESS_TOKEN_EXPIRE_MINUTES', 30, 1, 525_600)
  const sessionSeconds = 86_400 * read.integer('REFRESH_TOKEN_EXPIRE_DAYS', 7, 1, 3650)
  if (lifetime >= sessionSeconds) {
    const shorter = 'less time than REFRESH_TOKEN_EXPIRE_DAYS'
    read.error('ACCESS_TOKEN_EXPIRE_MINUTES', shorter, '30')
  }
  return {
    tokens: {
      ...signingKeys(read, local),
      issuer: read.text('TOKEN_ISSUER', tokenIssuer),
      audience: read.text('TOKEN_AUDIENCE', tokenIssuer),
      lifetime,
    },
    sessionSeconds,
    bcryptCost: read.integer('BCRYPT_COST', 10, local ? 4 : 10, 16),
  }
}

/**
 * Returns the first superuser, for the seeds and `npm run create-superuser`. Outside of `local` it needs
 * a password, other than the one that every clone has.
 */
export function adminConfig(read: Reader, local: boolean) {
  const password = read.text('ADMIN_PASSWORD', local ? localAdminPassword : undefined)
  if (!local && password === localAdminPassword) {
    read.error('ADMIN_PASSWORD', 'a password of your own', 'Correct-Horse-7')
  }
  const name = read.text('ADMIN_NAME', 'Admin')
  const email = read.text('ADMIN_EMAIL', 'admin@example.com')
  const username = read.text('ADMIN_USERNAME', 'admin')
  return password === undefined ? undefined : { name, email, username, password }
}

const localPrefix = 'local-secret-that-every-clone-shares'
/** Has the length that the longest algorithm needs. */
const localSecret = localPrefix.padEnd(64, '-0000')

/** Families of algorithms (RFC 7518, section 3.1) by the type of key that each signs with. */
const algorithms = {
  oct: ['HS256', 'HS384', 'HS512'],
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ec: ['ES256', 'ES384', 'ES512'],
} as const
/** The curve of each (RFC 7518, section 3.4), by OpenSSL's name and by its usual one. */
const curves: Readonly<Record<string, readonly [string, string]>> = {
  ES256: ['prime256v1', 'P-256'],
  ES384: ['secp384r1', 'P-384'],
  ES512: ['secp521r1', 'P-521'],
}
/** The shortest RSA key in bits (section 3.3). */
const rsaBits = 2048
type Algorithm = (typeof algorithms)[keyof typeof algorithms][number]

/**
 * Returns the algorithm, the key that signs, and the previous key, whose tokens are still accepted. The
 * secret that every clone shares is an error outside of `local`.
 */
function signingKeys(read: Reader, local: boolean) {
  const all = [...algorithms.oct, ...algorithms.rsa, ...algorithms.ec] as const
  const algorithm = read.oneOf('ALGORITHM', all, 'HS256')
  const isSymmetric = algorithms.oct.some((it) => it === algorithm)
  const key = (name: string) => {
    // A variable set outside of a file often holds the line breaks of a PEM as two characters.
    const secret = isSymmetric ? read.raw(name) : read.raw(name)?.replaceAll('\\n', '\n')
    if (secret !== undefined || name === 'SECRET_KEY') {
      checkKey(read, name, secret ?? (isSymmetric ? localSecret : ''), { algorithm, local })
    }
    return secret
  }
  const secret = key('SECRET_KEY') ?? localSecret
  const previousSecret = key('SECRET_KEY_PREVIOUS')
  return { algorithm, secret, previousSecret }
}

interface Expected {
  readonly algorithm: Algorithm
  readonly local: boolean
}

/** Notes an error if a key does not fit the algorithm, or is the one that every clone shares. */
function checkKey(read: Reader, name: string, secret: string, { algorithm, local }: Expected) {
  if (!algorithm.startsWith('HS')) {
    if (!signsWith(secret, algorithm)) {
      const [, curve] = curves[algorithm] ?? []
      const kind = curve === undefined ? `RSA, ${rsaBits} bits or more` : `on the curve ${curve}`
      read.error(name, `a PEM private key for ${algorithm} (${kind})`, '"$(cat private-key.pem)"')
    }
    return
  }
  // The length of the hash (section 3.2): 32, 48 or 64 bytes.
  const bytes = Number(algorithm.slice(2)) / 8
  if (Buffer.byteLength(secret) < bytes || (!local && secret.startsWith(localPrefix))) {
    const command = `$(openssl rand -hex ${bytes})`
    read.error(name, `a secret of ${bytes} bytes or more for ${algorithm}`, command)
  }
}

/** Returns whether a PEM is a private key that fits the algorithm. */
function signsWith(pem: string, algorithm: Algorithm): boolean {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPrivateKey(pem)
    const [curve] = curves[algorithm] ?? []
    if (curve !== undefined) return details?.namedCurve === curve
    return type === 'rsa' && (details?.modulusLength ?? 0) >= rsaBits
  } catch {
    return false
  }
}

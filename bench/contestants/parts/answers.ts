// What every contestant says in the same words: headers, problems, and how rows are shown.
import { hash } from 'node:crypto'
import { helmetOptions } from '../../../src/http/security-headers.ts'

/** What helmet writes for the service. */
export const forBrowsers = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000',
  'x-content-type-options': 'nosniff',
}

/** The same for whoever has helmet write them. */
export const forHelmet = helmetOptions({ hstsSeconds: 15_552_000 })

export const etagOf = (body: string | Buffer) => `"${hash('sha1', body, 'base64url')}"`

/** What a client may keep of a read. */
export const kept = {
  shared: { 'Cache-Control': 'no-cache', Vary: 'Accept' },
  health: { 'Cache-Control': 'no-cache', Vary: 'Accept' },
  own: { 'Cache-Control': 'private, no-cache', Vary: 'Accept, Authorization' },
  never: { 'Cache-Control': 'no-store' },
}

/** How the cache took part in a read. */
export type CacheStatus = 'hit' | 'fwd=uri-miss; stored' | 'fwd=bypass'

export interface Fault {
  readonly pointer: string
  readonly detail: string
}

const words = {
  400: ['malformed_request', 'Malformed request', 'This cannot be read as an HTTP request.'],
  401: ['unauthenticated', 'Unauthenticated', 'This operation needs an access token.'],
  403: ['forbidden', 'Forbidden', 'This belongs to somebody else.'],
  404: ['not_found', 'Not found', 'There is no such resource.'],
  422: [
    'validation_failed',
    'Validation failed',
    'The request does not fit the contract; errors says where.',
  ],
} as const

export type ProblemStatus = keyof typeof words

/** A problem document (RFC 9457). */
export function problemOf(status: ProblemStatus, requestId: string, errors?: readonly Fault[]) {
  const [code, title, detail] = words[status]
  const type = `/problems/${code.replaceAll('_', '-')}`
  return { type, title, status, detail, code, requestId, errors }
}

/** What a refusal says beside its problem. */
export function problemHeaders(status: ProblemStatus): Record<string, string> {
  const all: Record<string, string> = { ...kept.never }
  if (status === 401) all['WWW-Authenticate'] = 'Bearer'
  return all
}

/**
 * What a handler throws to have a problem sent. An error by its prototype alone, so that nobody pays for
 * a look at the stack.
 */
export class Refused {
  readonly status: ProblemStatus
  readonly errors: readonly Fault[] | undefined

  constructor(status: ProblemStatus, errors?: readonly Fault[]) {
    this.status = status
    this.errors = errors
  }
}
Object.setPrototypeOf(Refused.prototype, Error.prototype)

/** A fault in the words of the service; the commonest alone differ from Ajv's own. */
export function faultOf(pointer: string, keyword: string, limit: unknown, message = ''): Fault {
  return { pointer, detail: keyword === 'minimum' ? `must be ${limit} or more` : message }
}

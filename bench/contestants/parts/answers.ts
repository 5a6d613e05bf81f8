// The parts of a response that all contestants share: headers and problem documents.
import { hash } from 'node:crypto'
import { helmetOptions } from '../../../src/http/security-headers.ts'

/** The headers that helmet sets for the service. */
export const securityHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000',
  'x-content-type-options': 'nosniff',
}

/** The settings with which helmet sets the same headers. */
export const helmetSettings = helmetOptions({ hstsSeconds: 15_552_000 })

export const etagOf = (body: string | Buffer) => `"${hash('sha1', body, 'base64url')}"`

/** The caching headers of each kind of response. */
export const cacheHeaders = {
  shared: { 'Cache-Control': 'no-cache', Vary: 'Accept' },
  health: { 'Cache-Control': 'no-cache', Vary: 'Accept' },
  own: { 'Cache-Control': 'private, no-cache', Vary: 'Accept, Authorization' },
  never: { 'Cache-Control': 'no-store' },
}

/** The value of `Cache-Status` for a read. */
export type CacheStatus = 'hit' | 'fwd=uri-miss; stored' | 'fwd=bypass'

export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

const words = {
  400: ['malformed_request', 'Malformed request', 'This cannot be read as an HTTP request.'],
  401: ['unauthenticated', 'Unauthenticated', 'Send an access token in the header Authorization.'],
  403: ['forbidden', 'Forbidden', 'This belongs to another user.'],
  404: ['not_found', 'Not found', 'There is no such resource.'],
  422: [
    'validation_failed',
    'Validation failed',
    'The request does not fit the contract; errors says where.',
  ],
} as const

export type ProblemStatus = keyof typeof words

/** Returns a problem document (RFC 9457). */
export function problemOf(
  status: ProblemStatus,
  requestId: string,
  errors?: readonly FieldError[],
) {
  const [code, title, detail] = words[status]
  const type = `/problems/${code.replaceAll('_', '-')}`
  return { type, title, status, detail, code, requestId, errors }
}

/** Returns the headers of a problem response. */
export function problemHeaders(status: ProblemStatus): Record<string, string> {
  const all: Record<string, string> = { ...cacheHeaders.never }
  if (status === 401) all['WWW-Authenticate'] = 'Bearer realm="api"'
  return all
}

/**
 * Thrown to send a problem. It is an error by its prototype only, because capturing the stack is
 * expensive.
 */
export class Problem {
  readonly status: ProblemStatus
  readonly errors: readonly FieldError[] | undefined

  constructor(status: ProblemStatus, errors?: readonly FieldError[]) {
    this.status = status
    this.errors = errors
  }
}
Object.setPrototypeOf(Problem.prototype, Error.prototype)

/** Returns a field error in the service's words, as far as the workloads need them. */
export function fieldErrorOf(
  pointer: string,
  keyword: string,
  limit: unknown,
  message = '',
): FieldError {
  return { pointer, detail: keyword === 'minimum' ? `must be ${limit} or more` : message }
}

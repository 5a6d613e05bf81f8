// The closed set of refusals, free of any transport. Whatever room throws one, `engine/problem.ts`
// alone turns it into a problem document; anything else that is thrown is a fault of the service.
import type { components } from '../../generated/openapi.d.ts'

export type ProblemCode = components['schemas']['ProblemCode']
export type FieldError = Readonly<components['schemas']['ProblemError']>

/** What went wrong, as far as anybody but the client tells things apart. */
export type Kind =
  | 'malformed_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'conflict'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'validation_failed'
  | 'rate_limited'
  | 'internal_error'
  | 'unavailable'
  | UnreadableKind

/** A request that cannot be read as HTTP; the contract has one code for them all. */
export type UnreadableKind = 'request_timeout' | 'expectation_failed' | 'head_too_large'

/**
 * An answer that is not a success: expected, explained to the client, never logged as a fault. It is
 * an `Error` by its prototype, but not made by that constructor, which would look at the stack.
 */
export class ApiError implements Error {
  readonly name = 'ApiError'
  readonly message: string
  readonly kind: Kind
  /** What programs go by: the kind itself, or a code of the contract's that is more exact. */
  readonly code: ProblemCode
  readonly errors: readonly FieldError[] | undefined
  /** Response headers that this refusal brings along, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly cause: unknown

  constructor(kind: Kind, code: ProblemCode, detail: string, extra: ApiErrorOptions) {
    this.message = detail
    this.kind = kind
    this.code = code
    this.errors = extra.errors
    this.headers = extra.headers
    this.cause = extra.cause
  }
}
Object.setPrototypeOf(ApiError.prototype, Error.prototype)

interface ApiErrorOptions {
  readonly code?: ProblemCode
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** Makes a refusal; who makes it, throws it. */
export function apiError(
  kind: Exclude<Kind, 'conflict' | UnreadableKind>,
  detail: string,
  extra: ApiErrorOptions = {},
): ApiError {
  return new ApiError(kind, extra.code ?? kind, detail, extra)
}

/** Makes the error for a request that cannot be read as HTTP. */
export function unreadable(kind: UnreadableKind | 'malformed_request' | 'payload_too_large') {
  return new ApiError(kind, 'malformed_request', 'This cannot be read as an HTTP request.', {})
}

/** A conflict with what is there already; the contract has a code for each sort. */
export function conflict(code: ProblemCode, detail: string): ApiError {
  return new ApiError('conflict', code, detail, {})
}

/** The service cannot start as it is built, in words that name what to change. */
export class StartError extends Error {
  override name = 'StartError'
}

/** Something the service needs is out of reach, in words; the client may try again in seconds. */
export function unavailable(detail: string, cause?: unknown): ApiError {
  return apiError('unavailable', detail, { headers: { 'Retry-After': '5' }, cause })
}

/** A quota is used up; the client may come back in so many seconds. */
export function rateLimited(seconds: number): ApiError {
  const wait = seconds === 1 ? '1 second' : `${seconds} seconds`
  const headers = { 'Retry-After': String(seconds) }
  return apiError('rate_limited', `Too many requests. Try again in ${wait}.`, { headers })
}

// The expected errors that a client is told of, free of any transport: an ApiError for a request as a
// whole, field errors for what is wrong inside it. `problem.ts` alone turns an ApiError into a response;
// anything else that is thrown is an internal error.
import type { ErrorObject } from 'ajv'
import { formats } from './formats.ts'
import type { Validator } from './operation.ts'
import { standardFormats } from './standard-formats.ts'

/** What went wrong, as far as the service tells errors apart; one table turns each into a status. */
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

/** A request that cannot be read as HTTP; one code stands for all of them. */
export type UnreadableKind = 'request_timeout' | 'expectation_failed' | 'head_too_large'

/** One thing that is wrong with a request: where, as a JSON pointer, and what was expected. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

/**
 * A response that is not a success: expected, explained to the client, never logged as an error. It is
 * an `Error` by its prototype, but not made by that constructor, which would capture a stack.
 */
export class ApiError implements Error {
  readonly name = 'ApiError'
  readonly message: string
  readonly kind: Kind
  /** What programs go by: the kind itself, or a code of the contract's that is more exact. */
  readonly code: string
  readonly errors: readonly FieldError[] | undefined
  /** Response headers that come with this error, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** Members of the problem document beside the common ones; those that its schema declares leave. */
  readonly extensions: Readonly<Record<string, unknown>> | undefined
  readonly cause: unknown
  /** What the log says of it, if operators watch for such errors. */
  readonly event: SecurityEvent | undefined

  constructor(kind: Kind, code: string, detail: string, extra: ApiErrorOptions) {
    this.message = detail
    this.kind = kind
    this.code = code
    this.errors = extra.errors
    this.headers = extra.headers
    this.extensions = extra.extensions
    this.cause = extra.cause
    this.event = extra.event
  }
}
Object.setPrototypeOf(ApiError.prototype, Error.prototype)

export interface ApiErrorOptions<Code extends string = string> {
  readonly code?: Code
  readonly errors?: readonly FieldError[]
  readonly headers?: Readonly<Record<string, string>>
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
  readonly event?: SecurityEvent | undefined
}

/** A line of the log that operators search for by its name. Its fields contain no secrets. */
export interface SecurityEvent {
  readonly name: string
  readonly message: string
  readonly level?: 'info' | 'warn'
  readonly fields?: Readonly<Record<string, string>>
}

/** Makes an ApiError, to be thrown. */
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

/** Makes the error for a conflict with what exists already; the contract has a code for each sort. */
export function conflict(code: string, detail: string): ApiError {
  return new ApiError('conflict', code, detail, {})
}

/** Makes the error for a dependency that is out of reach; the client may retry in five seconds. */
export function unavailable(detail: string, cause?: unknown): ApiError {
  return apiError('unavailable', detail, { headers: { 'Retry-After': '5' }, cause })
}

/** Makes the error for a client that has disconnected before its request was carried out. */
export const clientGone = () => unavailable('The client has gone.')

/** Makes the error for a quota that is used up; the client may retry in so many seconds. */
export function rateLimited(seconds: number, event?: SecurityEvent): ApiError {
  const wait = seconds === 1 ? '1 second' : `${seconds} seconds`
  const headers = { 'Retry-After': String(seconds) }
  return apiError('rate_limited', `Too many requests. Try again in ${wait}.`, { headers, event })
}

/** The service is about to answer what its contract does not say: an internal error. */
export class ContractViolation extends Error {
  override name = 'ContractViolation'
}

/** Whether a handler that has thrown may have committed: a commit without an answer in time may be carried out. */
export const mayHaveCommitted = (error: unknown) =>
  !(error instanceof ApiError) || error.kind === 'unavailable'

/** Whether an error only answers a client. The others say that the service does not work. */
export const isExpected = (error: unknown) =>
  error instanceof ApiError && error.kind !== 'internal_error' && error.kind !== 'unavailable'

/** As many field errors as the contract lets a problem document carry. */
export const maxFieldErrors = 100

/**
 * Returns the field errors that a validator has left of one part of the request (`/body`, `/query`, …).
 * They never repeat the value that was sent.
 */
export function fieldErrorsOf({ errors }: Validator, part: string): readonly FieldError[] {
  return (errors ?? []).slice(0, maxFieldErrors).map((error) => describe(error, part))
}

function describe(error: ErrorObject, part: string): FieldError {
  const at = clipped(part + error.instancePath)
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
      return { pointer: pointer(at, error.params.missingProperty), detail: 'is required' }
    case 'additionalProperties':
      return { pointer: pointer(at, error.params.additionalProperty), detail: 'is not known here' }
    case 'unevaluatedProperties':
      return { pointer: pointer(at, error.params.unevaluatedProperty), detail: 'is not known here' }
    case 'format':
      return { pointer: at, detail: `must be ${expectedBy(error.params.format)}` }
    case 'enum':
      return {
        pointer: at,
        detail: `must be one of: ${error.params.allowedValues.map(inText).join(', ')}`,
      }
    case 'const':
      return { pointer: at, detail: `must be ${JSON.stringify(error.params.allowedValue)}` }
    case 'discriminator':
      return { pointer: pointer(at, error.params.tag), detail: 'must name one of the known kinds' }
    default:
      return { pointer: at, detail: inWords(error) }
  }
}

const expectedBy = (format: string) => formats[format]?.expected ?? standardFormats[format]

const inText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : value)

/** Returns the most frequent limits in plain words, and Ajv's own words for the rest. */
function inWords({ keyword, params, message }: ErrorObject): string {
  const { limit } = params
  switch (keyword) {
    case 'type':
      return `must be ${[params.type].flat().join(' or ')}`
    case 'minLength':
      return `must have at least ${limit} ${limit === 1 ? 'character' : 'characters'}`
    case 'maxLength':
      return `must have at most ${limit} characters`
    case 'minimum':
      return `must be ${limit} or more`
    case 'maximum':
      return `must be ${limit} or less`
    case 'minProperties':
      return `must have at least ${limit} ${limit === 1 ? 'member' : 'members'}`
    default:
      return message ?? 'is not valid'
  }
}

const maxPointer = 500

/** Extends a JSON pointer (RFC 6901) by one name, which may be a client's and of any length. */
export function pointer(base: string, name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return clipped(`${base}/${escaped}`)
}

/** Returns as much of a pointer as a problem may show, with no character cut in two. */
function clipped(pointer: string): string {
  if (pointer.length <= maxPointer) return pointer
  return pointer.slice(0, maxPointer).replace(/(~|[\ud800-\udbff])$/, '')
}

// The closed set of refusals, free of any transport. Whatever room throws one, `http/problems.ts`
// alone turns it into a problem document; anything else that is thrown is a fault of the service.
import type { components } from '../generated/openapi.d.ts'

export type ProblemCode = components['schemas']['ProblemCode']
export type FieldFault = Readonly<components['schemas']['ProblemError']>

/** An answer that is not a success: expected, explained to the client, never logged as a fault. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: ProblemCode
  readonly errors: readonly FieldFault[] | undefined
  /** Response headers that this refusal brings along, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(code: ProblemCode, detail: string, extra: RefusalExtra = {}) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.code = code
    this.errors = extra.errors
    this.headers = extra.headers
  }
}

interface RefusalExtra {
  errors?: readonly FieldFault[]
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/**
 * Makes a refusal without a stack trace: nobody reads it, and capturing it is most of what a
 * refused request would cost more than an accepted one.
 */
export function refusal(code: ProblemCode, detail: string, extra?: RefusalExtra): Refusal {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return new Refusal(code, detail, extra)
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** Something the service needs is out of reach, in words; the client may try again in seconds. */
export function unavailable(detail: string, cause?: unknown): Refusal {
  return refusal('unavailable', detail, { headers: { 'Retry-After': '5' }, cause })
}

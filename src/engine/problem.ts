// The one place where something thrown becomes a response: RFC 9457 problem documents. Refusals say
// what they are; everything else is an internal error, which is reported and never explained.
import type { Context as KoaContext, Middleware } from 'koa'
import { serializeProblem } from '../../generated/serializers.js'
import { databaseApiError } from '../db/errors.ts'
import { ApiError, apiError, type Kind, type ProblemCode } from './errors.ts'
import { ContractViolation } from './response.ts'
import { send } from './send.ts'
import type { SerializedResponse } from './serialized-response.ts'
import type { State } from './state.ts'

/** The one table from kinds to HTTP. */
const statuses: Readonly<Record<Kind, number>> = {
  malformed_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  expectation_failed: 417,
  validation_failed: 422,
  rate_limited: 429,
  head_too_large: 431,
  internal_error: 500,
  unavailable: 503,
}

/** What the engine may answer to any request, so that operations need not list it. */
const everywhere = [405, 500]

/** Turns something that was thrown, or a refusal, into the response. */
export type WriteProblem = (ctx: ProblemContext, thrown: unknown) => void

type ProblemContext = KoaContext & { state: State }

/** Answers whatever is thrown further in. */
export function problems(writeProblem: WriteProblem): Middleware<State> {
  return async (ctx, next) => {
    try {
      await next()
    } catch (thrown) {
      writeProblem(ctx, thrown)
    }
  }
}

/**
 * With `strict`, a refusal that the operation does not document is itself a fault, so that tests
 * find it.
 */
export function problemWriter({ strict }: { strict: boolean }): WriteProblem {
  return (ctx, thrown) => {
    const error = thrown instanceof ApiError ? thrown : databaseApiError(thrown)
    if (!(error instanceof ApiError)) return sendInternalError(ctx, error)
    const operation = ctx.state.context?.operation
    const status = statuses[error.kind]
    if (strict && operation && !(status in operation.responses) && !everywhere.includes(status)) {
      return sendInternalError(
        ctx,
        new ContractViolation(`${operation.operationId} answers ${status}`),
      )
    }
    if (error.cause !== undefined) {
      const { log, requestId } = ctx.state
      const operationId = operation?.operationId
      log.warn({ err: error.cause, requestId, operationId }, error.message)
    }
    sendProblem(ctx, error)
  }
}

function sendInternalError(ctx: ProblemContext, error: unknown) {
  ctx.app.emit('error', error, ctx)
  const detail = 'Something went wrong here. Quote the request id when you report it.'
  sendProblem(ctx, apiError('internal_error', detail))
}

function sendProblem(ctx: ProblemContext, refused: ApiError) {
  send(ctx, problemOf(refused, ctx.state.requestId))
}

/** Turns an error into the response that is sent for it, but for what every response has. */
export function problemOf(refused: ApiError, requestId: string): SerializedResponse {
  const { kind, code, message: detail, errors, headers } = refused
  const status = statuses[kind]
  const { type, title } = problemType(code)
  // Named one by one: to spread one object into another is 20 µs of a refused request.
  const body = serializeProblem({ type, title, status, detail, code, requestId, errors })
  const all: Record<string, string> = {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
  }
  // RFC 9110, section 11.6.1: a 401 always says how to authenticate.
  if (status === 401) all['WWW-Authenticate'] = 'Bearer'
  for (const name in headers) all[name] = headers[name] as string
  return { status, headers: all, body }
}

interface ProblemType {
  readonly type: string
  readonly title: string
}

const problemTypes = new Map<ProblemCode, ProblemType>()

/** `username_taken` is `/problems/username-taken`, in words "Username taken". */
function problemType(code: ProblemCode): ProblemType {
  const known = problemTypes.get(code)
  if (known !== undefined) return known
  const words = code.replaceAll('_', ' ')
  const type = `/problems/${code.replaceAll('_', '-')}`
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  problemTypes.set(code, { type, title })
  return { type, title }
}

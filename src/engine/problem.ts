// The one place where something thrown becomes a response: an RFC 9457 problem document, or the body that
// the operation declares. An ApiError says what it is; everything else is an internal error, which is
// reported and never explained.
import type { Middleware } from 'koa'
import type { EngineKoaContext, State } from './context.ts'
import {
  declaredBody,
  type ErrorBodyOptions,
  type ProblemDocument,
  problemType,
} from './error-bodies.ts'
import { ApiError, apiError, ContractViolation, type Kind, type SecurityEvent } from './errors.ts'
import { responseKey, type Serializer } from './operation.ts'
import { type SerializedResponse, send } from './response.ts'
import { bearerChallenge } from './steps/credentials.ts'

/** The one table from kinds to HTTP. */
export const statuses: Readonly<Record<Kind, number>> = {
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

/** The kinds that an operation documents where it can meet them; any request may get the others. */
const ofOperations: readonly Kind[] = ['not_found', 'conflict', 'precondition_failed']

export interface ProblemOptions extends ErrorBodyOptions {
  /** Writes the body of a problem document; as JSON by default. */
  readonly serializeProblem?: Serializer
  /** Goes in front of the path of the type: see `publicPath` of the engine. */
  readonly publicPath?: string
  /** Turns the error of a dependency into an ApiError, and returns any other error unchanged. */
  readonly translateError?: (error: unknown) => unknown
  /** Is told what operators watch for. */
  readonly onSecurityEvent?: (event: SecurityEvent, error: ApiError, ctx: EngineKoaContext) => void
}

/** Answers what later steps throw. */
export function problems(options: ProblemOptions): Middleware<State> {
  return async (ctx, next) => {
    try {
      await next()
    } catch (thrown) {
      answerProblem(ctx, thrown, options)
    }
  }
}

/** Sends the response to something that was thrown. */
function answerProblem(ctx: EngineKoaContext, thrown: unknown, options: ProblemOptions) {
  const error = expectedError(ctx, thrown, options)
  const event = error.event ?? (error.kind === 'forbidden' ? forbidden : undefined)
  if (event) options.onSecurityEvent?.(event, error, ctx)
  send(ctx, responseTo(ctx, error, options))
}

const forbidden: SecurityEvent = { name: 'forbidden', message: 'a caller lacks the rights' }

/** Returns the response with the body that the operation declares, or else with the common problem document. */
function responseTo(
  ctx: EngineKoaContext,
  error: ApiError,
  options: ProblemOptions,
): SerializedResponse {
  const { context, requestId } = ctx.state
  const { operation } = context ?? {}
  if (operation === undefined) return problemOf(error, requestId, options)
  const problem = documentOf(error, requestId, options.publicPath)
  try {
    const declared = declaredBody(operation, problem, options, error.extensions)
    if (declared !== undefined) return errorResponse(error, declared)
  } catch (violation) {
    // The client still learns what its own error was.
    ctx.app.emit('error', violation, ctx)
  }
  return problemOf(error, requestId, options)
}

/** Returns the ApiError that the client is told of; reports anything else as an internal error. */
function expectedError(
  ctx: EngineKoaContext,
  thrown: unknown,
  { strict, translateError }: ProblemOptions,
): ApiError {
  const error = thrown instanceof ApiError || !translateError ? thrown : translateError(thrown)
  if (!(error instanceof ApiError)) return internalError(ctx, error)
  const { context, log, requestId } = ctx.state
  const operation = context?.operation
  const status = statuses[error.kind]
  const isDocumented = !operation || responseKey(operation, status) !== undefined
  if (strict && !isDocumented && ofOperations.includes(error.kind)) {
    const violation = new ContractViolation(`${operation?.operationId} answers ${status}`)
    return internalError(ctx, violation)
  }
  if (error.cause !== undefined) {
    const operationId = operation?.operationId
    log.warn({ err: error.cause, requestId, operationId }, error.message)
  }
  return error
}

function internalError(ctx: EngineKoaContext, error: unknown): ApiError {
  ctx.app.emit('error', error, ctx)
  const detail = 'Something went wrong here. Quote the request id when you report it.'
  return apiError('internal_error', detail)
}

/** Returns the response with the common problem document, without what every response has. */
export function problemOf(
  error: ApiError,
  requestId: string,
  {
    serializeProblem: serialize = JSON.stringify,
    publicPath = '',
  }: Pick<ProblemOptions, 'serializeProblem' | 'publicPath'> = {},
): SerializedResponse {
  const body = serialize(documentOf(error, requestId, publicPath))
  return errorResponse(error, { type: problemType, body })
}

function documentOf(error: ApiError, requestId: string, publicPath = ''): ProblemDocument {
  const { kind, code, message: detail, errors, extensions } = error
  const { type: path, title } = problemTypeOf(code)
  // Named one by one, since to spread one object into another takes far longer.
  const type = publicPath + path
  const problem = { type, title, status: statuses[kind], detail, code, requestId, errors }
  return extensions === undefined ? problem : { ...problem, ...extensions }
}

function errorResponse(
  { kind, headers }: ApiError,
  { type, body }: { type: string; body: string },
): SerializedResponse {
  const status = statuses[kind]
  const all: Record<string, string> = { 'Cache-Control': 'no-store', 'Content-Type': type }
  // RFC 9110, section 11.6.1: a 401 always says how to authenticate.
  if (status === 401) all['WWW-Authenticate'] = bearerChallenge
  for (const name in headers) all[name] = headers[name] as string
  return { status, headers: all, body }
}

interface ProblemType {
  readonly type: string
  readonly title: string
}

const problemTypes = new Map<string, ProblemType>()

/** Returns the type and title of a code: `username_taken` is `/problems/username-taken`. */
function problemTypeOf(code: string): ProblemType {
  const known = problemTypes.get(code)
  if (known !== undefined) return known
  const words = code.replaceAll('_', ' ')
  const type = `/problems/${code.replaceAll('_', '-')}`
  const title = words.charAt(0).toUpperCase() + words.slice(1)
  problemTypes.set(code, { type, title })
  return { type, title }
}

// The one place where something thrown becomes a response: RFC 9457 problem documents. Refusals say
// what they are; everything else is an internal error, which is reported and never explained.
import type { Context as KoaContext, Middleware } from 'koa'
import { serializeProblem } from '../../generated/serializers.js'
import { type ProblemCode, Refusal, refusal } from '../errors.ts'
import { databaseRefusal } from '../platform/database.ts'
import { ContractBreach } from './respond.ts'
import type { State } from './state.ts'

/** The one table from codes to HTTP. */
const kinds: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  malformed_request: { status: 400, title: 'Malformed request' },
  unauthenticated: { status: 401, title: 'Authentication required' },
  invalid_credentials: { status: 401, title: 'Invalid credentials' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'Not acceptable' },
  username_taken: { status: 409, title: 'Username taken' },
  email_taken: { status: 409, title: 'Email taken' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  validation_failed: { status: 422, title: 'Validation failed' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Service unavailable' },
}

/** What the engine may answer to any request, so that operations need not list it. */
const everywhere = [405, 429, 500]

/**
 * Answers whatever is thrown further in. With `strict`, a refusal that the operation does not
 * document is itself a fault, so that tests find it.
 */
export function problems({ strict }: { strict: boolean }): Middleware<State> {
  return async (ctx, next) => {
    try {
      await next()
    } catch (thrown) {
      const error = databaseRefusal(thrown)
      if (!(error instanceof Refusal)) return sendFault(ctx, error)
      const { operation } = ctx.state
      const { status } = kinds[error.code]
      if (strict && operation && !(status in operation.responses) && !everywhere.includes(status)) {
        return sendFault(ctx, new ContractBreach(`${operation.operationId} answers ${status}`))
      }
      if (error.cause !== undefined) ctx.state.log.warn({ err: error.cause }, error.message)
      sendProblem(ctx, error)
    }
  }
}

function sendFault(ctx: KoaContext & { state: State }, error: unknown) {
  ctx.app.emit('error', error, ctx)
  const detail = 'Something went wrong here. Quote the request id when you report it.'
  sendProblem(ctx, refusal('internal_error', detail))
}

function sendProblem(
  ctx: KoaContext & { state: State },
  { code, message, errors, headers }: Refusal,
) {
  const { status, title } = kinds[code]
  const { requestId } = ctx.state
  const type = `/problems/${code.replaceAll('_', '-')}`
  if (headers) ctx.set(headers)
  ctx.set('Cache-Control', 'no-store')
  ctx.status = status
  ctx.body = serializeProblem({ type, title, status, detail: message, code, requestId, errors })
  ctx.set('Content-Type', 'application/problem+json')
}

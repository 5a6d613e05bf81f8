// The outermost step: names each request and writes one line about it when it is over.
import { randomUUID } from 'node:crypto'
import type { Context as KoaContext, Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import { Unsent } from '../engine/response.ts'
import { type Logger, lineWriter } from '../lib/log.ts'
import { string } from '../lib/write-json.ts'
import { faultOfHead, UnreadableRequest } from './request-head.ts'

const acceptable = /^[\w.-]{1,128}$/

/**
 * Gives the request its id, the caller's own where it is harmless to repeat, and logs the outcome once:
 * by operation, status and duration in milliseconds; the query string stays out of the log.
 */
export function requestLog(log: Logger, headers: State['headers']): Middleware<State> {
  const writeLine = lineWriter(log, 'request')
  const unsent = new Unsent()
  return (ctx, next) => {
    const start = performance.now()
    const { req, res, state } = ctx
    const sent = req.headers['x-request-id']
    const requestId = typeof sent === 'string' && acceptable.test(sent) ? sent : randomUUID()
    // Where the server finds it, should the rest of the request turn out to be unreadable.
    req.headers['x-request-id'] = requestId
    state.requestId = requestId
    state.log = log
    state.headers = headers
    state.unsent = unsent
    state.bodyBytes = 0
    state.unreadable = faultOfHead(req)
    res.on('close', () => {
      unsent.remove(state.bodyBytes)
      writeLine(fieldsOf(ctx, performance.now() - start))
    })
    return next()
  }
}

function fieldsOf(ctx: KoaContext & { state: State }, took: number): string {
  const { requestId, context } = ctx.state
  const operationId = context?.operation?.operationId
  const principalId = context?.principal?.id
  let fields = `,"requestId":${string(requestId)}`
  if (operationId !== undefined) fields += `,"operationId":${string(operationId)}`
  if (ctx.req instanceof UnreadableRequest) fields += `,"unreadable":${string(ctx.req.reason)}`
  else fields += `,"method":${string(ctx.method)},"path":${string(context?.path ?? ctx.path)}`
  if (ctx.res.headersSent) fields += `,"status":${ctx.res.statusCode}`
  if (!ctx.res.writableFinished) fields += ',"aborted":true'
  if (principalId !== undefined) fields += `,"principalId":${string(principalId)}`
  return `${fields},"ms":${Math.round(took * 100) / 100}`
}

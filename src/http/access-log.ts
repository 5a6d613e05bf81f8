// The outermost middleware: gives each request an id and logs one line when it is over.
import { randomUUID } from 'node:crypto'
import type { Context as KoaContext, Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import { Unsent } from '../engine/response.ts'
import { type Logger, lineWriter } from '../lib/log.ts'
import { string } from '../lib/write-json.ts'
import type { RequestObserver } from './metrics.ts'
import { headError, UnreadableRequest } from './request-head.ts'

const acceptable = /^[\w.-]{1,128}$/

/**
 * Sets the request id, the client's own if it is harmless, and logs operation, status and duration in
 * milliseconds. The query string is never logged.
 */
export function accessLog(
  log: Logger,
  headers: State['headers'],
  observe?: RequestObserver,
): Middleware<State> {
  const writeLine = lineWriter(log, 'request')
  const unsent = new Unsent()
  return (ctx, next) => {
    const start = performance.now()
    observe?.started()
    const { req, res, state } = ctx
    const sent = req.headers['x-request-id']
    const requestId = typeof sent === 'string' && acceptable.test(sent) ? sent : randomUUID()
    // The server needs the id if the rest of the request turns out to be unreadable.
    req.headers['x-request-id'] = requestId
    state.requestId = requestId
    state.log = log
    state.headers = headers
    state.unsent = unsent
    state.bodyBytes = 0
    state.unreadable = headError(req)
    res.on('close', () => {
      unsent.remove(state.bodyBytes)
      const duration = performance.now() - start
      if (observe) report(observe, ctx, duration / 1000)
      writeLine(fieldsOf(ctx, duration))
    })
    return next()
  }
}

function report(observe: RequestObserver, ctx: KoaContext & { state: State }, seconds: number) {
  const { context } = ctx.state
  if (context === undefined && isProbe(ctx.path)) return observe.probed()
  const status = ctx.res.headersSent ? ctx.res.statusCode : undefined
  observe.ended(context?.operation?.operationId, status, seconds)
}

const isProbe = (path: string) => path === '/livez' || path === '/readyz'

function fieldsOf(ctx: KoaContext & { state: State }, duration: number): string {
  const { requestId, traceId, context } = ctx.state
  const operationId = context?.operation?.operationId
  const principalId = context?.principal?.id
  let fields = `,"requestId":${string(requestId)}`
  if (traceId !== undefined) fields += `,"traceId":"${traceId}"`
  if (operationId !== undefined) fields += `,"operationId":${string(operationId)}`
  if (ctx.req instanceof UnreadableRequest) fields += `,"unreadable":${string(ctx.req.reason)}`
  else fields += `,"method":${string(ctx.method)},"path":${string(context?.path ?? ctx.path)}`
  if (ctx.res.headersSent) fields += `,"status":${ctx.res.statusCode}`
  if (!ctx.res.writableFinished) fields += ',"aborted":true'
  if (principalId !== undefined) fields += `,"principalId":${string(principalId)}`
  return `${fields},"ms":${Math.round(duration * 100) / 100}`
}

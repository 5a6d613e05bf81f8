// The outermost middleware: gives each request an id and logs one line when it is over.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context as KoaContext, Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { Unsent } from '../engine/response.ts'
import { type Logger, lineWriter } from '../lib/log.ts'
import { string } from '../lib/write-json.ts'
import type { RequestObserver } from './metrics.ts'
import { headError, UnreadableRequest } from './request-head.ts'

const acceptable = /^[\w.-]{1,128}$/

/** A longer user agent is cut off. */
const maxUserAgent = 200

interface Options {
  readonly log: Logger
  readonly headers: State['headers']
  readonly addressOf: AddressOf
  readonly observe?: RequestObserver | undefined
}

/**
 * Sets the request id, the client's own if it is harmless, and logs client, operation, status and
 * duration in milliseconds: a probe at level debug. The query string is never logged.
 */
export function accessLog({ log, headers, addressOf, observe }: Options): Middleware<State> {
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
    // A closed socket has no address any more.
    state.clientAddress = addressOf(req)
    state.log = log
    state.headers = headers
    state.unsent = unsent
    state.bodyBytes = 0
    state.unreadable = headError(req)
    res.on('close', () => {
      unsent.remove(state.bodyBytes)
      const duration = performance.now() - start
      const isProbe = state.context === undefined && isProbePath(ctx.path)
      if (observe) report(observe, ctx, duration / 1000, isProbe)
      writeLine(fieldsOf(ctx, duration), isProbe ? 'debug' : 'info')
    })
    return next()
  }
}

function report(
  observe: RequestObserver,
  { state, res }: KoaContext & { state: State },
  seconds: number,
  isProbe: boolean,
) {
  if (isProbe) return observe.probed()
  const status = res.headersSent ? res.statusCode : undefined
  observe.ended(state.context?.operation?.operationId, status, seconds)
}

const isProbePath = (path: string) => path === '/livez' || path === '/readyz'

/** Returns the user agent as it is logged. */
export function userAgentOf({ headers }: IncomingMessage): string | undefined {
  const sent = headers['user-agent']
  return sent !== undefined && sent.length > maxUserAgent ? sent.slice(0, maxUserAgent) : sent
}

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
  const { clientAddress } = ctx.state
  if (clientAddress !== undefined) fields += `,"clientAddress":${string(clientAddress)}`
  const userAgent = userAgentOf(ctx.req)
  if (userAgent !== undefined) fields += `,"userAgent":${string(userAgent)}`
  if (principalId !== undefined) fields += `,"principalId":${string(principalId)}`
  return `${fields},"ms":${Math.round(duration * 100) / 100}`
}

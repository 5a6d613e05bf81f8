// The span of each request, which continues the trace that its client may have started.
import type { Middleware, ParameterizedContext } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import type { Attributes, Tracing } from '../lib/tracing.ts'

interface Options {
  /** The path of the operations. */
  readonly basePath: string
  readonly addressOf: AddressOf
}

/** Balancers send these all the time. */
const probes = new Set(['/livez', '/readyz'])

/** The methods that OpenTelemetry knows; any other could be a client's own text. */
const methods = new Set('GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY'.split(' '))

/** Runs each request in a span of its own, and tells the log its trace id. Comes after the access log. */
export function requestSpans(
  tracing: Tracing,
  { basePath, addressOf }: Options,
): Middleware<State> {
  return (ctx, next) => {
    if (ctx.state.unreadable || probes.has(ctx.path)) return next()
    const method = methods.has(ctx.method) ? ctx.method : '_OTHER'
    const name = method === '_OTHER' ? 'HTTP' : method
    const attributes = {
      'http.request.method': method,
      'url.scheme': ctx.protocol,
      'url.path': ctx.path.slice(0, longestText),
      'client.address': addressOf(ctx.req),
      'user_agent.original': ctx.get('User-Agent').slice(0, longestText),
    }
    return tracing.entry(
      ctx.req.headers,
      name,
      (span) => {
        ctx.state.traceId = span.traceId
        ctx.res.once('close', () => {
          const { operation } = ctx.state.context ?? {}
          const route = operation && basePath + operation.path
          span.describe(outcomeOf(ctx, route), route && `${name} ${route}`)
          if (ctx.res.statusCode >= 500) span.fail(String(ctx.res.statusCode))
          span.end()
        })
        return next()
      },
      { kind: 'server', attributes },
    )
  }
}

/** Clients choose these texts, and spans wait in memory until they are exported. */
const longestText = 512

function outcomeOf(ctx: ParameterizedContext<State>, route: string | undefined): Attributes {
  const { res, state } = ctx
  const operationId = state.context?.operation?.operationId
  const cacheStatus = res.getHeader('cache-status')
  return {
    'http.response.header.x-request-id': [state.requestId],
    ...(res.headersSent && { 'http.response.status_code': res.statusCode }),
    ...(route !== undefined && { 'http.route': route }),
    ...(operationId !== undefined && { 'openapi.operation_id': operationId }),
    ...(cacheStatus !== undefined && {
      'http.response.header.cache-status': [String(cacheStatus)],
    }),
    ...(!res.writableFinished && { 'http.response.aborted': true }),
  }
}

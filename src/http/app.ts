// The Koa application: access log, problems and CORS, then the contract below its base path, and the
// system routes for everything else.
import Koa, { type Context as KoaContext, type Middleware } from 'koa'
import { RequestContext, type State } from '../engine/context.ts'
import { createLifecycle } from '../engine/lifecycle.ts'
import { type ProblemOptions, problems } from '../engine/problem.ts'
import type { Engine } from '../engine/types.ts'
import type { ReportError } from '../lib/internal-errors.ts'
import type { Logger } from '../lib/log.ts'
import { accessLog } from './access-log.ts'
import { crossOrigin, type Origins } from './cors.ts'
import type { RequestObserver } from './metrics.ts'
import { requestSpans } from './request-spans.ts'
import { securityEvents } from './security-events.ts'
import { isSystemPath, type SystemRoutes, serveSystem } from './system.ts'

export interface AppOptions extends Engine, Omit<ProblemOptions, keyof Engine>, SystemRoutes {
  readonly log: Logger
  readonly cors: Origins
  /** The security headers of every response. */
  readonly headers: Readonly<Record<string, string>>
  /** Is told of internal errors. */
  readonly onInternalError?: ReportError | undefined
  /** Counts requests. */
  readonly observe?: RequestObserver | undefined
}

/**
 * Creates the application. It emits internal errors as `error`.
 * @throws StartError that names each operation where contract and handlers differ.
 */
export function createApp(options: AppOptions): Koa<State> {
  const app = new Koa<State>()
  app.on('error', (error: unknown, ctx?: KoaContext & { state: State }) => {
    if (isReset(error, ctx)) return
    const { requestId, traceId, context } = ctx?.state ?? {}
    const operationId = context?.operation?.operationId
    options.onInternalError?.(error, { requestId, operationId })
    options.log.error({ err: error, requestId, traceId, operationId }, 'a request failed')
  })
  app.use(accessLog(options))
  if (options.tracing) app.use(requestSpans(options.tracing, options))
  const onSecurityEvent = securityEvents(options.log, options.observe)
  app.use(problems({ ...options, onSecurityEvent }))
  app.use(crossOrigin(options.cors, options.log))
  app.use(serveContract(options))
  app.use((ctx, next) => {
    ctx.set({ 'X-Request-Id': ctx.state.requestId, ...ctx.state.headers })
    return next()
  })
  serveSystem(app, options)
  return app
}

/** Returns whether an `error` of the application only says that a client has reset its connection. */
export function isReset(error: unknown, ctx: KoaContext | undefined): boolean {
  return ctx !== undefined && error === ctx.req.socket.errored
}

function serveContract(options: AppOptions): Middleware<State> {
  const runLifecycle = createLifecycle(options)
  const prefix = `${options.basePath}/`
  const isAtRoot = options.basePath === ''
  return (ctx, next) => {
    // Thrown here, after CORS, so that a page can read why its request was rejected.
    if (ctx.state.unreadable) throw ctx.state.unreadable
    if (!ctx.path.startsWith(prefix)) return next()
    if (isAtRoot && isSystemPath(ctx.path)) return next()
    const context = new RequestContext(ctx, options)
    ctx.state.context = context
    return runLifecycle(context)
  }
}

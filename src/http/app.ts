// The Koa application: the outer steps, then the contract for what lies under its base path and
// plain routes for the rest. Knows no feature; the composition hands everything in.
import type { Middleware } from 'koa'
import { RequestContext, type State } from '../engine/context.ts'
import { createLifecycle } from '../engine/lifecycle.ts'
import { type ProblemOptions, problems } from '../engine/problem.ts'
import type { Engine } from '../engine/types.ts'
import type { Logger } from '../lib/log.ts'
import { requestLog } from './access-log.ts'
import { Application } from './application.ts'
import { crossOrigin, type Origins } from './cors.ts'
import { isSystemPath, type SystemRoutes, serveSystem } from './system.ts'

export interface AppOptions extends Engine, ProblemOptions, SystemRoutes {
  readonly log: Logger
  readonly cors: Origins
  /** What every answer says to browsers. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Builds the application; it listens nowhere yet. Faults (never refusals) are emitted as `error`.
 * @throws StartError that names each operation at fault, where contract and handlers differ.
 */
export function createApp(options: AppOptions): Application {
  const app = new Application()
  app.on('error', (error: unknown, ctx?: { state: State }) => {
    const { requestId, context } = ctx?.state ?? {}
    const operationId = context?.operation?.operationId
    options.log.error({ err: error, requestId, operationId }, 'a request failed')
  })
  app.use(requestLog(options.log, options.headers))
  app.use(problems(options))
  app.use(crossOrigin(options.cors, options.log))
  app.use(underContract(options))
  app.use((ctx, next) => {
    ctx.set({ 'X-Request-Id': ctx.state.requestId, ...ctx.state.headers })
    return next()
  })
  serveSystem(app, options)
  return app
}

function underContract(options: AppOptions): Middleware<State> {
  const runLifecycle = createLifecycle(options)
  const prefix = `${options.basePath}/`
  const isAtRoot = options.basePath === ''
  return (ctx, next) => {
    // After the step for CORS: a page may read why its request was not understood.
    if (ctx.state.unreadable) throw ctx.state.unreadable
    if (!ctx.path.startsWith(prefix)) return next()
    if (isAtRoot && isSystemPath(ctx.path)) return next()
    const context = new RequestContext(ctx, options)
    ctx.state.context = context
    return runLifecycle(context)
  }
}

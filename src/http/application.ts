// Koa, but for what happens around a request's steps: a client that goes away is no fault, and what was
// sent past Koa needs nobody to watch its end.
import Koa, { type Context as KoaContext, type ParameterizedContext } from 'koa'
import type { State } from '../engine/context.ts'

type Steps = (ctx: ParameterizedContext<State>) => Promise<void>
type HandleRequest = (ctx: ParameterizedContext<State>, steps: Steps) => Promise<void>

// Koa's own; its types do not speak of it.
const { handleRequest: respondTo } = Koa.prototype as unknown as { handleRequest: HandleRequest }

export class Application extends Koa<State> {
  constructor() {
    super()
    const { onerror } = this.context
    this.context.onerror = function (this: KoaContext, error: Error) {
      if (error !== this.req.socket.errored) onerror.call(this, error)
    }
  }

  /**
   * Runs the steps in the place of Koa's own method, which has `on-finished` listen to the connection
   * in each request: 1.5 µs, a twentieth of one without I/O. What a step has left in `ctx.body` is
   * still written by Koa.
   */
  async handleRequest(ctx: ParameterizedContext<State>, steps: Steps): Promise<void> {
    ctx.res.statusCode = 404
    try {
      await steps(ctx)
    } catch (error) {
      return ctx.onerror(error as Error)
    }
    if (ctx.respond === false) return
    const { statusCode } = ctx.res
    await respondTo.call(this, ctx, async () => {
      ctx.res.statusCode = statusCode
    })
  }
}

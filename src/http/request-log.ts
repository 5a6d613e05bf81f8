// The outermost step: names each request and writes one line about it when it is over.
import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Logger } from '../log.ts'
import type { State } from './state.ts'

const acceptable = /^[\w.-]{1,128}$/

/**
 * Sets `X-Request-Id`, the caller's own where it is harmless to repeat, and logs the outcome once:
 * by operation, status and duration in milliseconds; the query string stays out of the log.
 */
export function requestLog(log: Logger): Middleware<State> {
  return async (ctx, next) => {
    const start = performance.now()
    const sent = ctx.get('x-request-id')
    const requestId = acceptable.test(sent) ? sent : randomUUID()
    ctx.state.requestId = requestId
    ctx.state.log = log
    ctx.set('X-Request-Id', requestId)
    ctx.res.once('close', () => {
      log.info(
        {
          requestId,
          operationId: ctx.state.operation?.operationId,
          method: ctx.method,
          path: ctx.path,
          status: ctx.status,
          aborted: ctx.res.writableFinished ? undefined : true,
          principalId: ctx.state.principalId,
          ms: Math.round((performance.now() - start) * 100) / 100,
        },
        'request',
      )
    })
    await next()
  }
}

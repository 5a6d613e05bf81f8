// The outermost step: names each request and writes one line about it when it is over.
import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import { type Logger, withoutRedaction } from '../log.ts'
import { faultOfHead } from './request-head.ts'
import type { State } from './state.ts'

const acceptable = /^[\w.-]{1,128}$/

/**
 * Gives the request its id, the caller's own where it is harmless to repeat, and logs the outcome once:
 * by operation, status and duration in milliseconds; the query string stays out of the log.
 */
export function requestLog(log: Logger, headers: State['headers']): Middleware<State> {
  const lines = withoutRedaction(log)
  return (ctx, next) => {
    const start = performance.now()
    const { req, res, state } = ctx
    const sent = req.headers['x-request-id']
    const requestId = typeof sent === 'string' && acceptable.test(sent) ? sent : randomUUID()
    state.requestId = requestId
    state.log = log
    state.headers = headers
    state.unreadable = faultOfHead(req)
    res.on('close', () => {
      lines.info(
        {
          requestId,
          operationId: state.exchange?.operation?.operationId,
          method: ctx.method,
          path: state.exchange?.path ?? ctx.path,
          status: res.headersSent ? res.statusCode : undefined,
          aborted: res.writableFinished ? undefined : true,
          principalId: state.exchange?.principal?.id,
          ms: Math.round((performance.now() - start) * 100) / 100,
        },
        'request',
      )
    })
    return next()
  }
}

// Writes the lines of security events, which have stable names, and the fields that an operator needs to
// block a client and to find its other requests.

import type { EngineKoaContext } from '../engine/context.ts'
import type { ApiError, SecurityEvent } from '../engine/errors.ts'
import type { Logger } from '../lib/log.ts'
import { userAgentOf } from './access-log.ts'
import type { RequestObserver } from './metrics.ts'

/** Returns the function that logs and counts an event. */
export function securityEvents(log: Logger, observe?: RequestObserver) {
  return (
    { name, message, level = 'info', fields }: SecurityEvent,
    { code }: ApiError,
    ctx: EngineKoaContext,
  ) => {
    const { requestId, traceId, clientAddress, context } = ctx.state
    log[level](
      {
        event: name,
        requestId,
        traceId,
        operationId: context?.operation?.operationId,
        code,
        clientAddress,
        userAgent: userAgentOf(ctx.req),
        principalId: context?.principal?.id,
        ...fields,
      },
      message,
    )
    observe?.securityEvent(name)
  }
}

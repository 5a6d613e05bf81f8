// The step that keeps an operation's `x-rate-limit`: counted by address before anybody is
// authenticated, by principal as soon as there is one. Says on every answer what is left.

import type { Quota, RateLimits } from '../../security/rate-limits.ts'
import type { RequestContext } from '../context.ts'
import { rateLimited } from '../errors.ts'
import type { Operation } from '../operation.ts'

export type RateLimit = (context: RequestContext, operation: Operation) => Promise<void> | undefined

/**
 * Creates the steps, one for each sort of subject. They throw a refusal rate_limited where nothing is
 * left, and have nothing to wait for where the operation is not limited by that.
 */
export function rateLimitSteps(
  limits: Pick<RateLimits, 'quota'>,
  operations: readonly Operation[],
) {
  const quotas = new Map<Operation, Quota>()
  for (const operation of operations) {
    const { operationId, rateLimit } = operation
    const quota = rateLimit && limits.quota(operationId, rateLimit)
    if (quota) quotas.set(operation, quota)
  }
  const step =
    (by: 'ip' | 'principal', subjectOf: (context: RequestContext) => string): RateLimit =>
    (context, operation) => {
      if (operation.rateLimit?.by !== by) return undefined
      const quota = quotas.get(operation)
      return quota && spend(context, operation, quota, subjectOf(context))
    }
  return {
    byAddress: step('ip', (context) => context.clientAddress),
    byPrincipal: step(
      'principal',
      ({ principal, clientAddress }) => principal?.id ?? clientAddress,
    ),
  }
}

/** The headers follow draft-ietf-httpapi-ratelimit-headers-10. */
async function spend(
  context: RequestContext,
  { operationId }: Operation,
  quota: Quota,
  subject: string,
) {
  const { isOver, remaining, resetIn } = await quota.spend(subject)
  const { state } = context.ctx
  // Spread last: V8 makes a hidden class for each object that is spread first and then added to.
  state.headers = {
    RateLimit: `"${operationId}";r=${remaining};t=${resetIn}`,
    'RateLimit-Policy': `"${operationId}";q=${quota.limit};w=${quota.window}`,
    ...state.headers,
  }
  if (isOver) throw rateLimited(resetIn)
}

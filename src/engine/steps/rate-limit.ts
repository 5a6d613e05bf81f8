// Keeps an operation's `x-rate-limit`: counted by address before a caller is authenticated, by principal
// after that. Every response says what is left.
import type { RequestContext } from '../context.ts'
import { rateLimited } from '../errors.ts'
import type { Operation } from '../operation.ts'

/** How much of something a subject may have in a window of time. */
export interface Quota {
  /** How many fit into a window. */
  readonly limit: number
  /** In seconds, from the first that is spent. */
  readonly window: number
  /** Spends one for a subject, whether or not one is left. */
  spend(subject: string): Promise<Spent>
}

interface Spent {
  /** Whether none was left. */
  readonly isOver: boolean
  readonly remaining: number
  /** In how many seconds the window ends. */
  readonly resetIn: number
}

/** Counts what `x-rate-limit` limits. */
export interface RateLimits {
  /** Returns undefined where nothing is limited. The same name means the same quota. */
  quota(name: string, policy: { limit: number; window: number }): Quota | undefined
}

type Subject = 'ip' | 'principal'

/**
 * Creates the step that spends one of a subject's quota, and throws rate_limited where none was left.
 * It returns undefined where the operation is not limited by that sort of subject.
 */
export function rateLimiter(limits: RateLimits, operations: readonly Operation[]) {
  const quotas = new Map<Operation, Quota>()
  for (const operation of operations) {
    const { operationId, rateLimit } = operation
    const quota = rateLimit && limits.quota(operationId, rateLimit)
    if (quota) quotas.set(operation, quota)
  }
  return function limitRate(
    context: RequestContext,
    operation: Operation,
    by: Subject,
  ): Promise<void> | undefined {
    if (operation.rateLimit?.by !== by) return undefined
    const quota = quotas.get(operation)
    if (quota === undefined) return undefined
    const { callerKey, clientAddress } = context
    const subject = by === 'ip' ? clientAddress : (callerKey ?? clientAddress)
    return spend(context, operation, quota, subject)
  }
}

/** Sends headers that follow draft-ietf-httpapi-ratelimit-headers-10. */
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

// A request with an `Idempotency-Key` is carried out once: whoever repeats it is answered what the first
// one was. The policy is the contract's `x-idempotent`, the keys are kept by `security/idempotency.ts`.
import { createHash } from 'node:crypto'
import type { Idempotency } from '../../security/idempotency.ts'
import type { RequestContext } from '../context.ts'
import type { Operation } from '../operation.ts'
import { ContractViolation } from '../response.ts'
import type { SerializedResponse } from '../serialized-response.ts'

type Handle = (context: RequestContext, prepared: unknown) => Promise<SerializedResponse>

/**
 * The same handling, once for each key of a caller. The handler is given the transaction in which the
 * answer is kept; with `strict` it is a fault not to take it.
 */
export function onceForEachKey(
  operation: Operation,
  idempotency: Idempotency | undefined,
  handle: Handle,
  strict: boolean,
): Handle {
  if (!operation.idempotent || idempotency === undefined) return handle
  return (context, prepared) => {
    const key = context.headerValues['idempotency-key']
    const { principal } = context
    if (typeof key !== 'string' || principal === null) return handle(context, prepared)
    const fingerprint = fingerprintOf(operation, context)
    return idempotency.once({ userId: principal.id, key, fingerprint }, async (trx) => {
      context.open(trx)
      const finished = await handle(context, prepared)
      if (strict && !context.isJoined) {
        throw new ContractViolation(`${operation.operationId} has not used its transaction`)
      }
      return finished
    })
  }
}

/** What makes a request the same: the operation, and all that its handler is given of what was sent. */
function fingerprintOf({ operationId }: Operation, context: RequestContext): string {
  const { pathValues, queryValues, requestBody } = context
  const sent = JSON.stringify([operationId, pathValues, queryValues, requestBody])
  return createHash('sha256').update(sent).digest('hex')
}

// A request with an `Idempotency-Key` is carried out once: whoever repeats it is answered what the first
// one was. The policy is the contract's `x-idempotent`, the keys are kept by `security/idempotency.ts`.
import { createHash } from 'node:crypto'
import type { Idempotency } from '../../security/idempotency.ts'
import type { Exchange } from '../context.ts'
import type { Operation } from '../operation.ts'
import { ContractBreach } from '../response.ts'
import type { Finished } from '../serialized-response.ts'

type Handle = (exchange: Exchange, prepared: unknown) => Promise<Finished>

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
  return (exchange, prepared) => {
    const key = exchange.headerValues['idempotency-key']
    const { principal } = exchange
    if (typeof key !== 'string' || principal === null) return handle(exchange, prepared)
    const fingerprint = fingerprintOf(operation, exchange)
    return idempotency.once({ userId: principal.id, key, fingerprint }, async (trx) => {
      exchange.open(trx)
      const finished = await handle(exchange, prepared)
      if (strict && !exchange.isJoined) {
        throw new ContractBreach(`${operation.operationId} has not used its transaction`)
      }
      return finished
    })
  }
}

/** What makes a request the same: the operation, and all that its handler is given of what was sent. */
function fingerprintOf({ operationId }: Operation, exchange: Exchange): string {
  const { pathValues, queryValues, requestBody } = exchange
  const sent = JSON.stringify([operationId, pathValues, queryValues, requestBody])
  return createHash('sha256').update(sent).digest('hex')
}

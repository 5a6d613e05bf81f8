// `x-idempotent`: a request with an `Idempotency-Key` is carried out once, and a retry is answered what
// the first one was.
import { createHash } from 'node:crypto'
import type { RequestContext } from '../context.ts'
import { ContractViolation } from '../errors.ts'
import type { Operation } from '../operation.ts'
import type { SerializedResponse } from '../response.ts'

/** A request that is carried out once. */
export interface KeyedRequest {
  readonly userId: string
  readonly key: string
  /** The same for the same request. */
  readonly fingerprint: string
}

/** Keeps the responses of keyed requests. */
export interface IdempotencyStore {
  /**
   * Returns what was answered under this key, or else what `work` answers, which is kept with all that it
   * writes in the transaction. What it throws keeps nothing: the key is free again.
   * @throws ApiError conflict while another request has the key, validation_failed where it was another
   *   request's.
   */
  once(
    keyed: KeyedRequest,
    work: (transaction: unknown) => Promise<SerializedResponse>,
  ): Promise<SerializedResponse>
}

/** Returns the request with its key; undefined where it has none, or the operation takes none. */
export function keyedRequest(
  context: RequestContext,
  operation: Operation,
): KeyedRequest | undefined {
  if (operation.idempotent !== true) return undefined
  const { callerKey, headerValues, principal } = context
  const sent = headerValues['idempotency-key']
  if (typeof sent !== 'string' || principal === null) return undefined
  // Where several schemes give out ids, the id alone does not tell their callers apart.
  const key = callerKey === principal.id ? sent : hash(`${callerKey} ${sent}`)
  return { userId: principal.id, key, fingerprint: fingerprintOf(operation, context) }
}

/**
 * Carries out a keyed request once.
 * @throws ContractViolation with `strict` if the handler does not write in the transaction.
 */
export function carryOutOnce(
  store: IdempotencyStore,
  keyed: KeyedRequest,
  context: RequestContext,
  { strict, work }: { strict: boolean; work: () => Promise<SerializedResponse> },
): Promise<SerializedResponse> {
  return store.once(keyed, async (transaction) => {
    context.offerTransaction(transaction)
    const response = await work()
    if (strict && !context.hasJoined) {
      const { operationId } = context.operation ?? {}
      throw new ContractViolation(`${operationId} has not used its transaction`)
    }
    return response
  })
}

/** Hashes what makes a request the same: the operation, and all that its handler is given of it. */
function fingerprintOf({ operationId }: Operation, context: RequestContext): string {
  const { pathValues, queryValues, requestBody } = context
  return hash(JSON.stringify([operationId, pathValues, queryValues, requestBody]))
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

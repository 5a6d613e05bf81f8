// The cache as code asks for it by hand, typed by the contract: for jobs and scripts, and for handlers
// that know more than the contract does. Requests go through the same entries by themselves.
import type { operations } from '../../generated/operations.ts'
import { isCached, readOf } from './cache-keys.ts'
import type { Operation } from './operation.ts'
import type { Counters, ResponseCache } from './steps/cache.ts'
import type { OperationId, Request, Shown } from './types.ts'

type Table = typeof operations

/** The operations that declare a cache. */
type CachedId = {
  [Id in OperationId]: Table[Id] extends { cache: object } ? Id : never
}[OperationId]

/** The reads of the contract, cached in this build or not: what a write or a job may name. */
export type ReadId = {
  [Id in OperationId]: Table[Id] extends { method: 'get' } ? Id : never
}[OperationId]

type Params<Id extends OperationId> = Request<Id>['params']

/**
 * Drops the answers of a read that have these path parameters, all of them without any; where each
 * caller has their own, those of one principal, or everyone's.
 */
export type Invalidate = <Id extends ReadId>(
  id: Id,
  params?: Partial<Params<Id>>,
  whose?: { readonly principalId: string },
) => Promise<void>

interface Asked<Id extends OperationId> {
  readonly query?: Partial<Request<Id>['query']>
}
type More<Id extends CachedId> = Table[Id]['cache']['scope'] extends 'public'
  ? [asked?: Asked<Id>]
  : [asked: Asked<Id> & { readonly principalId: string }]

interface Cache {
  /**
   * What was kept under these parameters, or else what `load` gives, which is kept from then on as
   * long as a request's answer would be. Undefined is given on and never kept. Not shared with the
   * requests, whose answers have headers as well.
   */
  cached<Id extends CachedId>(
    id: Id,
    params: Params<Id>,
    load: () => Promise<Shown<Id> | undefined>,
    ...more: More<Id>
  ): Promise<Shown<Id> | undefined>
  /** Drops answers after something that they show has changed; to be awaited after the commit. */
  readonly invalidate: Invalidate
  /** What has happened in this process so far, by operationId. */
  counters(): ReadonlyMap<string, Readonly<Counters>>
}

/** The cache by hand, over the one that requests go through. */
export function cacheByHand(
  responses: ResponseCache,
  operations: Readonly<Record<string, Operation>>,
): Cache {
  const operation = (id: CachedId) => {
    const found = operations[id]
    if (found === undefined || !isCached(found)) throw new Error(`${id} declares no cache`)
    return found
  }
  return {
    async cached(id, params, load, ...[asked]) {
      const principalId = asked && 'principalId' in asked ? asked.principalId : undefined
      const queryValues = asked?.query ?? {}
      const request = { pathValues: params, queryValues, principalId, byHand: true } as const
      const { finished } = await responses.respond(operation(id), request, async () => {
        const body = await load()
        if (body === undefined) return { status: 404, headers: {}, body: null }
        return { status: 200, headers: {}, body: JSON.stringify(body) }
      })
      return finished.body === null ? undefined : JSON.parse(String(finished.body))
    },

    invalidate: (id, params, whose) =>
      responses.drop(readOf(operations, id), { values: params ?? {}, ...whose }),

    counters: responses.counters,
  }
}

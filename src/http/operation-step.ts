// From a valid request to the response: the handler, with the cache in front of a read and around the
// commit of a write, and what a client may keep.
import { isCached } from '../contract/cache-keys.ts'
import { type Answer, ContractBreach, checkResponse, finish } from '../contract/finish.ts'
import type { Finished } from '../contract/finished.ts'
import type { Operation } from '../contract/operation.ts'
import { asAsked, clientPolicy, precondition } from './conditional.ts'
import type { Exchange } from './exchange.ts'
import { onceForEachKey } from './idempotent.ts'
import type { Engine } from './operations.ts'
import { send } from './send.ts'

type Run = (request: object, context: Exchange) => Answer | Promise<Answer>

/** What openapi-backend calls the operation handler: from a valid request to the response. */
export function operationStep(engine: Engine, operation: Operation) {
  const { operationId } = operation
  const run = engine.handlers[operationId] as Run
  const serializers = engine.serializers[operationId] ?? {}
  const validators = engine.validators[operationId]
  const policy = clientPolicy(operation, engine.maxAge)
  const shown = readOf(engine, operation)

  const handle = async (exchange: Exchange): Promise<Finished> => {
    const request = {
      params: exchange.pathValues,
      query: exchange.queryValues,
      headers: exchange.headerValues,
      cookies: exchange.cookieValues,
      body: exchange.requestBody,
      principal: exchange.principal,
    }
    return finish(operation, serializers, await run(request, exchange))
  }

  const handleOnce = onceForEachKey(operation, engine.idempotency, handle, engine.strict)

  const read = async (exchange: Exchange): Promise<Finished> => {
    if (!isCached(operation)) return asAsked(exchange, await handle(exchange), policy, undefined)
    const { pathValues, queryValues, principal } = exchange
    const request = { pathValues, queryValues, principalId: principal?.id }
    const load = () => handle(exchange)
    const { finished, cacheStatus } = await engine.cache.respond(operation, request, load)
    return asAsked(exchange, finished, policy, cacheStatus)
  }

  const write = async (exchange: Exchange): Promise<Finished> => {
    exchange.ifMatch = precondition(exchange, shown)
    exchange.change = await engine.cache.begin(operation, exchange.pathValues)
    try {
      const finished = await handleOnce(exchange)
      if (engine.strict && exchange.ifMatch && !exchange.compared) {
        throw new ContractBreach(`${operationId} has not compared If-Match`)
      }
      return finished
    } finally {
      // Whatever came of it: a failure may be one that was committed.
      await exchange.change?.end()
    }
  }

  const answer = operation.method === 'get' ? read : write
  return async (_context: unknown, exchange: Exchange) => {
    const finished = await answer(exchange)
    if (engine.strict && validators) {
      checkResponse(operation, validators, finished, exchange.requestId)
    }
    send(exchange.ctx, finished)
  }
}

/** The serializer of what a GET of the same URL shows; none where there is no such operation. */
function readOf({ operations, serializers }: Engine, { path }: Operation) {
  const read = Object.values(operations).find((it) => it.method === 'get' && it.path === path)
  return read && serializers[read.operationId]?.[200]
}

// From a valid request to the response: the handler, with the cache in front of a read and around the
// commit of a write, and what a client may keep.

import { withPublicPath } from '../http/public-path.ts'
import { type Cached, type CacheRequest, isCached, type Target } from './cache-keys.ts'
import type { RequestContext } from './context.ts'
import type { AnyStagedHandler, Engine } from './openapi-backend.ts'
import type { Operation } from './operation.ts'
import { type Answer, ContractViolation, checkResponse, finish } from './response.ts'
import { send } from './send.ts'
import type { SerializedResponse } from './serialized-response.ts'
import { isOwn } from './steps/authenticate.ts'
import type { ResponseCache } from './steps/cache.ts'
import { asAsked, clientPolicy, precondition } from './steps/conditional.ts'
import { onceForEachKey } from './steps/idempotency.ts'
import { turnOf } from './steps/turn.ts'
import type { FillContext } from './types.ts'

type Run = (request: object, context: object, prepared?: unknown) => Answer | Promise<Answer>

/** What openapi-backend calls the operation handler: from a valid request to the response. */
export function operationStep(engine: Engine, operation: Operation) {
  const validators = engine.validators[operation.operationId]
  const { publicPath: prefix = '' } = engine
  const answer =
    operation.method === 'get' ? readStep(engine, operation) : writeStep(engine, operation)
  // What a write has done is said in any case, and an operation without a 503 is too small to matter.
  const canBeRefused = operation.method === 'get' && 503 in operation.responses
  return async (_backend: unknown, context: RequestContext) => {
    const { unsent } = context.ctx.state
    if (canBeRefused) unsent.expectRoom(0)
    const finished = await answer(context)
    if (canBeRefused && finished.body !== null) unsent.expectRoom(finished.body.length)
    if (engine.strict && validators) {
      checkResponse(operation, validators, finished, context.requestId)
    }
    send(context.ctx, prefix === '' ? finished : withPublicPath(finished, prefix))
  }
}

function readStep(engine: Engine, operation: Operation) {
  const { pages } = engine
  const answer = answerStep(engine, operation)
  if (pages === undefined || !('cursor' in operation.parameters.query)) return answer
  return (context: RequestContext): Promise<SerializedResponse> => {
    const { queryValues, isAsIssued } = pages.open(operation, context)
    context.queryValues = queryValues
    context.isCacheable = isAsIssued
    return answer(context)
  }
}

function answerStep(engine: Engine, operation: Operation) {
  const { cache } = engine
  if (cache && isCached(operation)) return cachedReadStep(engine, operation, cache)
  const policy = clientPolicy(operation, engine.maxAge)
  const cacheStatus = isCached(operation) ? 'fwd=bypass' : undefined
  const { run, serializers } = handlerOf(engine, operation)
  const paged = pagesOf(engine, operation)
  return async (context: RequestContext): Promise<SerializedResponse> => {
    const turn = turnOf(context, engine.turns)
    if (turn) await turn
    const answer = await run(requestOf(context), context)
    const finished = finish(operation, serializers, paged(context, answer))
    return asAsked(context, finished, policy, cacheStatus)
  }
}

function cachedReadStep(engine: Engine, operation: Cached, cache: ResponseCache) {
  const policy = clientPolicy(operation, engine.maxAge)
  const fill = fillOf(engine, operation)
  const isShared = operation.cache.scope === 'public'
  return async (context: RequestContext): Promise<SerializedResponse> => {
    const { pathValues, queryValues, principal } = context
    const principalId = isShared ? undefined : principal?.id
    const request = { pathValues, queryValues, principalId }
    if (!context.isCacheable) {
      return asAsked(context, await fill(request), policy, 'fwd=request')
    }
    const { finished, cacheStatus } = await cache.respond(operation, request, fill)
    return asAsked(context, finished, policy, cacheStatus)
  }
}

/**
 * Makes the function that answers a cached read. It is made at the start and is given the parts of
 * the key alone, so it cannot see who asks.
 */
function fillOf(engine: Engine, operation: Cached) {
  const { run, serializers } = handlerOf(engine, operation)
  const context: FillContext = { log: engine.log.child({ operationId: operation.operationId }) }
  const nothing = Object.freeze({})
  const paged = pagesOf(engine, operation)
  return async (fill: CacheRequest): Promise<SerializedResponse> => {
    const { pathValues, queryValues, principalId } = fill
    const request = {
      params: pathValues,
      query: queryValues,
      headers: nothing,
      cookies: nothing,
      body: undefined,
      principal: principalId === undefined ? null : { id: principalId },
    }
    return finish(operation, serializers, paged(fill, await run(request, context)))
  }
}

/** Makes the function that puts the cursor and the link of the next page into an answer. */
function pagesOf({ pages }: Engine, operation: Operation) {
  if (pages === undefined || !('cursor' in operation.parameters.query)) {
    return (_request: CacheRequest | RequestContext, answer: Answer) => answer
  }
  return (request: CacheRequest | RequestContext, answer: Answer) =>
    pages.close(operation, request, answer)
}

function writeStep(engine: Engine, operation: Operation) {
  const { operationId } = operation
  const { cache } = engine
  const { prepare, affects, run, serializers } = handlerOf(engine, operation)
  const shown = readOf(engine, operation)

  /** Marks as late as possible and before the handler can commit anything. */
  const handle = async (
    context: RequestContext,
    prepared: unknown,
  ): Promise<SerializedResponse> => {
    const target = targetOf(operation, context, affects?.(prepared as never))
    context.change = (await cache?.begin(operation, target)) ?? null
    return finish(operation, serializers, await run(requestOf(context), context, prepared), shown)
  }
  const handleOnce = onceForEachKey(operation, engine.idempotency, handle, engine.strict)

  return async (context: RequestContext): Promise<SerializedResponse> => {
    const turn = turnOf(context, engine.turns)
    if (turn) await turn
    context.ifMatch = precondition(context, shown)
    const prepared = await prepare?.(requestOf(context) as never, context as never)
    try {
      const finished = await handleOnce(context, prepared)
      if (engine.strict && context.ifMatch && !context.compared) {
        throw new ContractViolation(`${operationId} has not compared If-Match`)
      }
      return finished
    } finally {
      // Whatever came of it: a failure may be one that was committed.
      await context.change?.end()
    }
  }
}

function handlerOf(engine: Engine, { operationId }: Operation) {
  const handler = engine.handlers[operationId] as Run | AnyStagedHandler
  const serializers = engine.serializers[operationId] ?? {}
  if (typeof handler === 'function') {
    return { prepare: undefined, affects: undefined, run: handler, serializers }
  }
  const { prepare, affects, run } = handler
  return { prepare, affects, run: run as Run, serializers }
}

function requestOf(context: RequestContext) {
  return {
    params: context.pathValues,
    query: context.queryValues,
    headers: context.headerValues,
    cookies: context.cookieValues,
    body: context.requestBody,
    principal: context.principal,
  }
}

/**
 * Returns which entries a write drops of the reads that it names. Where each caller has their own, these
 * are the caller's; everyone's where nobody is known, or where the caller acts for others: on what
 * another user owns, or by a scope. The handler may say whose instead.
 */
function targetOf(
  { owner, security }: Operation,
  context: RequestContext,
  affected: string | undefined,
): Target {
  const { pathValues, principal } = context
  const values =
    owner === undefined || owner in pathValues
      ? pathValues
      : { ...pathValues, [owner]: principal?.owns[owner] }
  if (affected !== undefined) return { values, principalId: affected }
  const isTheirs = owner === undefined || (principal !== null && isOwn(context, owner, principal))
  const byScope = security.some((it) => Object.values(it).some((scopes) => scopes.length > 0))
  return { values, principalId: isTheirs && !byScope ? principal?.id : undefined }
}

/** The serializer of what a GET of the same URL shows; none where there is no such operation. */
function readOf({ operations, serializers }: Engine, { path }: Operation) {
  const read = Object.values(operations).find((it) => it.method === 'get' && it.path === path)
  return read && serializers[read.operationId]?.[200]
}

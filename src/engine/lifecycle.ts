// THE order of a request. openapi-backend looks for the operation and calls `beforeValidation`, validates,
// and calls `afterValidation`: every step between a request and its response is awaited here, top to
// bottom. A step ends a request early in one way: it throws an ApiError.
import { StartError } from '../lib/process.ts'
import { traced } from '../lib/tracing.ts'
import {
  type Cached,
  type CacheRequest,
  callerIdOf,
  isBounded,
  isCached,
  targetOf,
} from './cache-keys.ts'
import type { RequestContext } from './context.ts'
import { ContractViolation, clientGone, mayHaveCommitted } from './errors.ts'
import { createStreams } from './event-stream.ts'
import { clearingFiles } from './files.ts'
import { createBackend } from './openapi-backend.ts'
import { startErrors } from './operation.ts'
import { opened } from './raw-body.ts'
import {
  checkResponse,
  contentKey,
  type SerializedResponse,
  send,
  sendHead,
  serialize,
  withPublicPath,
} from './response.ts'
import { answersEvents, type Route, routeOf } from './route.ts'
import { accessControl } from './steps/authenticate.ts'
import { authorize, findOwner, ownOwner, resolveOwner } from './steps/authorize.ts'
import { bodyReader } from './steps/body.ts'
import { conditional, precondition } from './steps/conditional.ts'
import { carryOutOnce, keyedRequest } from './steps/idempotency.ts'
import { checkMediaTypes } from './steps/media-types.ts'
import { parameterReader, type Values } from './steps/parameters.ts'
import { rateLimiter } from './steps/rate-limit.ts'
import type { Engine, FillContext, HandlerRequest, OperationTypes } from './types.ts'

/**
 * Creates the function that takes a request from its operation to its response. The function throws what
 * the steps throw.
 * @throws StartError that names each operation where contract and handlers differ.
 */
export function createLifecycle(engine: Engine): (context: RequestContext) => Promise<void> {
  const errors = startErrors(engine)
  if (errors.length > 0) throw new StartError(`The service cannot start:\n  ${errors.join('\n  ')}`)
  const { authenticators, cache, idempotency, pages, publicPath = '', strict, turns } = engine
  const { tracing } = engine
  const withoutTurns = new Set(engine.withoutTurns)
  const countRate = rateLimiter(engine.rateLimits, Object.values(engine.operations))
  const limitRate = traced(tracing, 'rate limit', countRate)
  const readBody = traced(tracing, 'read body', bodyReader(engine))
  const streams = createStreams(engine)
  const parseParameters = parameterReader(engine)
  const access = accessControl(engine, takeTurn)
  const authenticate = traced(tracing, 'authenticate', access.authenticate)
  const waitForTurn = turns && traced(tracing, 'wait for a connection', turns.wait)
  const backend = createBackend(engine, Object.keys(authenticators))

  async function beforeValidation(context: RequestContext): Promise<void> {
    const { operation } = context
    if (operation === undefined) throw backend.mismatch(context)
    // A step that has nothing to wait for returns undefined, and an await would cost more than the step.
    const limitedByAddress = limitRate(context, operation, 'ip')
    if (limitedByAddress) await limitedByAddress
    const authenticated = authenticate(context, operation)
    if (authenticated) await authenticated
    authorize(context, operation, engine)
    const limitedByPrincipal = limitRate(context, operation, 'principal')
    if (limitedByPrincipal) await limitedByPrincipal
    checkMediaTypes(context, operation)
    const bodyRead = readBody(context)
    if (bodyRead) await bodyRead
    parseParameters(context, operation)
  }

  async function afterValidation(context: RequestContext, route: Route): Promise<void> {
    const { mayBeUnavailable } = route
    const { unsent } = context.ctx.state
    if (mayBeUnavailable) unsent.expectBytes(0)
    const response = route.isSafe ? await read(context, route) : await write(context, route)
    if (mayBeUnavailable && response.body !== null) unsent.expectBytes(response.body.length)
    if (response.stream !== undefined) await opened(response.stream, context.ctx)
    if (strict) check(context, response)
    send(context.ctx, publicPath === '' ? response : withPublicPath(response, publicPath))
  }

  /** An operation that answers an event stream, or another response of those that it documents. */
  async function stream(context: RequestContext, route: Route): Promise<void> {
    const { operationId } = route.operation
    streams.admit(context)
    const response = route.isSafe ? await read(context, route) : await write(context, route)
    if (strict) check(context, response)
    const ready = publicPath === '' ? response : withPublicPath(response, publicPath)
    const { events } = ready
    if (events === undefined) return send(context.ctx, ready)
    sendHead(context.ctx, ready)
    const validate = strict
      ? engine.validators[operationId]?.responses[contentKey(route.operation, ready) ?? '']
      : undefined
    await streams.send(context, events, validate)
  }

  /** A read: the cache, or else the handler, then what the client needs of the response. */
  async function read(context: RequestContext, route: Route): Promise<SerializedResponse> {
    const { operation, policy, fill } = route
    if (route.isPaged && pages !== undefined) {
      const { queryValues, isAsIssued } = pages.open(operation, context)
      context.queryValues = queryValues
      context.isCacheable = isAsIssued && isBounded(operation, queryValues)
    }
    if (cache !== undefined && fill !== undefined && isCached(operation)) {
      const request = cacheRequestOf(context, operation)
      const { response, cacheStatus } = context.isCacheable
        ? await cache.get(operation, request, fill)
        : { response: await fill(request), cacheStatus: 'fwd=request' }
      return conditional(context, response, policy, cacheStatus)
    }
    const turn = takeTurn(context)
    if (turn) await turn
    if (operation.owner) context.owner = await resolveOwner(context, operation, engine)
    const response = await handle(route, requestOf(context), context)
    if (response.events !== undefined) return response
    return conditional(context, response, policy, isCached(operation) ? 'fwd=bypass' : undefined)
  }

  /** A write: the handler, with an invalidation around its commit that ends before the response leaves. */
  async function write(context: RequestContext, route: Route): Promise<SerializedResponse> {
    const { operation, prepare, affects } = route
    const turn = takeTurn(context)
    if (turn) await turn
    if (operation.owner) context.owner = await resolveOwner(context, operation, engine)
    if (context.headers['if-match']) context.ifMatch = precondition(context, route.current)
    const prepared = await prepare?.(requestOf(context) as never, context as never)

    /** Marks as late as possible, and before the handler can commit anything. */
    const carryOut = async () => {
      const target = targetOf(operation, context, affects?.(prepared as never))
      context.invalidation = (await cache?.startInvalidation(operation, target)) ?? null
      return handle(route, requestOf(context), context, prepared)
    }
    const hasKey = context.headerValues['idempotency-key'] !== undefined
    const keyed = idempotency && hasKey && keyedRequest(context, operation)
    try {
      const response = keyed
        ? await carryOutOnce(idempotency, keyed, context, { strict, work: carryOut })
        : await carryOut()
      await context.invalidation?.finish()
      return response
    } catch (error) {
      await (mayHaveCommitted(error)
        ? context.invalidation?.abandon()
        : context.invalidation?.finish())
      throw error
    }
  }

  async function handle(
    route: Route,
    request: AnyRequest,
    context: RequestContext | FillContext,
    prepared?: unknown,
  ): Promise<SerializedResponse> {
    const { operation, run, isPaged } = route
    const result = await run(request as never, context as never, prepared as never)
    if (!isPaged || pages === undefined) return serialize(route, result, strict)
    const of = { pathValues: request.params, queryValues: request.query }
    return serialize(route, pages.close(operation, of, result), strict)
  }

  /** Waits for a database connection, so that nothing is done for a client that has gone meanwhile. */
  function takeTurn(context: RequestContext): Promise<void> | undefined {
    if (context.isGone) throw clientGone()
    const { hasBegun, operation } = context
    context.hasBegun = true
    if (!turns?.isBusy() || withoutTurns.has(operation?.operationId ?? '')) return undefined
    return waitForTurn?.(() => context.isGone, hasBegun)
  }

  /** Checks, in development and tests, that response and handler do what the contract says. */
  function check(context: RequestContext, response: SerializedResponse) {
    const { operation, ifMatch, hasCompared } = context
    const validators = operation && engine.validators[operation.operationId]
    if (operation === undefined || validators === undefined) return
    try {
      checkResponse(operation, validators, response, context.requestId)
    } catch (error) {
      response.stream?.destroy()
      throw error
    }
    if (ifMatch && !hasCompared)
      throw new ContractViolation(`${operation.operationId} has not compared If-Match`)
  }

  function fillOf(route: Route) {
    const { operationId, owner: name } = route.operation
    const context: FillContext = {
      // On access, so that it has the level that the log has by then.
      get log() {
        return engine.log.child({ operationId })
      },
    }
    const isSecured = route.operation.security.length > 0
    return async ({ pathValues, queryValues, principalId, caller, owner }: CacheRequest) => {
      // Not for one client: others who send the same wait for it too.
      if (turns?.isBusy()) await waitForTurn?.(() => false, isSecured)
      const request = {
        params: pathValues,
        query: queryValues,
        headers: nothing,
        cookies: nothing,
        bodyType: undefined,
        body: undefined,
        principal: caller ?? (principalId === undefined ? null : { id: principalId }),
        owner: name && !owner ? await findOwner(name, String(pathValues[name]), engine) : owner,
      }
      return handle(route, request, context)
    }
  }

  const run = backend.runs({
    beforeValidation,
    unauthenticated: access.unauthenticated,
    afterValidation: (operation) => {
      const untraced = routeOf(engine, operation)
      const plain = { ...untraced, run: traced(tracing, 'handler', untraced.run) }
      const route = { ...plain, fill: isCached(operation) ? fillOf(plain) : undefined }
      if (answersEvents(operation)) return (context) => stream(context, route)
      return (context) => afterValidation(context, route)
    },
  })
  return engine.files === undefined ? run : clearingFiles(run)
}

const nothing = Object.freeze({})

/** What a handler is given, as the engine sees it. */
type AnyRequest = HandlerRequest<OperationTypes> & {
  params: Values
  query: Values
  bodyType: string | undefined
}

function requestOf(context: RequestContext): AnyRequest {
  return {
    params: context.pathValues,
    query: context.queryValues,
    headers: context.headerValues,
    cookies: context.cookieValues,
    bodyType: context.bodyType,
    body: context.requestBody,
    principal: context.principal,
    owner: context.owner,
  }
}

/** Returns what a cached response may depend on. */
function cacheRequestOf(context: RequestContext, { cache, owner: name }: Cached): CacheRequest {
  const { pathValues, queryValues, principal } = context
  if (cache.scope === 'public') return { pathValues, queryValues, principalId: undefined }
  const owner = name === undefined ? undefined : ownOwner(context, name)
  const request = { pathValues, queryValues, principalId: principal?.id, owner }
  if (principal === null || !('scheme' in principal)) return request
  return { ...request, callerKey: context.callerKey, caller: callerIdOf(principal) }
}

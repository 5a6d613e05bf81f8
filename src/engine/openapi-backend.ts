// The contract meets its handlers: openapi-backend runs the lifecycle of a request over a compiled
// router, compiled validators and compiled serializers. This file says in which order things happen
// and checks at the start that nothing is missing; what happens stands in the steps.
import { OpenAPIBackend } from 'openapi-backend'
import type { Turns } from '../db/pool.ts'
import type { Logger } from '../lib/log.ts'
import type { Idempotency } from '../security/idempotency.ts'
import type { RateLimits } from '../security/rate-limits.ts'
import type { RequestContext } from './context.ts'
import type { Pages } from './cursors.ts'
import { type ApiError, apiError, StartError } from './errors.ts'
import { operationStep } from './lifecycle.ts'
import type { Operation } from './operation.ts'
import type { Answer } from './response.ts'
import { CompiledRouter } from './router.ts'
import {
  type Authenticators,
  authenticateBearer,
  authorize,
  isUnknown,
  unauthenticated,
} from './steps/authenticate.ts'
import { bodyReader, readableTypes } from './steps/body.ts'
import type { ResponseCache } from './steps/cache.ts'
import { checkAccept } from './steps/media-types.ts'
import { rateLimitSteps } from './steps/rate-limit.ts'
import { CompiledValidator } from './steps/validate.ts'
import type { SerializerTable, ValidatorTable } from './tables.ts'

/** A handler as the engine calls it; what it is given has been validated by then. */
export type AnyHandler = PlainHandler | AnyStagedHandler
type PlainHandler = (request: never, context: never) => Answer | Promise<Answer>
export interface AnyStagedHandler {
  readonly prepare: (request: never, context: never) => Promise<unknown>
  readonly affects?: ((prepared: never) => string) | undefined
  readonly run: (request: never, context: never, prepared: never) => Answer | Promise<Answer>
}

export interface Engine {
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly validators: ValidatorTable
  readonly serializers: SerializerTable<string>
  readonly handlers: Readonly<Record<string, AnyHandler>>
  readonly authenticators: Authenticators
  /** The largest body in bytes. */
  readonly bodyLimit: number
  /** Counts what `x-rate-limit` limits. */
  readonly rateLimits: Pick<RateLimits, 'quota'>
  /** Keeps requests waiting for a free connection; without it, the handler's queries wait. */
  readonly turns?: Turns
  /** Answers that are kept; without it none are, and each request is answered for itself. */
  readonly cache?: ResponseCache
  /** Makes and checks the cursors of lists; without it they are what handlers say. */
  readonly pages?: Pages
  /** Requests that are carried out once; to declare one needs it. */
  readonly idempotency?: Idempotency
  /** For how many seconds a client may keep an answer whose operation says nothing else. */
  readonly maxAge: number
  /** What clients put in front of every path, such as `/shop`; nothing by default. */
  readonly publicPath?: string
  /** Checks each response against the contract as well: for development and tests. */
  readonly strict: boolean
  readonly log: Logger
}

type Lifecycle = (context: RequestContext) => Promise<void>

/** Answers a refusal, instead of throwing it. */
type Refuse = (context: RequestContext, refused: ApiError) => void

/**
 * Builds the function that takes an context through the lifecycle. It throws what its steps throw;
 * where openapi-backend lets a step end the request, `refuse` is called instead: to throw through
 * three promises takes 3 µs, a tenth of what such a request costs.
 * @throws StartError that names each operation at fault, where contract and handlers differ.
 */
export function createLifecycle(engine: Engine, refuse: Refuse): Lifecycle {
  const faults = startErrors(engine)
  if (faults.length > 0) throw new StartError(`The service cannot start:\n  ${faults.join('\n  ')}`)
  const backend = new CompiledBackend(engine)
  backend.register(steps(engine, refuse))
  backend.registerSecurityHandler('bearer', (_context, context: RequestContext) =>
    authenticateBearer(context, engine.authenticators),
  )
  for (const operation of Object.values(engine.operations)) {
    backend.register(operation.operationId, operationStep(engine, operation))
  }
  return (context) => backend.handleRequest(context, context)
}

/**
 * openapi-backend without what it does at start: it would refuse a 3.1 document, compile its
 * schemas and walk its paths, all of which codegen has done.
 */
class CompiledBackend extends OpenAPIBackend {
  constructor({ operations, validators, authenticators, basePath }: Engine) {
    const securitySchemes = Object.fromEntries(
      Object.keys(authenticators).map((scheme) => [scheme, { type: 'http' as const, scheme }]),
    )
    const info = { title: '', version: '' }
    super({
      definition: { openapi: '3.1.0', info, paths: {}, components: { securitySchemes } },
      strict: true,
    })
    this.definition = this.document = this.inputDocument as typeof this.document
    this.router = new CompiledRouter(operations, basePath)
    this.validator = new CompiledValidator(validators)
    this.initialized = true
  }
}

/** The steps around an operation, under the names that openapi-backend gives them. */
function steps({ bodyLimit, rateLimits, operations }: Engine, refuse: Refuse) {
  const readBody = bodyReader(bodyLimit)
  const limit = rateLimitSteps(rateLimits, Object.values(operations))
  const noRoute = (_backend: unknown, context: RequestContext) =>
    refuse(context, context.refusal ?? apiError('not_found', 'There is no such resource.'))
  return {
    notFound: noRoute,
    methodNotAllowed: noRoute,
    postRoutingHandler: (_backend: unknown, context: RequestContext) =>
      context.operation && limit.byAddress(context, context.operation),
    postSecurityHandler: async (_backend: unknown, context: RequestContext) => {
      const { operation } = context
      if (operation === undefined) throw new Error('access was checked without an operation')
      // openapi-backend takes an error in a security handler for a 401: an outage is none.
      if (context.failure !== undefined) throw context.failure
      // Nobody goes on from here without access: openapi-backend calls the next handler instead.
      if (isUnknown(context, operation)) return
      authorize(context, operation)
      await limit.byPrincipal(context, operation)
      checkAccept(context, operation)
      await readBody(context, operation)
    },
    unauthorizedHandler: (_backend: unknown, context: RequestContext) =>
      refuse(context, unauthenticated(context)),
    validationFail: (_backend: unknown, context: RequestContext) => {
      const detail = 'The request does not fit the contract; errors says where.'
      refuse(context, apiError('validation_failed', detail, { errors: context.faults }))
    },
  }
}

function startErrors({ operations, handlers, authenticators, idempotency }: Engine): string[] {
  const documented = Object.values(operations)
  const schemes = Object.keys(authenticators)
  const unknown = Object.keys(handlers).filter((name) => !(name in operations))
  return [
    ...unknown.map((name) => `${name}: there is a handler, but no such operation in the contract`),
    ...documented.flatMap((operation) => {
      const { operationId: id, security } = operation
      const names = security?.flatMap(Object.keys) ?? []
      return [
        !(id in handlers) && `${id}: the contract has it, but there is no handler`,
        security === undefined && `${id}: declares no security; an open one says security: []`,
        ...(operation.body?.types ?? []).map(
          (it) => !readableTypes.includes(it) && `${id}: nothing reads bodies of ${it}`,
        ),
        ...names.map((it) => !schemes.includes(it) && `${id}: nothing authenticates ${it}`),
        operation.idempotent && !idempotency && `${id}: nothing enforces its idempotent policy`,
      ].filter((it) => typeof it === 'string')
    }),
  ]
}

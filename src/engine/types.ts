// What the engine is given, and the types of handlers, generic over the interfaces that codegen writes of
// a contract. A wrong status, a wrong body, a missing required header or a missing handler does not compile.
import type { Logger } from '../lib/log.ts'
import type { Tracing } from '../lib/tracing.ts'
import type { StreamOptions } from './event-stream.ts'
import type { FileStorage } from './files.ts'
import type { Operation, SerializerTable, ValidatorTable } from './operation.ts'
import type { Security } from './steps/authenticate.ts'
import type { Ownership } from './steps/authorize.ts'
import type { ResponseCache } from './steps/cache.ts'
import type { IdempotencyStore } from './steps/idempotency.ts'
import type { RateLimits } from './steps/rate-limit.ts'
import type { Pages } from './urls.ts'

export type { EventStream } from './event-stream.ts'

export type { RawBody, RawHeaders } from './raw-body.ts'
export type { Authenticators } from './steps/authenticate.ts'

/** Who calls, as far as the engine needs to know it. */
export interface Principal extends CallerId {
  /** By path parameter, the value that is this principal's own: what `x-owner` is compared with. */
  readonly owns: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
  /** The login that the credentials come from; absent where they are a password itself. */
  readonly sessionId?: string | undefined
  /** When the credentials expire, in milliseconds since 1970: event streams end then. */
  readonly expiresAt?: number | undefined
}

/** What the handler of a cached read is told of the caller: the part of the key, and nothing else. */
export interface CallerId {
  readonly id: string
}

/**
 * The caller of an operation that several schemes lead to: the principal of the first scheme of the
 * alternative that was satisfied, and those of the schemes that it needs as well.
 */
export type CallerBy<
  Who extends CallerId = Principal,
  Scheme extends string = string,
  Others extends string = string,
> = Who & { readonly scheme: Scheme; readonly others: Readonly<Record<Others, Who>> }

/** The owner that a request names: their id, and the value of the parameter that names them. */
export type Owner<Parameter extends string = string> = CallerId &
  Readonly<Record<Parameter, string>>

/** What codegen writes of each operation, as the interface of that name in `generated/types.d.ts`. */
export interface OperationTypes {
  readonly method: string
  readonly params: object
  readonly query: object
  /** Declared headers, by their names in lower case. */
  readonly headers: object
  readonly cookies: object
  readonly body: unknown
  /** The body with its media type, where there are several. */
  readonly sent?: { readonly bodyType: string | undefined; readonly body: unknown }
  /** Null where callers share a cached response, or where an anonymous client may call. */
  readonly principal: Principal | CallerId | null
  readonly owner: CallerId | undefined
  readonly success: HandlerResult
  /** What a GET of the same URL answers with its 200; never where there is none. */
  readonly current: unknown
  readonly cached: boolean
  readonly idempotent: boolean
}

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
type NumberOf<Text> = Text extends `${infer Value extends number}` ? Value : never

/** The statuses of a class, such as `4XX`, whose responses have a body. */
export type StatusIn<Class extends 2 | 3 | 4 | 5> = Exclude<
  NumberOf<`${Class}${Digit}${Digit}`>,
  204 | 205 | 304
>

/** The media types of a range such as `image/*`. */
export type MediaTypeIn<Range extends string> = Range extends `${infer Kind}/*`
  ? `${Kind extends '*' ? string : Kind}/${string}`
  : Range

/** What handlers return; problem documents are thrown, as ApiErrors. */
export interface HandlerResult {
  readonly status: number
  /** The media type of the body, where the response has several. */
  readonly type?: string
  readonly body?: unknown
  /** Texts, or values that are written in the style `simple`. */
  readonly headers?: Readonly<Record<string, unknown>>
}

/** What a handler is given of the request, parsed and validated. */
export type HandlerRequest<Of extends OperationTypes> = Pick<
  Of,
  'params' | 'query' | 'headers' | 'cookies' | 'principal' | 'owner'
> &
  BodyOf<Of>

/** Where an operation takes several media types, `bodyType` tells which of them the body has. */
type BodyOf<Of extends OperationTypes> = Of extends { readonly sent: infer Sent }
  ? Sent
  : Pick<Of, 'body'>

/**
 * What the handler of a cached read gets beside the request: nothing that belongs to one caller, since
 * its response goes to others who send the same, and a caller who hangs up must not end it.
 */
export interface FillContext {
  /** Names the operation on each line. */
  readonly log: Logger
}

/** A handler's second argument. */
export interface HandlerContext<Current = never, Transaction = unknown, Invalidate = unknown> {
  /** Names the request on each line. */
  readonly log: Logger
  readonly requestId: string
  /** The client's address, or the network that it is in: to count by, not to trust. */
  readonly clientAddress: string
  /** Aborts when the client goes away before it is answered, and at the end of an event stream. */
  readonly signal: AbortSignal
  /**
   * Returns which of these media types the client prefers, the first where it accepts none of them or does
   * not say.
   */
  readonly accepts: <Type extends string>(...types: readonly [Type, ...Type[]]) => Type
  /** The id of the last event that the client of an event stream has seen. */
  readonly lastEventId: string | undefined
  /**
   * Present when the client sent `If-Match`. Takes what a GET of this URL would answer from the locked
   * row, with its entity tag where the handler of that GET gives one. Throws an ApiError if the client
   * means another state.
   */
  readonly ifMatch: ((current: Current, etag?: string) => void) | undefined
  /**
   * Present when the client sent an `Idempotency-Key`. The handler writes in this transaction, or its
   * changes could be committed without the response that a retry gets.
   */
  readonly transaction: Transaction
  /** Drops more than the contract knows of: to be awaited in a write, before it commits. */
  readonly invalidates: Invalidate
}

type ContextOf<Of extends OperationTypes, Transaction, Invalidate> = Of['cached'] extends true
  ? FillContext
  : HandlerContext<
      Of['current'],
      Of['idempotent'] extends true ? Transaction | undefined : undefined,
      Invalidate
    >

/** A result without the members that its response does not have, such as the body of a 204. */
type Without<Success> = Success extends HandlerResult
  ? Success & { readonly [Member in Exclude<keyof HandlerResult, keyof Success>]?: never }
  : never

type Result<Of extends OperationTypes> = Without<Of['success']> | Promise<Without<Of['success']>>

export type Handler<Of extends OperationTypes, Transaction = unknown, Invalidate = unknown> = (
  request: HandlerRequest<Of>,
  context: ContextOf<Of, Transaction, Invalidate>,
) => Result<Of>

type PrepareContext = Pick<HandlerContext, 'log' | 'requestId' | 'clientAddress' | 'signal'>

/** A write in two steps. The entries that it invalidates are marked between them. */
export interface StagedHandler<
  Of extends OperationTypes,
  Transaction = unknown,
  Invalidate = unknown,
  Prepared = unknown,
> {
  /** Does what is slow and changes nothing, such as hashing a password. */
  prepare(request: HandlerRequest<Of>, context: PrepareContext): Promise<Prepared>
  /** Returns the id of the principal whose responses change, where that is not the caller. */
  affects?(prepared: Prepared): string
  /** Writes, and returns the result. */
  run(
    request: HandlerRequest<Of>,
    context: ContextOf<Of, Transaction, Invalidate>,
    prepared: Prepared,
  ): Result<Of>
}

/** One handler for each operation of a contract, none left out. */
export type Handlers<Operations, Transaction = unknown> = {
  readonly [Id in keyof Operations]: Operations[Id] extends OperationTypes
    ?
        | Handler<Operations[Id], Transaction, Invalidate<Operations>>
        | StagedHandler<Operations[Id], Transaction, Invalidate<Operations>>
    : never
}

/** The path parameters of an operation. */
export type ParamsOf<Operations, Id extends keyof Operations> = Operations[Id] extends {
  params: infer Params
}
  ? Params
  : never

/** The reads of a contract, cached in this build or not: what a write or a job may name. */
export type ReadId<Operations> = {
  [Id in keyof Operations]: Operations[Id] extends { method: 'get' } ? Id : never
}[keyof Operations]

/**
 * Drops the responses of a read that have these path parameters, all of them without any; where each
 * caller has their own, those of one principal, or everyone's.
 */
export type Invalidate<Operations> = <Id extends ReadId<Operations>>(
  id: Id,
  params?: Partial<ParamsOf<Operations, Id>>,
  whose?: { readonly principalId: string },
) => Promise<void>

/** The operations that declare a cache. */
type CachedId<Operations> = {
  [Id in keyof Operations]: Operations[Id] extends { cached: true } ? Id : never
}[keyof Operations]

/** The body that a read answers with its 200. */
type Shown<Of> = Of extends { success: infer Success }
  ? Extract<Success, { status: 200 }> extends { body: infer Body }
    ? Body
    : never
  : never

type QueryOf<Of> = Of extends { query: infer Query } ? Partial<Query> : never

type ManualOptions<Of> = Of extends { principal: null }
  ? [options?: { readonly query?: QueryOf<Of> }]
  : [options: { readonly query?: QueryOf<Of>; readonly principalId: string }]

/** The cache as code uses it: jobs and scripts, and handlers that know more than the contract does. */
export interface ManualCache<Operations> {
  /**
   * Returns what was kept under these parameters, or else what `load` returns, which is kept from then
   * on for as long as a response would be. Undefined is returned and never kept. Requests do not share
   * these entries, since their responses have headers as well.
   */
  cached<Id extends CachedId<Operations>>(
    id: Id,
    params: ParamsOf<Operations, Id>,
    load: () => Promise<Shown<Operations[Id]> | undefined>,
    ...options: ManualOptions<Operations[Id]>
  ): Promise<Shown<Operations[Id]> | undefined>
  /** Drops responses after something that they show has changed; to be awaited after the commit. */
  readonly invalidate: Invalidate<Operations>
}

/** A handler as the engine calls it; what it is given has been validated by then. */
export type AnyHandler = PlainHandler | AnyStagedHandler
export type PlainHandler = (
  request: never,
  context: never,
  prepared: never,
) => HandlerResult | Promise<HandlerResult>
interface AnyStagedHandler {
  prepare(request: never, context: never): Promise<unknown>
  affects?(prepared: never): string
  run(request: never, context: never, prepared: never): HandlerResult | Promise<HandlerResult>
}

/** What the engine is given: a contract, its handlers, and what stands behind its policies. */
export interface Engine extends Ownership, Security, StreamOptions {
  readonly basePath: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly validators: ValidatorTable
  readonly serializers: SerializerTable<string>
  readonly handlers: Readonly<Record<string, AnyHandler>>
  /** The largest body in bytes. */
  readonly bodyLimit: number
  /** Stores the files of multipart bodies; an operation that takes any needs it. */
  readonly files?: FileStorage
  /** How deep a JSON body may be nested; 200 levels by default. */
  readonly bodyDepth?: number
  /** Leaves out query parameters that an operation does not declare; without it they are a 422. */
  readonly ignoresUndeclaredQuery?: boolean
  readonly rateLimits: RateLimits
  /** Keeps requests waiting for a free connection; without it, the handler's queries wait. */
  readonly turns?: Turns
  /** Operations that need no connection, so that they are answered while requests wait for one. */
  readonly withoutTurns?: readonly string[]
  /** Keeps responses; without it, each request is answered by its handler. */
  readonly cache?: ResponseCache
  /** Makes and checks the cursors of lists; without it they are what handlers return. */
  readonly pages?: Pages
  /** Carries out requests once; an operation that declares `x-idempotent` needs it. */
  readonly idempotency?: IdempotencyStore
  /** For how many seconds a client may keep a response whose operation says nothing else. */
  readonly maxAge: number
  /** What clients put in front of every path, such as `/shop`; nothing by default. */
  readonly publicPath?: string
  /** Checks each response against the contract as well: for development and tests. */
  readonly strict: boolean
  readonly log: Logger
  /** Records the steps that a request waits for; undefined while tracing is off. */
  readonly tracing?: Tracing | undefined
}

/** A queue in front of a pool of connections. */
export interface Turns {
  isBusy(): boolean
  /**
   * Resolves when a connection is free. A request that has used one before goes first.
   * @throws ApiError unavailable when the client has gone, or at once if too many wait already, and Error
   *   when the wait is too long.
   */
  wait(isGone: () => boolean, hasBegun: boolean): Promise<void>
}

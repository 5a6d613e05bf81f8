// The types of a handler, derived from the contract: what it is given and what it may answer. A
// wrong status, a wrong body, a missing required header or a missing handler does not compile.
import type { components, operations as Documented } from '../../generated/openapi.d.ts'
import type { operations } from '../../generated/operations.ts'
import type { Logger } from '../lib/log.ts'
import type { Transaction } from '../lib/transaction.ts'
import type { Invalidate } from './cache-by-hand.ts'

type Table = typeof operations
export type OperationId = keyof Table
export type Schemas = components['schemas']

/** Who calls, as far as the engine needs to know it. */
export interface Principal {
  readonly id: string
  /** By path parameter, the value that is this principal's own: what `x-owner` is compared with. */
  readonly owns: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
  /** Of the login that the credentials come from; absent where they are a password itself. */
  readonly sessionId?: string | undefined
}

/** The scope that may act on what belongs to others. */
export const superuserScope = 'superuser'

/**
 * Returns the user whom a username in a path means to a caller. It has to be the caller by id as well:
 * the name may have passed to another user since the token was checked. Superusers act for the user who
 * has it.
 */
export function ownerOf(
  { username }: { readonly username: string },
  { id, owns, scopes }: Principal,
): { readonly username: string; readonly id?: string } {
  const actsForOthers = owns.username !== username && scopes.includes(superuserScope)
  return actsForOthers ? { username } : { username, id }
}

/** Headers that the engine writes, so that no handler has to. */
type EngineHeader =
  | 'X-Request-Id'
  | 'ETag'
  | 'Cache-Control'
  | 'Vary'
  | 'Cache-Status'
  | 'RateLimit'
  | 'RateLimit-Policy'

type Part<Id extends OperationId, Place extends 'path' | 'query' | 'header' | 'cookie'> =
  NonNullable<Documented[Id]['parameters'][Place]> extends infer Found
    ? [Found] extends [never]
      ? Record<never, never>
      : WithDefaults<Found, Table[Id]['parameters'][Place]>
    : never

/** A parameter with a default is always there by the time a handler reads it. */
type WithDefaults<Found, Outlines> = Found & {
  [Name in keyof Found as Name extends keyof Outlines
    ? Outlines[Name] extends { default: unknown }
      ? Name
      : never
    : never]-?: NonNullable<Found[Name]>
}

type Sent<Id extends OperationId> = Documented[Id]['requestBody']

/** Undefined where nothing is read, and possibly where a body may be left out. */
type Body<Id extends OperationId> = [NonNullable<Sent<Id>>] extends [never]
  ? undefined
  : NonNullable<Sent<Id>> extends { content: infer Content }
    ? Content[keyof Content] | (undefined extends Sent<Id> ? undefined : never)
    : undefined

/** Certain where every alternative of `security` names a scheme, null where there is none. */
type Caller<Id extends OperationId> = Table[Id]['security'] extends readonly []
  ? null
  : Record<never, never> extends Table[Id]['security'][number]
    ? Principal | null
    : Principal

/** Who a handler is told calls. */
type CallerOf<Id extends OperationId> = Table[Id] extends { cache: { scope: infer Scope } }
  ? Scope extends 'public'
    ? null
    : Pick<Principal, 'id'>
  : Caller<Id>

/** Nothing where the operation is cached: its answer is given to others who ask the same. */
type Uncached<Id extends OperationId, Parts> = Table[Id] extends { cache: object }
  ? Record<never, never>
  : Parts

type LowerCase<All> = { [Name in keyof All as Lowercase<Name & string>]: All[Name] }

export interface Request<Id extends OperationId> {
  readonly params: Part<Id, 'path'>
  readonly query: Part<Id, 'query'>
  /** Declared headers, by their names in lower case. */
  readonly headers: Uncached<Id, LowerCase<Part<Id, 'header'>>>
  readonly cookies: Uncached<Id, Part<Id, 'cookie'>>
  readonly body: Body<Id>
  /**
   * Null where callers share a cached answer; where each caller has their own, the id that is part of
   * its key and nothing else.
   */
  readonly principal: CallerOf<Id>
}

/** The read of the URL that an operation writes to. */
type ReadOf<Id extends OperationId> = {
  [Read in OperationId]: Table[Read] extends { method: 'get'; path: Table[Id]['path'] }
    ? Read
    : never
}[OperationId]

/** The body that a read answers with its 200. */
export type Shown<Id extends OperationId> = Id extends OperationId
  ? Documented[Id]['responses'] extends { 200: { content: { 'application/json': infer Body } } }
    ? Body
    : never
  : never

type TransactionOf<Id extends OperationId> = Id extends OperationId
  ? Table[Id] extends { idempotent: true }
    ? Transaction | undefined
    : undefined
  : never

export interface Context<Id extends OperationId = OperationId> {
  /** Names the request on each line. */
  readonly log: Logger
  readonly requestId: string
  /** The client's address, or the network that it is in: to count by, not to trust. */
  readonly clientAddress: string
  /** Aborts when the client goes away before it is answered. */
  readonly signal: AbortSignal
  /**
   * There when the client sent `If-Match`. Takes what a GET of this URL would answer from the row
   * that is locked, and refuses the write if the client means another state.
   */
  readonly ifMatch: ((current: Shown<ReadOf<Id>>) => void) | undefined
  /**
   * There when the client sent an `Idempotency-Key`: what the write changes, it changes in this, or it
   * could be changed without the answer being kept.
   */
  readonly transaction: TransactionOf<Id>
  /** Drops more than the contract knows of: to be awaited in a write, before it commits. */
  readonly invalidates: Invalidate
}

/**
 * What the handler of a cached read gets instead: nothing that belongs to one caller, since its answer
 * goes to everyone who asks the same, and a caller who hangs up must not end it.
 */
export interface FillContext {
  /** Names the operation on each line. */
  readonly log: Logger
}

type ContextOf<Id extends OperationId> = Table[Id] extends { cache: object }
  ? FillContext
  : Context<Id>

type Success = 200 | 201 | 202 | 203 | 204 | 205 | 206 | 303
type Responses<Id extends OperationId> = Documented[Id]['responses']
type SuccessOf<Id extends OperationId> = Extract<keyof Responses<Id>, Success>

type BodyOf<Documented> = Documented extends { content: infer Content }
  ? [Content] extends [never]
    ? { body?: never }
    : { body: Content[keyof Content] }
  : { body?: never }

/** The declared names alone: openapi-typescript adds an index signature to each set of headers. */
type Declared<Headers> = {
  [Name in keyof Headers as string extends Name
    ? never
    : Name extends EngineHeader
      ? never
      : Name]: string
}
type RequiredHeader<Id extends OperationId, Status> = Status extends number
  ? Table[Id]['responses'] extends Record<`${Status}`, { headers: infer Outlines }>
    ? {
        [Name in keyof Outlines]: Outlines[Name] extends { required: true } ? Name : never
      }[keyof Outlines]
    : never
  : never
type HeadersOf<Id extends OperationId, Status, All> = Partial<All> &
  Required<Pick<All, Extract<keyof All, RequiredHeader<Id, Status>>>> extends infer Both
  ? Record<never, never> extends Both
    ? { headers?: Both }
    : { headers: Both }
  : never

type Answer<Id extends OperationId, Status extends keyof Responses<Id>> = {
  status: Status
} & BodyOf<Responses<Id>[Status]> &
  (Responses<Id>[Status] extends { headers: infer Headers }
    ? HeadersOf<Id, Status, Declared<Headers>>
    : { headers?: never })

/** What a handler may answer; everything else is a refusal, thrown. */
type Response<Id extends OperationId> = {
  [Status in SuccessOf<Id>]: Answer<Id, Status>
}[SuccessOf<Id>]

export type Handler<Id extends OperationId> = (
  request: Request<Id>,
  context: ContextOf<Id>,
) => Response<Id> | Promise<Response<Id>>

/** What the first step of a write is given. */
type PrepareContext = Pick<Context, 'log' | 'requestId' | 'clientAddress' | 'signal'>

/** A write in two steps. The entries that it invalidates are marked between them. */
export interface StagedHandler<Id extends OperationId> {
  /** Does what is slow and changes nothing, such as hashing a password. */
  readonly prepare: (request: Request<Id>, context: PrepareContext) => Promise<unknown>
  /** Returns the id of the principal whose answers change, where that is not the caller. */
  readonly affects?: ((prepared: never) => string) | undefined
  /** Writes and answers. */
  readonly run: (
    request: Request<Id>,
    context: Context<Id>,
    prepared: never,
  ) => Response<Id> | Promise<Response<Id>>
}

/** Types a write in two steps by what its first step returns. */
export function staged<Id extends OperationId, Prepared>(
  _operationId: Id,
  handler: {
    readonly prepare: (request: Request<Id>, context: PrepareContext) => Promise<Prepared>
    readonly affects?: (prepared: Prepared) => string
    readonly run: (
      request: Request<Id>,
      context: Context<Id>,
      prepared: Prepared,
    ) => Response<Id> | Promise<Response<Id>>
  },
): StagedHandler<Id> {
  return handler
}

/** One handler for each operation of the contract, none left out. */
export type Handlers = { readonly [Id in OperationId]: Handler<Id> | StagedHandler<Id> }

// One request on its way through the engine, and the only thing that its steps share: each reads what
// earlier ones found and adds its own. openapi-backend is given it as the request.
import type { IncomingMessage } from 'node:http'
import type { Context as KoaContext } from 'koa'
import type { Request as BackendRequest } from 'openapi-backend'
import type { Logger } from '../lib/log.ts'
import { type ApiError, type FieldError, maxFieldErrors } from './errors.ts'
import type { RequestFiles } from './files.ts'
import type { Operation } from './operation.ts'
import type { Unsent } from './response.ts'
import type { Write } from './steps/cache.ts'
import { preferredType } from './steps/media-types.ts'
import type { Values } from './steps/parameters.ts'
import type { CallerBy, HandlerContext, Owner, Principal } from './types.ts'

/** What every request carries from its first step on, whether or not the contract knows it. */
export interface State {
  requestId: string
  /** The trace that the request belongs to; absent while tracing is off. */
  traceId?: string
  /** What the client is counted by; absent where nothing logs requests. */
  clientAddress?: string
  /** Without the request's own fields; the context adds them when a handler logs. */
  log: Logger
  /** What every response has beside its own headers. */
  headers: Readonly<Record<string, string>>
  /** What all responses of this process together have left to send. */
  unsent: Unsent
  /** How many bytes of it are this response's body. */
  bodyBytes: number
  /** Why this cannot be read as a request at all. */
  unreadable: ApiError | undefined
  /** What the engine has found out so far; absent outside the contract. */
  context?: RequestContext
}

export type EngineKoaContext = KoaContext & { state: State }

/** Returns what a client is counted by, from a request's connection and headers. */
export type AddressOf = (req: IncomingMessage) => string

interface Options {
  readonly log: Logger
  readonly addressOf: AddressOf
}

const nothing = Object.freeze({})

type InvalidateMore = (
  id: string,
  params?: Values,
  whose?: { readonly principalId: string },
) => Promise<void>

export class RequestContext implements HandlerContext<unknown, unknown, InvalidateMore> {
  readonly ctx: EngineKoaContext
  readonly #options: Options
  readonly requestId: string

  // What openapi-backend calls a request: everything as it was sent.
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Record<string, string | string[]>
  readonly cookies: Record<string, string> = nothing

  // What the router finds; undefined where no operation matches.
  operation: Operation | undefined
  params: Readonly<Record<string, string>> = nothing

  // What the later steps find.
  principal: Principal | CallerBy | null = null
  /** Names the principal among the callers of an operation, whichever schemes it has. */
  callerKey: string | undefined
  owner: Owner | undefined
  pathValues: Readonly<Values> = nothing
  queryValues: Readonly<Values> = nothing
  headerValues: Readonly<Values> = nothing
  cookieValues: Readonly<Values> = nothing
  /** The media type of the body as it was sent; undefined where none was sent. */
  bodyType: string | undefined
  /** The media type or range that the operation declares for it. */
  declaredType = ''
  requestBody: unknown
  files: RequestFiles | undefined
  readonly fieldErrors: FieldError[] = []

  /** Whether the request has had a turn at the database. */
  hasBegun = false

  /** Whether the response may be looked up in the cache and kept there. */
  isCacheable = true

  // What a write says on its way.
  ifMatch: ((current: unknown, etag?: string) => void) | undefined
  /** Whether the handler has compared `If-Match`. */
  hasCompared = false
  #transaction: unknown
  /** Whether the handler has taken the transaction that was opened for it. */
  hasJoined = false
  invalidation: Write | null = null
  /** Aborts when the event stream ends that answers this request. */
  streamEnd: AbortController | undefined

  constructor(ctx: EngineKoaContext, options: Options) {
    this.ctx = ctx
    this.#options = options
    this.requestId = ctx.state.requestId
    this.method = ctx.method
    this.path = ctx.path
    this.query = ctx.querystring
    this.headers = ctx.req.headers as Record<string, string | string[]>
  }

  addFieldErrors(found: readonly FieldError[]) {
    for (const it of found) {
      if (this.fieldErrors.length < maxFieldErrors) this.fieldErrors.push(it)
    }
  }

  /** Offers the handler a transaction to write in. */
  offerTransaction(transaction: unknown) {
    this.#transaction = transaction
  }

  // What a handler calls its context: made on access, since few handlers need it.
  get log(): Logger {
    const { requestId, operation } = this
    const { traceId } = this.ctx.state
    const fields = { requestId, operationId: operation?.operationId }
    return this.#options.log.child(traceId === undefined ? fields : { ...fields, traceId })
  }
  get clientAddress(): string {
    return this.#options.addressOf(this.ctx.req)
  }
  get transaction(): unknown {
    this.hasJoined = true
    return this.#transaction
  }
  get invalidates(): InvalidateMore {
    return async (id, params, whose) => {
      if (this.invalidation === null)
        throw new Error('x-invalidates is empty: nothing can be added to it')
      await this.invalidation.add(id, { values: params ?? {}, ...whose })
    }
  }
  /** Whether the client has closed its connection. */
  get isGone(): boolean {
    return this.ctx.res.destroyed
  }
  get accepts() {
    const { accept } = this.ctx.req.headers
    return <Type extends string>(...types: readonly [Type, ...Type[]]): Type => {
      const preferred = preferredType(accept, types)
      return types.find((it) => it === preferred) ?? types[0]
    }
  }
  get lastEventId(): string | undefined {
    const sent = this.ctx.req.headers['last-event-id']
    // Node reads headers as Latin-1; browsers send ids in UTF-8.
    return sent ? Buffer.from(String(sent), 'latin1').toString() : undefined
  }
  get signal(): AbortSignal {
    if (this.streamEnd !== undefined) return this.streamEnd.signal
    const controller = new AbortController()
    const { res } = this.ctx
    if (res.destroyed) controller.abort()
    else res.once('close', () => res.writableFinished || controller.abort())
    return controller.signal
  }
}

/** Returns the context behind what openapi-backend passes around as its request. */
export function contextOf(request: BackendRequest): RequestContext {
  if (request instanceof RequestContext) return request
  throw new TypeError('openapi-backend was given a request that is not a RequestContext')
}

// One request on its way through the engine, and the only thing that its steps share: each reads
// what earlier ones found and adds its own. It is what openapi-backend is given as the request.
import type { IncomingMessage } from 'node:http'
import type { Context as KoaContext } from 'koa'
import type { Request as BackendRequest } from 'openapi-backend'
import type { Logger } from '../lib/log.ts'
import type { Transaction } from '../lib/transaction.ts'
import type { Invalidate } from './cache-by-hand.ts'
import type { ApiError, FieldError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { State } from './state.ts'
import type { Write } from './steps/cache.ts'
import type { Values } from './steps/parameters.ts'
import type { Context, Principal } from './types.ts'

/** By what a client is counted, from a request's connection and headers. */
export type AddressOf = (req: IncomingMessage) => string

interface Surroundings {
  readonly log: Logger
  readonly addressOf: AddressOf
}

const nothing = Object.freeze({})

export class RequestContext implements Context {
  readonly ctx: KoaContext & { state: State }
  readonly #log: Logger
  readonly #addressOf: AddressOf
  readonly requestId: string

  // What openapi-backend calls a request: everything as it was sent.
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Record<string, string | string[]>
  readonly cookies: Record<string, string> = nothing

  // Found while matching. `refusal` says why nothing matched.
  operation: Operation | undefined
  refusal: ApiError | undefined
  params: Readonly<Record<string, string>> = nothing

  // Found by the later steps.
  principal: Principal | null = null
  /** What kept the caller from being recognized. */
  failure: unknown
  pathValues: Readonly<Values> = nothing
  queryValues: Readonly<Values> = nothing
  headerValues: Readonly<Values> = nothing
  cookieValues: Readonly<Values> = nothing
  /** The media type of the body; undefined where none was sent. */
  bodyType: string | undefined
  requestBody: unknown
  readonly faults: FieldError[] = []

  /** Whether the answer may be looked up in the cache and kept there. */
  isCacheable = true

  // What a write says on its way.
  ifMatch: ((current: unknown) => void) | undefined
  /** Whether `If-Match` has been compared. */
  compared = false
  #transaction: Transaction | undefined
  /** Whether the handler has taken the transaction that was opened for it. */
  isJoined = false
  change: Write | null = null

  constructor(ctx: KoaContext & { state: State }, { log, addressOf }: Surroundings) {
    this.ctx = ctx
    this.#log = log
    this.#addressOf = addressOf
    this.requestId = ctx.state.requestId
    this.method = ctx.method
    this.path = ctx.path
    this.query = ctx.querystring
    this.headers = ctx.req.headers as Record<string, string | string[]>
  }

  /** Gives the handler a transaction to write in. */
  open(transaction: Transaction) {
    this.#transaction = transaction
  }

  // What a handler calls its context: made when it is asked for, since few ask.
  get log(): Logger {
    return this.#log.child({ requestId: this.requestId, operationId: this.operation?.operationId })
  }
  get clientAddress(): string {
    return this.#addressOf(this.ctx.req)
  }
  get transaction(): Transaction | undefined {
    this.isJoined = true
    return this.#transaction
  }
  get invalidates(): Invalidate {
    return async (id, params, whose) => {
      if (this.change === null)
        throw new Error('x-invalidates is empty: nothing can be added to it')
      await this.change.add(id, { values: params ?? {}, ...whose })
    }
  }
  /** Whether the client has closed its connection. */
  get isGone(): boolean {
    return this.ctx.res.destroyed
  }

  get signal(): AbortSignal {
    const controller = new AbortController()
    const { res } = this.ctx
    if (res.destroyed) controller.abort()
    else res.once('close', () => res.writableFinished || controller.abort())
    return controller.signal
  }
}

/** The context behind what openapi-backend passes around as its request. */
export function contextOf(request: BackendRequest): RequestContext {
  if (request instanceof RequestContext) return request
  throw new TypeError('openapi-backend was given a request that is not an context')
}

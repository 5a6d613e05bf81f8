// What the engine knows of an operation, and the tables of functions that codegen compiles for it.
// `generated/` holds one of each for every operation of the contract; nothing here names any of them.
import type { ErrorObject } from 'ajv'
import type { Engine } from './types.ts'

export interface Operation extends Policies {
  readonly operationId: string
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete' | 'head' | 'options'
  readonly path: string
  /** Alternatives, each a record of security scheme to scopes; empty means open to anyone. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters: {
    readonly path: ParameterTable
    readonly query: ParameterTable
    readonly header: ParameterTable
    readonly cookie: ParameterTable
  }
  /** By media type or media range. */
  readonly body: {
    readonly required: boolean
    readonly types: Readonly<Record<string, BodyOutline>>
  } | null
  /** By status, by range such as `4XX`, and `default`. */
  readonly responses: Readonly<Record<string, ResponseOutline>>
}

/**
 * Returns the key of the response that an operation documents for a status: the status itself, else its
 * range, else `default`, which have bodies; undefined where it documents none.
 */
export function responseKey({ responses }: Operation, status: number): string | number | undefined {
  if (status in responses) return status
  const mayHaveBody = status >= 200 && status <= 599 && ![204, 205, 304].includes(status)
  if (!mayHaveBody) return undefined
  return [`${Math.floor(status / 100)}XX`, 'default'].find((key) => key in responses)
}

/** How the credentials of a security scheme are sent; a bearer token is also that of OAuth 2 and OpenID. */
export type SecurityScheme =
  | { readonly type: 'bearer' }
  | { readonly type: 'basic' }
  | { readonly type: 'header' | 'query' | 'cookie'; readonly name: string }

/** What the extensions of the contract's vocabulary say of an operation. */
export interface Policies {
  readonly owner?: string
  readonly cache?: CachePolicy
  /** By read, cached or not, the path parameters that narrow what is dropped; none drops all of it. */
  readonly invalidates?: Readonly<Record<string, readonly string[]>>
  readonly rateLimit?: {
    readonly limit: number
    readonly window: number
    readonly by: 'ip' | 'principal'
  }
  /** Honours `Idempotency-Key`. */
  readonly idempotent?: true
}

export interface CachePolicy {
  /** For how many seconds the server keeps a response. */
  readonly ttl: number
  /**
   * Whether all callers share a response or each caller has a separate one. With `own`, only the caller's
   * writes change it, so they drop no other caller's.
   */
  readonly scope: 'public' | 'principal' | 'own'
  /**
   * For how many seconds a client may use it without revalidation; `default` leaves the number to the
   * configuration. Without it a client revalidates each time, so that it never misses its own write.
   */
  readonly maxAge?: number | 'default'
  /** A hash of what writes the stored bytes: entries of a build with another shape are not found. */
  readonly shape: string
  /** Query parameters of a list with endless values: pages that a client asks for by one are not kept. */
  readonly endless?: readonly string[]
  /** The subsets of its path parameters by which entries are dropped, the empty one among them. */
  readonly tags: readonly (readonly string[])[]
}

export interface BodyOutline extends FormOutline {
  /** The files of a multipart body. */
  readonly files?: Readonly<Record<string, FileOutline>>
  /** How the bytes become the value that the handler is given. */
  readonly kind: 'json' | 'lines' | 'form' | 'multipart' | 'text' | 'binary'
  /** The largest body in bytes, where it is not the one of the whole service. */
  readonly limit?: number
}

/** How a file of a multipart body is read. */
export interface FileOutline {
  readonly isList?: true
  /** The media types and ranges that it may have. */
  readonly types?: readonly string[]
  /** In bytes. */
  readonly maxSize?: number
  readonly maxCount?: number
}

/** How the fields of a form are read, where they are no texts. */
export interface FormOutline {
  readonly fields?: ParameterTable
  /** The fields whose text, or each of whose texts, is JSON. */
  readonly json?: readonly string[]
  /** The fields that an empty text leaves out, because their schema does not take it. */
  readonly skipsEmpty?: readonly string[]
}

export type ParameterTable = Readonly<Record<string, ParameterOutline>>

export interface ParameterOutline {
  /** What its text stands for; `shaped` where `style` and `shape` say how it is read. */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'shaped'
  readonly required: boolean
  readonly default?: unknown
  readonly style?: 'simple' | 'label' | 'matrix' | QueryStyle
  readonly explode?: boolean
  readonly shape?: Shape
  /** A list whose order and repetition do not matter: in any spelling it is the same question. */
  readonly isSet?: true
  /** The text is JSON. */
  readonly isJson?: true
  /** An empty text stands for a parameter that is left out. */
  readonly skipsEmpty?: true
  /** Clients send a plus sign as it is. */
  readonly isReserved?: true
}

type QueryStyle = 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'

export type ScalarType = 'null' | 'boolean' | 'integer' | 'number' | 'string'

/** What a parameter may be: a scalar of these types, a list or an object. */
export interface Shape {
  readonly types: readonly ScalarType[]
  readonly items?: Shape
  readonly members?: Readonly<Record<string, Shape>>
  /** What members without a declaration are; without it they are left out. */
  readonly others?: Shape | undefined
  /** Members without a declaration are read for the schema to reject them. */
  readonly isClosed?: true | undefined
}

export interface ResponseOutline {
  /** The media type of the body, the first where it has several, null where there is none. */
  readonly type: string | null
  /** Where a response has several media types, or a range of them: what a handler may choose from. */
  readonly types?: Readonly<Record<string, ContentOutline>>
  /** Whether handlers give the body as text, bytes or a stream: of values where it has a serializer. */
  readonly isRaw?: true
  readonly headers: ParameterTable
}

export interface ContentOutline {
  readonly isRaw?: true
  /** The key of its serializer and validator. */
  readonly key: string
}

/** One compiled schema: returns whether a value fits, and leaves what was wrong in `errors`. */
export interface Validator {
  (value: unknown): boolean
  errors?: readonly ErrorObject[] | null
}

export interface OperationValidators<
  MediaType extends string = string,
  Status extends PropertyKey = string,
> {
  readonly parameters: Readonly<Record<'path' | 'query' | 'header' | 'cookie', Validator>>
  readonly body: Readonly<Record<MediaType, Validator>>
  /** By media type; each value of a body that is read line by line. */
  readonly items?: Readonly<Record<string, Validator>>
  /** By status; only those with a body. */
  readonly responses: Readonly<Record<Status, Validator>>
  /** By status; the headers of a response by their names in lower case, as `parseHeaders` has them. */
  readonly headers: Readonly<Record<string, Validator>>
}

/** Tells whether a request of this method changes nothing (RFC 9110, section 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'get' || method === 'head' || method === 'options'
}

export type Serializer = (value: unknown) => string

export type ValidatorTable = Readonly<Record<string, OperationValidators>>

/** The validators of these operations, whose names the compiler checks. */
export type ValidatorsOf<Operations> = {
  readonly [Id in keyof Operations]: OperationValidators<
    MediaTypeOf<Operations[Id]>,
    StatusOf<Operations[Id]>
  >
}
type MediaTypeOf<Operation> = Operation extends {
  body: { types: infer Types }
}
  ? keyof Types & string
  : never

type StatusOf<Operation> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses]: Responses[Status] extends { type: string } ? Status : never
    }[keyof Responses]
  : never

/** By operation and status; only responses with a body. */
export type SerializerTable<Id extends string> = Readonly<
  Record<Id, Readonly<Record<string, Serializer>>>
>

/** Returns what keeps a service from its start: where its contract and what it is given differ. */
export function startErrors(engine: Engine): string[] {
  const { operations, handlers, authenticators, idempotency, anyOwnerScope, owners, files } = engine
  const schemes = Object.keys(authenticators)
  const unknown = Object.keys(handlers).filter((name) => !(name in operations))
  return [
    ...unknown.map((name) => `${name}: there is a handler, but no such operation in the contract`),
    ...Object.values(operations).flatMap((operation) => {
      const { operationId: id, security, owner, parameters } = operation
      const names = security?.flatMap(Object.keys) ?? []
      const isLookedUp =
        anyOwnerScope !== undefined && owner !== undefined && owner in parameters.path
      return [
        !(id in handlers) && `${id}: the contract has it, but there is no handler`,
        security === undefined && `${id}: declares no security; an open one says security: []`,
        ...names.map((it) => !schemes.includes(it) && `${id}: nothing authenticates ${it}`),
        isLookedUp && !owners?.[owner] && `${id}: nothing finds the owner by ${owner}`,
        hasFiles(operation) && !files && `${id}: nothing stores the files of its body`,
        operation.idempotent && !idempotency && `${id}: nothing enforces its idempotent policy`,
      ].filter((it) => typeof it === 'string')
    }),
  ]
}

/** Tells whether files may come in the body of an operation. */
export function hasFiles({ body }: Pick<Operation, 'body'>): boolean {
  return Object.values(body?.types ?? {}).some(({ files }) => files !== undefined)
}

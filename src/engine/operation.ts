// What the engine knows of an operation. `generated/operations.ts` holds one of these for each
// operation of the contract; nothing here names any of them.

export interface Operation extends Policies {
  readonly operationId: string
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete'
  readonly path: string
  /** Alternatives, each a record of security scheme to scopes; empty means open to anyone. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters: {
    readonly path: ParameterTable
    readonly query: ParameterTable
    readonly header: ParameterTable
    readonly cookie: ParameterTable
  }
  readonly body: { readonly required: boolean; readonly types: readonly string[] } | null
  readonly responses: Readonly<Record<number, ResponseOutline>>
}

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
  /** For how many seconds the server keeps an answer. */
  readonly ttl: number
  /**
   * Whether all callers share an answer or each has one; `own` is one that only its caller's writes
   * change, so that theirs drop no one else's.
   */
  readonly scope: 'public' | 'principal' | 'own'
  /**
   * For how many seconds a client may use it without asking again; `default` leaves the number to
   * the configuration. Without it a client asks each time, so that it never misses its own write.
   */
  readonly maxAge?: number | 'default'
  /** A hash of what writes the stored bytes: entries of a build with another shape are not found. */
  readonly shape: string
  /** The subsets of its path parameters by which entries are dropped, the empty one among them. */
  readonly tags: readonly (readonly string[])[]
}

export type ParameterTable = Readonly<Record<string, ParameterOutline>>

export interface ParameterOutline {
  readonly type: 'string' | 'integer' | 'boolean'
  readonly required: boolean
  readonly default?: string | number | boolean
}

export interface ResponseOutline {
  /** The media type of the body, null where there is none. */
  readonly type: string | null
  readonly headers: ParameterTable
}

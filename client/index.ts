// The typed client for frontend teams: openapi-fetch with the types of the contract. This file adds the
// base path, tokens and problems; all paths, bodies and responses come from the contract.
// `npm run client:pack` builds a package from it.
import openapiFetch, { type Client as FetchClient } from 'openapi-fetch'
import type { components, operations, paths } from '../generated/openapi.d.ts'
import { contract, styles } from '../generated/operations.ts'
import { serializePath } from './path.ts'
import { createSession, memoryTokens, type TokenStore, type Tokens } from './session.ts'
import { withStyles } from './styles.ts'

export type { components, operations, paths, TokenStore, Tokens }
export { memoryTokens }

/** The schemas of the contract by name: `Schemas['User']` is the type of a user. */
export type Schemas = components['schemas']

/** Has a method for each HTTP method; it accepts the paths of that method and their parameters. */
export type Client = FetchClient<paths>

export interface ClientOptions {
  /** The origin of the service or its mock, such as `http://localhost:3000`, without `/api/v1`. */
  readonly baseUrl: string
  /** The path of the server URL, where SERVER_VARIABLES gives the service another one. */
  readonly basePath?: string
  /** The access token, or a function that is called for it before each request; undefined sends none. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
  /**
   * Instead of `token`: stores the tokens that `login` returns. The client gets the next access token
   * when one has expired, once for all waiting requests, and empties the store when the session ends.
   */
  readonly tokens?: TokenStore
  /**
   * With `tokens`, for browsers: the refresh token is in a cookie that scripts cannot read. Unless the
   * page comes from the service itself, CORS_ORIGINS has to admit its origin; on a local machine it
   * admits all pages of that machine.
   */
  readonly cookies?: boolean
  /** Used instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * Creates a client of the service. Its methods resolve with `{ data, response }` or
 * `{ error, response }`. They reject if there is no response, if `token` throws, and, before anything is
 * sent, if a path parameter cannot be part of a path, such as `..`.
 */
export function createClient(options: ClientOptions): Client {
  const { token, tokens: store, cookies = false, fetch, basePath = contract.basePath } = options
  const baseUrl = options.baseUrl.replace(/\/+$/, '') + basePath
  if (store) {
    const refreshUrl = `${baseUrl}/refresh`
    const send = fetch ?? ((request: Request) => globalThis.fetch(request))
    const session = createSession({ store, refreshUrl, cookies, fetch: send })
    const client = openapiFetch<paths>({
      baseUrl,
      pathSerializer: serializePath,
      fetch: session.fetch,
    })
    client.use(session.middleware)
    return withStyles(client, styles)
  }
  const client = openapiFetch<paths>({
    baseUrl,
    pathSerializer: serializePath,
    ...(fetch && { fetch }),
  })
  client.use({
    async onRequest({ request }) {
      const current = typeof token === 'function' ? await token() : token
      if (current && !request.headers.has('Authorization')) {
        request.headers.set('Authorization', `Bearer ${current}`)
      }
    },
  })
  return withStyles(client, styles)
}

export type ProblemCode = Schemas['ProblemCode']

/** A problem with one code. Only `validation_failed` has `errors`, one for each wrong field. */
export type ProblemOf<Code extends ProblemCode> = Omit<Schemas['Problem'], 'code' | 'errors'> & {
  readonly code: Code
} & (Code extends 'validation_failed'
    ? { readonly errors: Schemas['ProblemError'][] }
    : { readonly errors?: never })

/** A problem with any code: a union that `code` discriminates. */
export type Problem = { [Code in ProblemCode]: ProblemOf<Code> }[ProblemCode]

/**
 * Returns whether a value is a problem document of the service, not the error of a proxy or a browser.
 * A newer service may send codes that this client does not know, so keep the `default` of a `switch`.
 */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  const { code, title, status, detail, requestId, errors } = value as Record<string, unknown>
  const hasTexts = [code, title, detail, requestId].every((it) => typeof it === 'string')
  return (
    hasTexts &&
    typeof status === 'number' &&
    (code !== 'validation_failed' || Array.isArray(errors))
  )
}

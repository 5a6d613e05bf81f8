// The typed client for frontend teams: openapi-fetch over the types of the contract. It knows where
// the contract's paths begin, how a token is sent and what a problem looks like; every path, body
// and answer comes from the contract. `npm run client:pack` makes a package of it.
import openapiFetch, { type Client as FetchClient } from 'openapi-fetch'
import type { components, operations, paths } from '../generated/openapi.d.ts'
import { contract } from '../generated/operations.ts'
import { serializePath } from './path.ts'
import { lastingSession, memoryTokens, type TokenStore, type Tokens } from './session.ts'

export type { components, operations, paths, TokenStore, Tokens }
export { memoryTokens }

/** What the contract describes, by name: `Schemas['Post']`. */
export type Schemas = components['schemas']

/** A method for each HTTP method; it takes the paths that have it, and what each of them takes. */
export type Client = FetchClient<paths>

export interface ClientOptions {
  /** Where the service or its mock answers, such as `http://localhost:3000`, without `/api/v1`. */
  readonly baseUrl: string
  /** The access token, or where to get it: asked before each request; undefined sends none. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
  /**
   * Instead of `token`: where the client keeps what `login` answers. It gets the next access token
   * when one has expired, once for all requests that wait, and forgets them when the session ends.
   */
  readonly tokens?: TokenStore
  /**
   * With `tokens`, for browsers: the refresh token stays in a cookie that scripts cannot read. Unless
   * the page comes from the service itself, CORS_ORIGINS has to let its origin in; on a local machine
   * it lets in all pages of that machine.
   */
  readonly cookies?: boolean
  /** Used instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * A client of the service. Its methods resolve with `{ data, response }` or `{ error, response }`;
 * they reject where no response came, where `token` failed, and before anything is sent where a path
 * parameter cannot be part of a path, such as `..`.
 */
export function createClient(options: ClientOptions): Client {
  const { token, tokens: store, cookies = false, fetch } = options
  const baseUrl = options.baseUrl.replace(/\/+$/, '') + contract.basePath
  if (store) {
    const refreshUrl = `${baseUrl}/refresh`
    const send = fetch ?? ((request: Request) => globalThis.fetch(request))
    const session = lastingSession({ store, refreshUrl, cookies, fetch: send })
    const client = openapiFetch<paths>({
      baseUrl,
      pathSerializer: serializePath,
      fetch: session.fetch,
    })
    client.use(session.middleware)
    return client
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
  return client
}

export type ProblemCode = Schemas['ProblemCode']

/** A problem of one kind. Of all kinds `validation_failed` alone says in `errors` what was wrong. */
export type ProblemOf<Code extends ProblemCode> = Omit<Schemas['Problem'], 'code' | 'errors'> & {
  readonly code: Code
} & (Code extends 'validation_failed'
    ? { readonly errors: Schemas['ProblemError'][] }
    : { readonly errors?: never })

/** Why a request was not fulfilled: a union that is told apart by `code`. */
export type Problem = { [Code in ProblemCode]: ProblemOf<Code> }[ProblemCode]

/**
 * Whether something is a problem document of the service, and not what a proxy or a browser says.
 * A newer service may know codes that this client does not, so a `switch` keeps its `default`.
 */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  const { code, title, status, detail, requestId, errors } = value as Record<string, unknown>
  const words = [code, title, detail, requestId].every((it) => typeof it === 'string')
  return (
    words && typeof status === 'number' && (code !== 'validation_failed' || Array.isArray(errors))
  )
}

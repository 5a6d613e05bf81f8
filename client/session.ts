// Keeps a user logged in: stores the tokens of a login, and gets the next access token when one has
// expired, once for all requests that wait for it.
import type { Middleware } from 'openapi-fetch'
import type { components } from '../generated/openapi.d.ts'
import { exclusively, patience } from './exclusive.ts'

/** The tokens of a login; both are missing when no user is logged in. */
export interface Tokens {
  readonly access?: string | undefined
  /** Missing where a cookie of the browser holds it. */
  readonly refresh?: string | undefined
}

/** Stores the tokens: in memory, or where an application keeps its secrets. */
export interface TokenStore {
  load(): Tokens | Promise<Tokens>
  save(tokens: Tokens): void | Promise<void>
}

/** Returns a store that lasts as long as the page or the process. */
export function memoryTokens(initial: Tokens = {}): TokenStore {
  let tokens = initial
  return {
    load: () => tokens,
    save: (next) => {
      tokens = next
    },
  }
}

interface Options {
  readonly store: TokenStore
  readonly refreshUrl: string
  /** Whether a cookie holds the refresh token. */
  readonly cookies: boolean
  readonly fetch: (request: Request) => Promise<Response>
}

const loginOperations = ['POST /login', 'POST /refresh']
const logoutOperations = ['POST /logout', 'PUT /users/me/password', 'DELETE /users/me']
const withCookie = [...loginOperations, ...logoutOperations]

/** A request that was sent with an access token, and the login of this client that the token belongs to. */
interface Sent {
  readonly copy: Request
  readonly access: string
  readonly login: number
}

export interface Session {
  readonly middleware: Middleware
  /** Sends a request. One that sets the cookie waits until no other tab sends such a request. */
  readonly fetch: (request: Request) => Promise<Response>
}

/** Sends the access token with each request, and repeats a request that gets a 401 with the next token. */
export function createSession({ store, refreshUrl, cookies, fetch }: Options): Session {
  const scope = { name: `contract-first-api-client ${refreshUrl}`, owner: store }
  const sent = new Map<string, Sent>()
  const settingCookie = new WeakSet<Request>()
  let logins = 0
  /** The newest renewal: the token that was rejected, and the one that replaces it. */
  let renewal: { readonly from: string; readonly to: Promise<string | undefined> } | undefined

  async function tokensOf(response: Response): Promise<Tokens> {
    const granted = (await response.json()) as components['schemas']['Token']
    return { access: granted.access_token, refresh: granted.refresh_token }
  }

  /**
   * Requests the next tokens. Resolves with no tokens if the login has ended, and with undefined if the
   * service cannot tell. Rejects if no response comes within five seconds.
   */
  async function requestTokens(refresh: string | undefined): Promise<Tokens | undefined> {
    const body = refresh === undefined ? {} : { body: JSON.stringify({ refresh_token: refresh }) }
    const headers = { 'Content-Type': 'application/json' }
    const credentials = cookies ? 'include' : 'same-origin'
    const signal = AbortSignal.timeout(patience)
    const init = { method: 'POST', headers, credentials, signal, ...body } as const
    const response = await fetch(new Request(refreshUrl, init))
    if (response.ok) return tokensOf(response)
    return response.status === 401 ? {} : undefined
  }

  /**
   * Gets the next access token, one tab after the other. Tabs that share a store find the token that the
   * first of them has saved; with the default store each tab refreshes, with the current cookie.
   */
  function renew(from: string): Promise<string | undefined> {
    return exclusively(scope, async () => {
      const { access, refresh } = await store.load()
      if (access !== from) return access
      if (refresh === undefined && !cookies) return undefined
      // The service accepts a token again for ten seconds after its first use, in case a response is lost.
      const granted = await requestTokens(refresh).catch(() => requestTokens(refresh))
      if (granted === undefined) return undefined
      // If another tab has logged in as another user, this tab has sent that user's cookie.
      const next = isSameUser(from, granted.access) ? granted : {}
      // A login or logout in the meantime has already stored what is right.
      if ((await store.load()).access === from) await store.save(next)
      return next.access
    })
  }

  /** Returns the token that replaces a rejected one; undefined if the login has ended. */
  async function replacementFor(rejected: string): Promise<string | undefined> {
    const { access } = await store.load()
    if (access === undefined) return undefined
    // Another request, or another page with the same store, has renewed it already.
    if (access !== rejected) return access
    if (renewal?.from === rejected) return renewal.to
    const mine = { from: rejected, to: renew(rejected) }
    renewal = mine
    const forget = () => {
      if (renewal === mine) renewal = undefined
    }
    // A failed renewal may be repeated.
    mine.to.then((token) => token === undefined && forget(), forget)
    return mine.to
  }

  /** Repeats a request with the next token, unless that belongs to a user who has logged in since. */
  async function repeat({ copy, access, login }: Sent): Promise<Response | undefined> {
    const next = await replacementFor(access)
    if (next === undefined || login !== logins || !isSameUser(access, next)) return undefined
    copy.headers.set('Authorization', `Bearer ${next}`)
    return send(copy)
  }

  async function storeTokens(operation: string, response: Response) {
    if (!response.ok) return
    if (operation === 'POST /login') logins += 1
    if (loginOperations.includes(operation)) await store.save(await tokensOf(response.clone()))
    if (logoutOperations.includes(operation)) await store.save({})
  }

  function send(request: Request): Promise<Response> {
    return settingCookie.has(request) ? exclusively(scope, () => fetch(request)) : fetch(request)
  }

  const middleware: Middleware = {
    async onRequest({ request, schemaPath, id }) {
      const login = logins
      const { access } = await store.load()
      const operation = `${request.method} ${schemaPath}`
      const outgoing = prepared(request, operation)
      const isOpen = loginOperations.includes(operation) || outgoing.headers.has('Authorization')
      if (access !== undefined && !isOpen) {
        outgoing.headers.set('Authorization', `Bearer ${access}`)
        sent.set(id, { copy: prepared(outgoing.clone(), operation), access, login })
      }
      return outgoing
    },
    async onResponse({ request, response, schemaPath, id }) {
      const first = sent.get(id)
      sent.delete(id)
      const again = response.status === 401 && first ? await repeat(first) : undefined
      await storeTokens(`${request.method} ${schemaPath}`, again ?? response)
      return again
    },
    onError({ id }) {
      sent.delete(id)
    },
  }

  /** Returns the request, with credentials if its operation sends or sets the refresh cookie. */
  function prepared(request: Request, operation: string): Request {
    if (!cookies || !withCookie.includes(operation)) return request
    const outgoing = new Request(request, { credentials: 'include' })
    settingCookie.add(outgoing)
    return outgoing
  }

  return { middleware, fetch: send }
}

/**
 * Tells whether two access tokens may belong to one user: both name the same subject, or one of them
 * cannot be read.
 */
function isSameUser(one: string, other: string | undefined): boolean {
  const [first, second] = [subjectOf(one), subjectOf(other)]
  return first === undefined || second === undefined || first === second
}

function subjectOf(token: string | undefined): unknown {
  const [, payload = ''] = token?.split('.') ?? []
  try {
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub
  } catch {
    return undefined
  }
}

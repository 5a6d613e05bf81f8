// A login that lasts: keeps the tokens that the service answers, and gets another access token when
// one has expired, once for all the requests that wait for it.
import type { Middleware } from 'openapi-fetch'
import type { components } from '../generated/openapi.d.ts'
import { exclusively, patience } from './exclusive.ts'

/** The tokens of a login; none when there is none. */
export interface Tokens {
  readonly access?: string | undefined
  /** Missing where the browser keeps it, in a cookie. */
  readonly refresh?: string | undefined
}

/** Where the tokens are kept: in memory, or wherever an application keeps its secrets. */
export interface TokenStore {
  load(): Tokens | Promise<Tokens>
  save(tokens: Tokens): void | Promise<void>
}

/** Keeps them for as long as the page, or the process, is there. */
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
  /** Whether the refresh token is in a cookie. */
  readonly cookies: boolean
  readonly fetch: (request: Request) => Promise<Response>
}

const granting = ['POST /login', 'POST /refresh']
const ending = ['POST /logout', 'PUT /users/me/password', 'DELETE /users/me']
const withCookie = [...granting, ...ending]

/** A request that was sent with an access token, and to which of the client's logins that belonged. */
interface Sent {
  readonly copy: Request
  readonly access: string
  readonly login: number
}

export interface LastingSession {
  readonly middleware: Middleware
  /** Sends a request; one that sets the cookie waits until no other tab sends one of those. */
  readonly fetch: (request: Request) => Promise<Response>
}

/** Sends the access token, and a request again with the next one where it was refused for the first. */
export function lastingSession({ store, refreshUrl, cookies, fetch }: Options): LastingSession {
  const scope = { name: `contract-first-api-client ${refreshUrl}`, owner: store }
  const sent = new Map<string, Sent>()
  const settingCookie = new WeakSet<Request>()
  let logins = 0
  /** The last token that was renewed, or is being, and what instead of it. */
  let renewal: { readonly from: string; readonly to: Promise<string | undefined> } | undefined

  async function grantedBy(response: Response): Promise<Tokens> {
    const granted = (await response.json()) as components['schemas']['Token']
    return { access: granted.access_token, refresh: granted.refresh_token }
  }

  /**
   * Asks for the next tokens. Resolves to none where the login has ended, and to undefined where the
   * service cannot tell. Rejects where no answer comes within five seconds.
   */
  async function ask(refresh: string | undefined): Promise<Tokens | undefined> {
    const body = refresh === undefined ? {} : { body: JSON.stringify({ refresh_token: refresh }) }
    const headers = { 'Content-Type': 'application/json' }
    const credentials = cookies ? 'include' : 'same-origin'
    const signal = AbortSignal.timeout(patience)
    const init = { method: 'POST', headers, credentials, signal, ...body } as const
    const response = await fetch(new Request(refreshUrl, init))
    if (response.ok) return grantedBy(response)
    return response.status === 401 ? {} : undefined
  }

  /**
   * Gets the next access token, one tab after the other. A tab that shares its store with others finds
   * what an earlier one has saved; with the default store each refreshes, with the cookie as it is then.
   */
  function renew(from: string): Promise<string | undefined> {
    return exclusively(scope, async () => {
      const { access, refresh } = await store.load()
      if (access !== from) return access
      if (refresh === undefined && !cookies) return undefined
      // The service answers a token again for ten seconds after its first use, in case an answer is lost.
      const granted = await ask(refresh).catch(() => ask(refresh))
      if (granted === undefined) return undefined
      // Another tab may have logged in as another user, whose cookie this tab has sent.
      const next = isSameUser(from, granted.access) ? granted : {}
      // Who has logged in or out meanwhile has the last word about what is kept.
      if ((await store.load()).access === from) await store.save(next)
      return next.access
    })
  }

  /** The token to use instead of one that was refused; undefined where the login has ended. */
  async function insteadOf(refused: string): Promise<string | undefined> {
    const { access } = await store.load()
    if (access === undefined) return undefined
    // Another request, or another page with the same store, has been here before.
    if (access !== refused) return access
    if (renewal?.from === refused) return renewal.to
    const mine = { from: refused, to: renew(refused) }
    renewal = mine
    const forget = () => {
      if (renewal === mine) renewal = undefined
    }
    // What has failed may be tried again.
    mine.to.then((token) => token === undefined && forget(), forget)
    return mine.to
  }

  /** Sends it with the next token, unless that is somebody's who has logged in since. */
  async function repeat({ copy, access, login }: Sent): Promise<Response | undefined> {
    const next = await insteadOf(access)
    if (next === undefined || login !== logins || !isSameUser(access, next)) return undefined
    copy.headers.set('Authorization', `Bearer ${next}`)
    return send(copy)
  }

  async function takeNote(operation: string, response: Response) {
    if (!response.ok) return
    if (operation === 'POST /login') logins += 1
    if (granting.includes(operation)) await store.save(await grantedBy(response.clone()))
    if (ending.includes(operation)) await store.save({})
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
      const isOpen = granting.includes(operation) || outgoing.headers.has('Authorization')
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
      await takeNote(`${request.method} ${schemaPath}`, again ?? response)
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

// A login that lasts: keeps the tokens that the service answers, and gets another access token when
// one has expired, once for all the requests that wait for it.
import type { Middleware } from 'openapi-fetch'
import type { components } from '../generated/openapi.d.ts'

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

const granting = ['/login', '/refresh']
const ending = ['/logout', '/users/me/password']
const withCookie = [...granting, ...ending]

/** Sends the access token, and a request again with the next one where it was refused for the first. */
export function lastingSession({ store, refreshUrl, cookies, fetch }: Options): Middleware {
  const sent = new Map<string, { readonly copy: Request; readonly access: string }>()
  let renewing: Promise<string | undefined> | undefined
  let renewed: { readonly from: string; readonly to: string } | undefined

  async function keep(response: Response): Promise<string> {
    const granted = (await response.json()) as components['schemas']['Token']
    await store.save({ access: granted.access_token, refresh: granted.refresh_token })
    return granted.access_token
  }

  async function renew(from: string, refresh: string | undefined) {
    const body = refresh === undefined ? {} : { body: JSON.stringify({ refresh_token: refresh }) }
    const headers = { 'Content-Type': 'application/json' }
    const credentials = cookies ? 'include' : 'same-origin'
    const init = { method: 'POST', headers, credentials, ...body } as const
    const response = await fetch(new Request(refreshUrl, init))
    if (response.ok) renewed = { from, to: await keep(response) }
    else if (response.status === 401) await store.save({})
    return response.ok ? renewed?.to : undefined
  }

  /** The token to use instead of one that was refused; undefined where the login has ended. */
  async function insteadOf(refused: string): Promise<string | undefined> {
    const { access, refresh } = await store.load()
    // Another request, or another page with the same store, has been here before.
    if (access !== undefined && access !== refused) return access
    if (renewed?.from === refused) return renewed.to
    if (refresh === undefined && !cookies) return undefined
    renewing ??= renew(refused, refresh).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  return {
    async onRequest({ request, schemaPath, id }) {
      const { access } = await store.load()
      const isOpen = granting.includes(schemaPath) || request.headers.has('Authorization')
      if (access !== undefined && !isOpen) {
        request.headers.set('Authorization', `Bearer ${access}`)
        sent.set(id, { copy: request.clone(), access })
      }
      return cookies && withCookie.includes(schemaPath)
        ? new Request(request, { credentials: 'include' })
        : request
    },
    async onResponse({ response, schemaPath, id }) {
      const { copy, access } = sent.get(id) ?? {}
      sent.delete(id)
      if (response.ok && granting.includes(schemaPath)) await keep(response.clone())
      if (response.ok && ending.includes(schemaPath)) await store.save({})
      if (response.status !== 401 || copy === undefined || access === undefined) return undefined
      const next = await insteadOf(access)
      if (next === undefined) return undefined
      copy.headers.set('Authorization', `Bearer ${next}`)
      return fetch(copy)
    },
    onError({ id }) {
      sent.delete(id)
    },
  }
}

// How a client sends and receives refresh tokens: in a cookie or in the body. The service and the mock
// share these rules.
import { urlFor } from '../../contract.ts'

interface Options {
  /** Whether browsers send the cookie over https only: everywhere but on a local machine. */
  readonly secure: boolean
  /** How many seconds a browser keeps the cookie. */
  readonly lifetime: number
}

export type RefreshCookie = ReturnType<typeof refreshCookie>

/**
 * Returns values of `Set-Cookie` (RFC 6265) that set and clear the refresh token. Scripts and other sites
 * cannot read the cookie, and browsers send it to one operation only.
 */
export function refreshCookie({ secure, lifetime }: Options) {
  const scope = `Path=${urlFor('refreshToken', {})}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return {
    set: (token: string) => `refresh_token=${token}; Max-Age=${lifetime}; ${scope}`,
    clear: `refresh_token=; Max-Age=0; ${scope}`,
  }
}

/** `nowhere` is for a page of another site, which must neither receive nor replace the cookie. */
export type TokenPlace = 'cookie' | 'body' | 'nowhere'

interface Login {
  readonly body: { readonly refresh_token_in?: 'cookie' | 'body' }
  readonly headers: { readonly 'sec-fetch-site'?: string }
}

/** Returns where the response to a login carries the refresh token. */
export function tokenPlaceAtLogin({ body, headers }: Login): TokenPlace {
  const place = body.refresh_token_in ?? 'cookie'
  return place === 'cookie' && headers['sec-fetch-site'] === 'cross-site' ? 'nowhere' : place
}

interface Refresh {
  readonly body?: { readonly refresh_token?: string | null } | undefined
  readonly cookies: { readonly refresh_token?: string }
}

/** Returns the refresh token of a request and where the next one goes. The body precedes the cookie. */
export function sentToken({ body, cookies }: Refresh) {
  const inBody = body?.refresh_token ?? undefined
  return inBody === undefined
    ? ({ token: cookies.refresh_token, place: 'cookie' } as const)
    : ({ token: inBody, place: 'body' } as const)
}

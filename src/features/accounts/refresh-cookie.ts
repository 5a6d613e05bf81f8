// The cookie that carries a refresh token (RFC 6265): out of reach of scripts and of other sites, and
// sent to the one operation that reads it.
// Where a refresh token comes from and where the next one goes: the same for the service and the mock.
import { urlFor } from '../../contract.ts'

interface Options {
  /** Over https alone: everywhere but on a local machine. */
  readonly secure: boolean
  /** For how many seconds the browser keeps it. */
  readonly lifetime: number
}

export type RefreshCookie = ReturnType<typeof refreshCookie>

/** The values of `Set-Cookie` that leave a token with a browser, and that take it away. */
export function refreshCookie({ secure, lifetime }: Options) {
  const scope = `Path=${urlFor('refreshToken', {})}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return {
    holding: (token: string) => `refresh_token=${token}; Max-Age=${lifetime}; ${scope}`,
    none: `refresh_token=; Max-Age=0; ${scope}`,
  }
}

/** `nowhere` is for a page of another site, which must neither have nor replace the cookie. */
export type TokenPlace = 'cookie' | 'body' | 'nowhere'

interface Login {
  readonly body: { readonly refresh_token_in?: 'cookie' | 'body' }
  readonly headers: { readonly 'sec-fetch-site'?: string }
}

/** Returns where the answer to a login has the refresh token. */
export function placeAtLogin({ body, headers }: Login): TokenPlace {
  const place = body.refresh_token_in ?? 'cookie'
  return place === 'cookie' && headers['sec-fetch-site'] === 'cross-site' ? 'nowhere' : place
}

interface Refresh {
  readonly body?: { readonly refresh_token?: string | null } | undefined
  readonly cookies: { readonly refresh_token?: string }
}

/** Returns the refresh token that was sent and where the next one goes; the body's before the cookie's. */
export function sentToken({ body, cookies }: Refresh) {
  const inBody = body?.refresh_token ?? undefined
  return inBody === undefined
    ? ({ token: cookies.refresh_token, place: 'cookie' } as const)
    : ({ token: inBody, place: 'body' } as const)
}

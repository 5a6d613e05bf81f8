// The cookie that carries a refresh token (RFC 6265): out of reach of scripts and of other sites, and
// sent to the one operation that reads it.
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

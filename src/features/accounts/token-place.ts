// Where a refresh token comes from and where the next one goes: the same for the service and the mock.

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

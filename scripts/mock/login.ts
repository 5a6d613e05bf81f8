// The mock's logins. It stores none: a browser is logged in while it has the cookie, and any refresh token
// is valid. So a page that reloads, logs out or never logged in sees what the service would show.

import { operations } from '../../generated/operations.ts'
import type { Config } from '../../src/config/config.ts'
import { apiError } from '../../src/engine/errors.ts'
import type { HandlerResult } from '../../src/engine/types.ts'
import {
  refreshCookie,
  sentToken,
  type TokenPlace,
  tokenPlaceAtLogin,
} from '../../src/features/accounts/login.ts'
import { type ExampleHandler, prefersExample } from './examples.ts'

/** The refresh token of all logins. */
const refreshToken = 'refresh-token-of-the-mock'

/** Returns the handlers with the refresh cookie set or removed by the service's own code. */
export function withLogin(
  examples: Readonly<Record<string, ExampleHandler>>,
  { config, basePath }: { readonly config: Config; readonly basePath: string },
): Record<string, ExampleHandler> {
  const { sessionSeconds: lifetime } = config.auth
  const path = basePath + operations.refreshToken.path
  const cookie = refreshCookie({ secure: !config.local, lifetime, path })
  const ending = Object.entries(examples).map(([id, show]): [string, ExampleHandler] => [
    id,
    async (request, context) => withCookie(await show(request, context), cookie.clear),
  ])

  /** Returns a handler with the example of an operation that issues tokens, where the client asks for them. */
  const granting =
    (id: 'login' | 'refreshToken', placeOf: (request: never) => TokenPlace): ExampleHandler =>
    async (request, context) => {
      const answer = await examples[id]?.(request, context)
      if (answer === undefined) throw new Error(`the contract has no operation ${id}`)
      if (answer.status !== 200) return answer
      const shown = answer.body as object
      const preferred = 'refresh_token' in shown ? 'body' : 'cookie'
      const place = prefersExample(context.headers) ? preferred : placeOf(request as never)
      if (place === 'cookie') return withCookie(answer, cookie.set(refreshToken))
      const body = place === 'body' ? { ...shown, refresh_token: refreshToken } : shown
      return withCookie({ ...answer, body }, undefined)
    }

  return {
    ...Object.fromEntries(ending),
    login: granting('login', tokenPlaceAtLogin),
    refreshToken: granting('refreshToken', placeAtRefresh),
  }
}

/** Returns the place of the refresh token. @throws ApiError if neither body nor cookie has one. */
function placeAtRefresh(request: Parameters<typeof sentToken>[0]): TokenPlace {
  const { token, place } = sentToken(request)
  if (token !== undefined) return place
  const code = 'invalid_refresh_token'
  throw apiError('unauthenticated', 'The session has ended. Log in again.', { code })
}

/** Returns the result with another value in its `Set-Cookie`, or without it. */
function withCookie(answer: HandlerResult, value: string | undefined): HandlerResult {
  if (answer.headers?.['Set-Cookie'] === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': value } }
}

// Who may read the docs and the contract: anyone on a local machine, superusers in staging, nobody
// in production. A browser cannot send a token by itself, so a password will do as well.
import type { Middleware } from 'koa'
import type { AddressOf, State } from '../engine/context.ts'
import { apiError } from '../engine/errors.ts'
import { formats } from '../engine/formats.ts'
import type { Principal } from '../engine/types.ts'

export interface DocsAccess {
  readonly access: 'anyone' | 'superusers' | 'nobody'
  /** The scope of superusers. */
  readonly scope: string
  readonly byToken: (token: string) => Promise<Principal | null>
  readonly byPassword: (
    credentials: { login: string; password: string },
    clientAddress: string,
  ) => Promise<Principal | null>
}

/** Lets through whoever may read; 401 with a challenge that a browser asks its user by, or 403. */
export function guardDocs(
  { access, scope, byToken, byPassword }: DocsAccess,
  addressOf: AddressOf,
): Middleware<State> {
  return async (ctx, next) => {
    if (access === 'anyone') return next()
    ctx.vary('Authorization')
    const [scheme = '', credentials = ''] = ctx.get('authorization').split(' ')
    const principal = await principalBy(scheme.toLowerCase(), credentials, addressOf(ctx.req))
    if (principal === null) {
      const headers = { 'WWW-Authenticate': 'Basic realm="docs", charset="UTF-8"' }
      throw apiError('unauthenticated', 'The docs are for superusers.', { headers })
    }
    if (!principal.scopes.includes(scope)) {
      throw apiError('forbidden', 'The docs are for superusers.')
    }
    return next()
  }

  async function principalBy(scheme: string, credentials: string, clientAddress: string) {
    if (scheme === 'bearer') return byToken(credentials)
    if (scheme !== 'basic') return null
    const text = Buffer.from(credentials, 'base64').toString()
    const colon = text.indexOf(':')
    if (colon < 0 || !formats['no-nul']?.accepts(text)) return null
    const sent = { login: text.slice(0, colon), password: text.slice(colon + 1) }
    return byPassword(sent, clientAddress)
  }
}

// Who calls: the credentials of a request, and the principal whose they are.
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import type { Principal } from '../types.ts'

/** By security scheme, finds the principal that credentials belong to; null where there is none. */
export interface Authenticators {
  readonly bearer: (token: string) => Promise<Principal | null>
}

const bearerSyntax = /^Bearer +([\w.~+/-]+=*)$/i

/**
 * Leaves the principal of an access token (RFC 6750, section 2.1) in the context. Returns undefined where
 * the operation asks for no token, or none was sent. Only a principal is access: an error of the look-up
 * stays an error.
 */
export function authenticate(
  context: RequestContext,
  { security }: Operation,
  authenticators: Authenticators,
): Promise<void> | undefined {
  if (security.length === 0) return undefined
  const token = bearerSyntax.exec(context.ctx.req.headers.authorization ?? '')?.[1]
  return token === undefined ? undefined : findPrincipal(context, token, authenticators)
}

async function findPrincipal(context: RequestContext, token: string, { bearer }: Authenticators) {
  context.principal = await bearer(token)
}

/** Returns the 401 with its challenge. RFC 6750, section 3, names an error only for a sent token. */
export function unauthenticated(context: RequestContext) {
  const sent = /^bearer\b/i.test(context.ctx.req.headers.authorization ?? '')
  const challenge = sent ? 'Bearer error="invalid_token"' : 'Bearer'
  const detail = sent ? 'The access token is not valid.' : 'This operation needs an access token.'
  return apiError('unauthenticated', detail, { headers: { 'WWW-Authenticate': challenge } })
}

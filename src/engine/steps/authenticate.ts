// Who calls. Reads the credentials of a scheme from the request and asks the composition whose they
// are. Fails closed: only a principal is access; no answer is a 401, and an error stays an error.

import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { type Principal, superuserScope } from '../types.ts'

/** By security scheme: whose credentials these are, null when they are nobody's. */
export interface Authenticators {
  readonly bearer: (token: string) => Promise<Principal | null>
}

const bearerSyntax = /^Bearer +([\w.~+/-]+=*)$/i

/**
 * The security handler of the scheme `bearer` (RFC 6750, section 2.1). Leaves principal or failure in the
 * context: what openapi-backend makes of them has a hidden class of its own for each request, which
 * would take 2 µs to look at.
 */
export async function authenticateBearer(context: RequestContext, authenticators: Authenticators) {
  const token = bearerSyntax.exec(context.ctx.req.headers.authorization ?? '')?.[1]
  if (token === undefined) return null
  try {
    context.principal = await authenticators.bearer(token)
  } catch (error) {
    context.failure = error
  }
  return context.principal
}

/** Whether nobody known calls an operation that is not for everybody. */
export function isUnknown({ principal }: RequestContext, { security }: Operation): boolean {
  if (principal !== null || security.length === 0) return false
  return !security.some((it) => Object.keys(it).length === 0)
}

/**
 * Refuses whoever may not call the operation: unknown callers (401), those without a scope that
 * `security` asks for, and those who are not the owner that `x-owner` means (403).
 */
export function authorize(context: RequestContext, operation: Operation) {
  if (isUnknown(context, operation)) throw unauthenticated(context)
  const { principal } = context
  if (principal === null) return
  const held = (scope: string) => principal.scopes.includes(scope)
  if (!operation.security.some((it) => Object.values(it).every((scopes) => scopes.every(held)))) {
    throw apiError('forbidden', 'This operation needs rights that the caller does not have.')
  }
  if (operation.owner === undefined || held(superuserScope)) return
  if (!isOwn(context, operation.owner, principal)) {
    throw apiError('forbidden', 'This belongs to somebody else.')
  }
}

/** Whether a request is to what the caller owns; on a path without that parameter it always is. */
export function isOwn({ params }: RequestContext, owner: string, principal: Principal): boolean {
  return !(owner in params) || principal.owns[owner] === params[owner]
}

/** The 401 with its challenge: RFC 6750, section 3, names an error only for a token that was sent. */
export function unauthenticated(context: RequestContext) {
  const sent = /^bearer\b/i.test(context.ctx.req.headers.authorization ?? '')
  const challenge = sent ? 'Bearer error="invalid_token"' : 'Bearer'
  const detail = sent ? 'The access token is not valid.' : 'This operation needs an access token.'
  return apiError('unauthenticated', detail, { headers: { 'WWW-Authenticate': challenge } })
}

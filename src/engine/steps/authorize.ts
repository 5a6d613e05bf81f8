// What a caller may do: scopes, and `x-owner`, the resources that belong to one principal.
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import type { Owner, Principal } from '../types.ts'
import { unauthenticated } from './authenticate.ts'

export interface Ownership {
  /** The scope whose holders may act on what belongs to others; without it, no scope may. */
  readonly anyOwnerScope?: string
  /** By path parameter that `x-owner` names, finds the id of the owner who has a value. */
  readonly owners?: Readonly<Record<string, (value: string) => Promise<string | undefined>>>
}

/**
 * Checks that the caller may call the operation.
 * @throws ApiError unauthenticated for an anonymous client, forbidden without a scope that `security`
 *   asks for, or for a caller who is not the owner that `x-owner` means.
 */
export function authorize(
  context: RequestContext,
  { security, owner }: Operation,
  { anyOwnerScope }: Ownership,
) {
  if (security.length === 0) return
  const { principal } = context
  if (principal === null) {
    if (security.some((it) => Object.keys(it).length === 0)) return
    throw unauthenticated(context)
  }
  if (!security.some((it) => Object.values(it).every((scopes) => hasAll(principal, scopes)))) {
    throw apiError('forbidden', 'This operation needs rights that the caller does not have.')
  }
  if (owner === undefined || isOwn(context, owner, principal)) return
  if (anyOwnerScope === undefined || !principal.scopes.includes(anyOwnerScope)) {
    throw apiError('forbidden', 'This belongs to another user.')
  }
}

const hasAll = ({ scopes }: Principal, needed: readonly string[]) =>
  needed.every((it) => scopes.includes(it))

/** Tells whether a request is for the caller's own; on a path without the parameter it always is. */
export function isOwn({ params }: RequestContext, owner: string, principal: Principal): boolean {
  return !(owner in params) || principal.owns[owner] === params[owner]
}

/**
 * Returns the owner that a request names, undefined where the operation has none. The caller's own id
 * takes no query; any other is looked up.
 * @throws ApiError not_found where no owner has the value.
 */
export function resolveOwner(
  context: RequestContext,
  { owner: name }: Operation,
  ownership: Ownership,
): Owner | undefined | Promise<Owner> {
  if (name === undefined || context.principal === null) return undefined
  return ownOwner(context, name) ?? findOwner(name, context.params[name], ownership)
}

/** Returns the caller as the owner that a request names; undefined where it names another. */
export function ownOwner(context: RequestContext, name: string): Owner | undefined {
  const { principal } = context
  if (principal === null || !isOwn(context, name, principal)) return undefined
  return { id: principal.id, [name]: principal.owns[name] ?? '' }
}

/** @throws ApiError not_found where no owner has the value. */
export async function findOwner(name: string, value = '', { owners }: Ownership): Promise<Owner> {
  const id = await owners?.[name]?.(value)
  if (id === undefined) throw apiError('not_found', `There is no such ${name}.`)
  return { id, [name]: value }
}

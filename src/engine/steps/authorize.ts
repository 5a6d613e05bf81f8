// What a caller may do: `x-owner`, the resources that belong to one principal.
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import type { CallerBy, Owner, Principal } from '../types.ts'

export interface Ownership {
  /** The scope whose holders may act on what belongs to others; without it, no scope may. */
  readonly anyOwnerScope?: string
  /** By path parameter that `x-owner` names, finds the id of the owner who has a value. */
  readonly owners?: Readonly<Record<string, (value: string) => Promise<string | undefined>>>
}

/**
 * Checks that a caller is the owner whom `x-owner` means. Of several principals, each that owns something
 * of the kind has to own this, or the key of an application would open what its developer owns.
 * @throws ApiError forbidden for another caller without the scope for what belongs to others.
 */
export function authorize(
  context: RequestContext,
  { owner }: Operation,
  { anyOwnerScope }: Ownership,
) {
  const { principal, params } = context
  if (owner === undefined || principal === null || isOwn(context, owner)) return
  const mayAct = (it: Principal) =>
    it.owns[owner] === params[owner] ||
    (anyOwnerScope !== undefined && it.scopes.includes(anyOwnerScope))
  if (owner in params && principalsOf(principal, owner).every(mayAct)) return
  throw apiError('forbidden', 'This belongs to another user.')
}

/** Tells whether a request is for the caller's own; on a path without the parameter it always is. */
export function isOwn(context: RequestContext, owner: string): boolean {
  return ownPrincipal(context, owner) !== undefined
}

/** Returns the principal of the caller whose own a request is for. */
function ownPrincipal({ principal, params }: RequestContext, name: string): Principal | undefined {
  if (principal === null) return undefined
  const isNamed = name in params
  if (!('others' in principal)) {
    return isNamed && principal.owns[name] !== params[name] ? undefined : principal
  }
  const all = principalsOf(principal, name)
  const value = isNamed ? params[name] : all[0]?.owns[name]
  return all.every((it) => it.owns[name] === value) ? all[0] : undefined
}

/** Returns the principals of a caller who own something of a kind, or else all of them. */
function principalsOf(principal: Principal, name: string): Principal[] {
  const others = 'others' in principal ? (principal as CallerBy).others : {}
  const all = [principal, ...Object.values(others)]
  const owners = all.filter((it) => name in it.owns)
  return owners.length > 0 ? owners : all
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
  const own = ownPrincipal(context, name)
  return own && { id: own.id, [name]: own.owns[name] ?? '' }
}

/** @throws ApiError not_found where no owner has the value. */
export async function findOwner(name: string, value = '', { owners }: Ownership): Promise<Owner> {
  const id = await owners?.[name]?.(value)
  if (id === undefined) throw apiError('not_found', `There is no such ${name}.`)
  return { id, [name]: value }
}

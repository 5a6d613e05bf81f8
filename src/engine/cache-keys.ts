// Under which keys responses are kept and by which tags they are dropped. Pure: the same operation and
// the same request give the same names in every process.
//
// Tags are shared between builds. They follow from the operationId, the path and whether the read is
// secured, never from whether or how this build caches it, so that two builds on one Redis drop each
// other's entries. Keys are not shared: they carry the shape of the response.
import type { RequestContext } from './context.ts'
import type { CachePolicy, Operation } from './operation.ts'
import { isOwn, ownOwner } from './steps/authorize.ts'
import type { Values } from './steps/parameters.ts'
import type { CallerBy, CallerId, Owner, Principal } from './types.ts'

/** What of a request a response may depend on, beside the operation. */
export interface CacheRequest {
  readonly pathValues: Readonly<Values>
  readonly queryValues: Readonly<Values>
  /** The caller, where each has their own response. */
  readonly principalId: string | undefined
  /** Where several schemes lead to the operation, the caller as its handler knows them, and as keys do. */
  readonly caller?: CallerBy<CallerId>
  readonly callerKey?: string | undefined
  /** The caller as the owner that the request names; undefined where the fill has to look one up. */
  readonly owner?: Owner | undefined
  /** Whether code asks and not a request, which has keys of its own. */
  readonly isManual?: true
}

/** An operation that declares a cache. */
export type Cached = Operation & { readonly cache: CachePolicy }

export function isCached(operation: Operation): operation is Cached {
  return operation.cache !== undefined
}

/** Tells whether only so many requests can be made that a client cannot fill the cache with their responses. */
export function isBounded({ cache }: Operation, queryValues: Readonly<Values>): boolean {
  return cache?.endless?.every((name) => queryValues[name] === undefined) ?? true
}

/**
 * Returns the key of a response. Query parameters stand in the contract's order, with its defaults, and
 * sets in one order, so that one question has one key however it was put.
 * @throws Error where each caller has their own response and there is no caller.
 */
export function entryKey(operation: Cached, request: CacheRequest): string {
  const { operationId, cache } = operation
  const key = `${operationId}.${cache.shape}${request.isManual ? '~' : '?'}${questionOf(operation, request)}`
  if (cache.scope === 'public') return key
  return `${key}@${request.callerKey ?? callerOf(operation, request)}`
}

/**
 * Returns the parameters of a request in one spelling, as above.
 * @param except query parameters to leave out.
 */
export function questionOf(
  { parameters }: { readonly parameters: Pick<Operation['parameters'], 'path' | 'query'> },
  request: Pick<CacheRequest, 'pathValues' | 'queryValues'>,
  except: readonly string[] = [],
): string {
  let question = ''
  for (const name in parameters.path) question += pair(name, request.pathValues[name])
  for (const name in parameters.query) {
    const outline = parameters.query[name]
    const value = request.queryValues[name] ?? outline?.default
    if (value === undefined || except.includes(name)) continue
    const isSet = outline?.isSet === true && Array.isArray(value)
    question += pair(name, isSet ? [...new Set(value)].sort() : value)
  }
  return question
}

function callerOf({ operationId }: Operation, { principalId }: CacheRequest): string {
  if (principalId === undefined) throw new Error(`${operationId} is cached for a caller`)
  return principalId
}

/** Returns of a caller what the handler of a cached read may know. */
export function callerIdOf({ id, scheme, others }: CallerBy<Principal>): CallerBy<CallerId> {
  const ids = Object.entries(others).map(([name, it]) => [name, { id: it.id }])
  return { id, scheme, others: Object.fromEntries(ids) }
}

/**
 * Returns the tags of a response: one for each set of path parameters by which a write can name it. A
 * response to one caller has two for each, the caller's and everyone's, so that a write can drop either.
 */
export function entryTags(operation: Cached, request: CacheRequest): string[] {
  const { operationId: id, cache } = operation
  const tags: string[] = []
  for (const by of cache.tags) {
    const shared = tag(id, by, request.pathValues)
    if (cache.scope === 'public') tags.push(shared)
    else tags.push(ofCaller(shared, callerOf(operation, request)), ofEveryone(shared))
  }
  return tags
}

/** Returns all subsets of these names; sorted names give the same tags in every build. */
export function subsets(names: readonly string[]): string[][] {
  const [first, ...rest] = names
  if (first === undefined) return [[]]
  const others = subsets(rest)
  return [...others, ...others.map((it) => [first, ...it])]
}

/** Returns the tag of an operation's shared entries that have these values for these parameters. */
function tag(id: string, by: readonly string[], pathValues: Readonly<Values>): string {
  let name = `${id}#`
  for (const parameter of by) name += pair(parameter, pathValues[parameter])
  return name
}

const ofCaller = (shared: string, principalId: string) => `${shared}@${principalId}`
const ofEveryone = (shared: string) => `${shared}@*`

/**
 * Returns the tags by which a read's entries are dropped: those that all callers share, and those of
 * one principal, or of every principal where it is undefined.
 */
function droppedOf(
  read: Operation,
  by: readonly string[],
  { values, principalId }: Target,
): string[] {
  const shared = tag(read.operationId, by, values)
  if (read.security.length === 0) return [shared]
  const isOne = principalId !== undefined && onlySchemeOf(read) !== undefined
  return [shared, isOne ? ofCaller(shared, principalId) : ofEveryone(shared)]
}

/** Returns the scheme whose principals call an operation; undefined where there are several, or none. */
function onlySchemeOf({ security: [first = {}, ...others] }: Operation): string | undefined {
  const [name, ...more] = Object.keys(first)
  return others.length > 0 || more.length > 0 ? undefined : name
}

/** Which entries of a read are dropped. */
export interface Target {
  /** By path parameter; those that are left out may have any value. */
  readonly values: Readonly<Values>
  /** The caller whose they are, where each has their own; undefined means everyone's. */
  readonly principalId?: string | undefined
}

/**
 * Returns the tags by which code names entries.
 * @throws Error for parameters that the path of the operation does not have.
 */
export function targetTags(read: Operation, target: Target): string[] {
  const names = Object.keys(target.values).filter((it) => target.values[it] !== undefined)
  const known = pathNamesOf(read)
  const wrong = names.filter((it) => !known.includes(it))
  if (wrong.length > 0) {
    const inBraces = (it: readonly string[]) => (it.length === 0 ? '{}' : `{ ${it.join(', ')} }`)
    const by = `${inBraces(known)}, not by ${inBraces(names)}`
    throw new Error(`${read.operationId} is invalidated by ${by}`)
  }
  return droppedOf(
    read,
    known.filter((it) => names.includes(it)),
    target,
  )
}

type Operations = Readonly<Record<string, Operation>>

/**
 * Returns the tags of everything that a write names in `x-invalidates`. It drops everyone's
 * responses; one principal's alone where a read says that only their own writes change them, and the ids
 * of both come from the same scheme.
 */
export function droppedTags(operations: Operations, write: Operation, target: Target): string[] {
  const { invalidates = {} } = write
  const tags: string[] = []
  for (const id in invalidates) {
    const read = operations[id]
    if (read === undefined) continue
    const by = invalidates[id]?.filter((it) => target.values[it] !== undefined) ?? []
    const isOwn = read.cache?.scope === 'own' && onlySchemeOf(read) === onlySchemeOf(write)
    const principalId = isOwn ? target.principalId : undefined
    tags.push(...droppedOf(read, by, { ...target, principalId }))
  }
  return tags
}

/**
 * Returns the tags of the reads that a job names. As with a write, members of its payload that are
 * called like a path parameter of a read narrow what is dropped of it.
 * @throws Error for a name that is not a GET operation.
 */
export function tagsOfReads(
  operations: Operations,
  ids: readonly string[],
  target: Target,
): string[] {
  return ids.flatMap((id) => {
    const read = readOf(operations, id)
    const by = pathNamesOf(read).filter((it) => target.values[it] !== undefined)
    return droppedOf(read, by, target)
  })
}

/** @throws Error for a name that is not a GET operation. */
export function readOf(operations: Operations, id: string): Operation {
  const read = operations[id]
  if (read?.method !== 'get') throw new Error(`${id} is not a GET operation`)
  return read
}

const pathNamesOf = (read: Operation) => Object.keys(read.parameters.path).sort()

const pair = (name: string, value: unknown) =>
  `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value))}&`

/**
 * Returns which entries a write drops of the reads that it names. Where each caller has their own, these
 * are the caller's; everyone's where the client is anonymous, or where the caller acts for others: on
 * what another user owns, or by a scope. The handler may say whose instead.
 */
export function targetOf(
  { owner, security }: Operation,
  context: RequestContext,
  affected: string | undefined,
): Target {
  const { pathValues, principal } = context
  const values =
    owner === undefined || owner in pathValues
      ? pathValues
      : { ...pathValues, [owner]: ownOwner(context, owner)?.[owner] }
  if (affected !== undefined) return { values, principalId: affected }
  const isTheirs = owner === undefined || (principal !== null && isOwn(context, owner))
  const byScope = security.some((it) => Object.values(it).some((scopes) => scopes.length > 0))
  return { values, principalId: isTheirs && !byScope ? principal?.id : undefined }
}

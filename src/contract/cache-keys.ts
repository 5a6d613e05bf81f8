// Under which keys answers are kept and by which tags they are dropped. Pure: the same operation and
// the same request give the same names in every process.
import type { CachePolicy, Operation } from './operation.ts'
import type { Values } from './parameters.ts'

/** What of a request an answer may depend on, beside the operation. */
export interface CacheRequest {
  readonly pathValues: Readonly<Values>
  readonly queryValues: Readonly<Values>
  /** Whose answer it is, where each caller has their own. */
  readonly principalId: string | undefined
  /** Kept by code and not by a request: under a key of its own. */
  readonly byHand?: true
}

/** An operation that declares a cache. */
export type Cached = Operation & { readonly cache: CachePolicy }

export function isCached(operation: Operation): operation is Cached {
  return operation.cache !== undefined
}

/**
 * The key of an answer. Query parameters stand in the contract's order, with its defaults, so that
 * one question has one key however it was put.
 * @throws Error where each caller has their own answer and there is no caller.
 */
export function entryKey(operation: Cached, request: CacheRequest): string {
  const { operationId, parameters, cache } = operation
  let key = `${operationId}${request.byHand ? '~' : '?'}`
  for (const name in parameters.path) key += pair(name, request.pathValues[name])
  for (const name in parameters.query) {
    const value = request.queryValues[name] ?? parameters.query[name]?.default
    if (value !== undefined) key += pair(name, value)
  }
  if (cache.scope === 'public') return key
  if (request.principalId === undefined) throw new Error(`${operationId} is cached for a caller`)
  return `${key}@${request.principalId}`
}

/** The tags of an answer: one for each way in which a write may name it. */
export function entryTags({ operationId, cache }: Cached, pathValues: Readonly<Values>): string[] {
  return cache.tags.map((by) => tag(operationId, by, pathValues))
}

/** The tag of all entries of an operation that have these values for these parameters. */
function tag(id: string, by: readonly string[], pathValues: Readonly<Values>): string {
  let name = `${id}#`
  for (const parameter of by) name += pair(parameter, pathValues[parameter])
  return name
}

/**
 * The tag by which a piece of code names entries.
 * @throws Error for parameters by which the entries of this operation have no tag.
 */
export function targetTag({ operationId, cache }: Cached, target: Readonly<Values>): string {
  const names = Object.keys(target).filter((it) => target[it] !== undefined)
  const by = cache.tags.find(
    (it) => it.length === names.length && it.every((one) => names.includes(one)),
  )
  if (by !== undefined) return tag(operationId, by, target)
  const inBraces = (it: readonly string[]) => (it.length === 0 ? '{}' : `{ ${it.join(', ')} }`)
  const known = cache.tags.map(inBraces).join(', ')
  throw new Error(`${operationId} is invalidated by ${known}, not by ${inBraces(names)}`)
}

/** The tags that a write drops, as far as the contract knows them. */
export function droppedTags({ invalidates }: Operation, pathValues: Readonly<Values>): string[] {
  return Object.entries(invalidates ?? {}).map(([id, by]) => tag(id, by, pathValues))
}

const pair = (name: string, value: unknown) => `${name}=${encodeURIComponent(String(value))}&`

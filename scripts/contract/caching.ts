// What the contract's `x-cache` and `x-invalidates` come to: defaults filled in, and from the path
// parameters that reads and writes share, the tags by which entries are dropped.
import type { Policies } from '../../src/contract/operation.ts'
import { type Document, type DocumentedOperation, eachOperation } from './document.ts'

const defaultTtl = 3600

/** The policies of one operation, ready for the engine. */
export function cachePolicies(
  document: Document,
  found: DocumentedOperation,
): Pick<Policies, 'cache' | 'invalidates'> {
  const { operation } = found
  const { 'x-cache': cache, 'x-invalidates': targets } = operation
  const reads = cachedOperations(document)
  const known = targets && reads.filter((it) => targets.includes(it.operation.operationId))
  return {
    ...(cache && {
      cache: {
        ttl: cache.ttl ?? defaultTtl,
        scope: cache.scope ?? (isOpen(found) ? 'public' : 'principal'),
        ...(cache.maxAge !== undefined && { maxAge: cache.maxAge }),
        tags: tagsOf(document, found),
      },
    }),
    ...(known && {
      invalidates: Object.fromEntries(
        known.map((read) => [read.operation.operationId, shared(read, found)]),
      ),
    }),
  }
}

/** The operations that declare a cache. */
export function cachedOperations(document: Document): DocumentedOperation[] {
  return [...eachOperation(document)].filter((it) => it.operation['x-cache'] !== undefined)
}

/** The names of the path parameters of an operation, in the order of its path. */
export function pathNames({ path }: DocumentedOperation): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
}

const isOpen = ({ operation }: DocumentedOperation) =>
  !operation.security?.length || operation.security.some((it) => Object.keys(it).length === 0)

/** The path parameters by which a write narrows what it drops of a read. */
function shared(read: DocumentedOperation, write: DocumentedOperation): string[] {
  return pathNames(read).filter((name) => pathNames(write).includes(name))
}

/**
 * The subsets of its path parameters that some write names; beside them none at all and all of them,
 * which a script may name.
 */
function tagsOf(document: Document, read: DocumentedOperation): string[][] {
  const id = read.operation.operationId
  const writes = [...eachOperation(document)].filter((it) =>
    it.operation['x-invalidates']?.includes(id),
  )
  const subsets = [[], pathNames(read), ...writes.map((write) => shared(read, write))]
  return [...new Map(subsets.map((subset) => [subset.join(), subset])).values()]
}

// Completes the contract's `x-cache` and `x-invalidates` for the engine: defaults, the path parameters
// that reads and writes share, and a hash of the form of a cached response.
import { hash } from 'node:crypto'
import { subsets } from '../../src/engine/cache-keys.ts'
import type { Policies } from '../../src/engine/operation.ts'
import {
  type Document,
  type DocumentedOperation,
  eachMethod,
  follow,
  headersOf,
  type Parameter,
  pathNames,
  type Schema,
} from './document.ts'
import { sourceOf } from './writers.ts'

/** Tells whether a query parameter says which page of a list is meant; the others say which items it has. */
export const isPageParameter = (name: string) => name === 'cursor' || name === 'limit'

const defaultTtl = 3600

/** Returns the caching policies of one operation for the engine, given the document's GET operations. */
export function cachePolicies(
  document: Document,
  found: DocumentedOperation,
  reads: readonly Listed[],
): Pick<Policies, 'cache' | 'invalidates'> {
  const { operation } = found
  const { 'x-cache': cache, 'x-invalidates': targets } = operation
  const endless = endlessParameters(document, found)
  const known = targets && reads.filter((it) => targets.includes(it.operation.operationId))
  return {
    ...(cache && {
      cache: {
        ttl: cache.ttl ?? defaultTtl,
        scope: cache.scope ?? (isOpen(found) ? 'public' : 'principal'),
        ...(cache.maxAge !== undefined && { maxAge: cache.maxAge }),
        shape: shapeOf(document, found),
        ...(endless.length > 0 && { endless }),
        tags: subsets(pathNames(found).sort()),
      },
    }),
    ...(known && {
      invalidates: Object.fromEntries(
        known.map((read) => [read.operation.operationId, shared(read, found)]),
      ),
    }),
  }
}

/** Returns the query parameters of a list that take endlessly many values, as a search does. */
function endlessParameters(document: Document, { parameters }: DocumentedOperation): string[] {
  const query = parameters.filter((it) => it.in === 'query')
  if (!query.some(({ name }) => name === 'cursor')) return []
  return query
    .filter((it) => !isPageParameter(it.name) && isEndless(document, it))
    .map(({ name }) => name)
}

function isEndless(document: Document, { schema, 'x-set': isSet }: Parameter): boolean {
  const found = follow<Schema>(document, schema)
  if (found.items && !isSet) return true
  const { type, enum: values, const: value } = follow<Schema>(document, found.items ?? found)
  return !values && value === undefined && type !== 'boolean'
}

/** An operation without its parameters, which cost more to collect. */
type Listed = Omit<DocumentedOperation, 'parameters'>

/** Returns every GET operation. */
export function readOperations(document: Document): Listed[] {
  return [...eachMethod(document)].filter((it) => it.method === 'get')
}

const isOpen = ({ operation }: DocumentedOperation) =>
  !operation.security?.length || operation.security.some((it) => Object.keys(it).length === 0)

/**
 * Returns the path parameters by which a write selects the entries of a read that it drops. A write
 * whose `x-owner` is not in its path changes a resource of the caller.
 */
function shared(read: Listed, write: Listed): string[] {
  const known = [...pathNames(write), write.operation['x-owner']]
  return pathNames(read)
    .filter((name) => known.includes(name))
    .sort()
}

/**
 * Returns a hash of what decides the bytes of a cached response: the serializer of its 200, the media
 * type and the headers. Descriptions and examples do not change it.
 */
function shapeOf(document: Document, { operation }: DocumentedOperation): string {
  const success = operation.responses[200]
  const response = success && follow(document, success)
  const bodies = Object.entries(response?.content ?? {}).map(([type, { schema }]) => [
    type,
    sourceOf(document, schema),
  ])
  const headers = response
    ? headersOf(document, response).map(({ name, required, schema }) => {
        const { type } = follow(document, schema)
        return [name, required === true, type]
      })
    : []
  return hash('sha1', JSON.stringify([bodies, headers]), 'base64url').slice(0, 11)
}

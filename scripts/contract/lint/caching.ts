// Rules for caching: a policy has a form that the engine acts on, and no write leaves a stale entry.
import { isSafe } from '../../../src/engine/operation.ts'
import { readOperations } from '../caching.ts'
import {
  type Document,
  type DocumentedOperation,
  eachMethod,
  follow,
  pathNames,
  type Schema,
} from '../document.ts'
import { fits } from '../extensions.ts'
import { isSecured } from './operations.ts'
import { type Message, type Options, operationRule, type Rule } from './rule.ts'

export const cachingRules: readonly Rule[] = [
  operationRule(
    'engine/cache',
    'x-cache stands on a GET, in its form, and a write invalidates what it keeps.',
    checkCache,
  ),
  operationRule(
    'engine/invalidates',
    'x-invalidates stands on a write and lists GET operations.',
    checkInvalidates,
  ),
  operationRule(
    'style/invalidates',
    'A write lists the reads that it changes in x-invalidates.',
    ({ operation, method }) => [
      !isSafe(method) &&
        operation['x-invalidates'] === undefined &&
        'x-invalidates is missing; a write that changes no read says x-invalidates: []',
    ],
  ),
  operationRule(
    'style/invalidates-resource',
    'A write invalidates the reads of the resource that its path names.',
    checkResource,
  ),
  operationRule(
    'style/hard-delete',
    'A hard delete invalidates all that the soft delete of the same resource does.',
    checkHardDelete,
  ),
]

const cacheForm =
  '{ ttl?: seconds, scope?: public | principal | own, maxAge?: seconds | default, unchanging?: reason }'

function checkCache(found: DocumentedOperation, document: Document): Message[] {
  const { operation, method, parameters } = found
  const cache = operation['x-cache']
  const below = ['x-cache']
  if (cache === undefined) return []
  if (method !== 'get') return [{ below, message: 'x-cache belongs on a GET' }]
  if (!fits('x-cache', cache)) return [{ below, message: `x-cache must be ${cacheForm}` }]
  const id = operation.operationId
  const isInvalidated = [...eachMethod(document)].some((it) => invalidates(it, id))
  const unkeyed = parameters.filter(
    (it) => (it.in === 'header' && it.name !== 'If-None-Match') || it.in === 'cookie',
  )
  return [
    cache.scope !== undefined &&
      cache.scope !== 'public' &&
      !isSecured(operation) && {
        below: ['x-cache', 'scope'],
        message: `x-cache with scope ${cache.scope} needs security that lets no anonymous client in`,
      },
    !isInvalidated &&
      cache.unchanging === undefined && {
        below,
        message:
          'no write names this read in x-invalidates; add it there, or give the reason in x-cache.unchanging',
      },
    isInvalidated &&
      cache.unchanging !== undefined && {
        below: ['x-cache', 'unchanging'],
        message:
          'x-cache.unchanging says that nothing changes this read, but a write invalidates it',
      },
    ...unkeyed.map((it) => ({
      below,
      message: `a cached response must not depend on the ${it.in} ${it.name}`,
    })),
  ]
}

function checkInvalidates({ operation, method }: DocumentedOperation, document: Document) {
  const targets: unknown = operation['x-invalidates']
  const below = ['x-invalidates']
  if (targets === undefined) return []
  if (isSafe(method)) return [{ below, message: 'x-invalidates belongs on a write' }]
  if (!Array.isArray(targets)) return [{ below, message: 'x-invalidates must be a list' }]
  const reads = readOperations(document).map((it) => it.operation.operationId)
  return targets.flatMap((it, index) => {
    if (reads.includes(it)) return []
    return [
      { below: [...below, index], message: `x-invalidates names ${it}, which is no GET operation` },
    ]
  })
}

function checkResource(found: DocumentedOperation, document: Document): Message[] {
  return unnamedReads(found, document).map(({ path, operation: { operationId: id } }) => ({
    below: ['x-invalidates'],
    message: `x-invalidates must name ${id}, because this operation changes ${path}`,
  }))
}

/**
 * Returns the reads that a write changes and does not name. A resource is recognized by its path: a write
 * changes what the GET of its path shows. A write that frees the resource's name also changes everything
 * below that path, because another user may have the name next. Reads that are not cached count as well:
 * another build may cache them.
 */
export function unnamedReads(
  found: DocumentedOperation,
  document: Document,
): ReturnType<typeof readOperations> {
  if (!['put', 'patch', 'delete'].includes(found.method)) return []
  const resource = resourceOf(found)
  const isFreed = resource !== undefined && freesName(found, resource, document)
  const isChanged = (path: string) =>
    path === found.path || (isFreed && (path === resource || path.startsWith(`${resource}/`)))
  return readOperations(document).filter(
    (it) => isChanged(it.path) && !invalidates(found, it.operation.operationId),
  )
}

/** Returns the path of the resource that a write changes, when its last segment is a parameter. */
function resourceOf(found: DocumentedOperation): string | undefined {
  const { path, operation } = found
  const { 'x-owner': owner } = operation
  if (path.endsWith('}')) return path
  // `/users/me` with `x-owner: username` is another path of the resource `/users/{username}`.
  if (owner === undefined || pathNames(found).includes(owner)) return undefined
  return path.replace(/[^/]*$/, `{${owner}}`)
}

function freesName(found: DocumentedOperation, resource: string, document: Document): boolean {
  if (found.method === 'delete') return true
  const name = /\{(\w+)\}$/.exec(resource)?.[1]
  const { requestBody } = found.operation
  const content = requestBody && follow(document, requestBody).content
  return Object.values(content ?? {}).some(({ schema }) =>
    Object.keys(follow<Schema>(document, schema).properties ?? {}).includes(name ?? ''),
  )
}

function checkHardDelete(
  { operation }: DocumentedOperation,
  document: Document,
  { verb = 'erase', softVerb = 'delete' }: Options,
): Message[] {
  const id = operation.operationId ?? ''
  if (!id.startsWith(`${verb}`)) return []
  const softDelete = `${softVerb}${id.slice(`${verb}`.length)}`
  const sibling = [...eachMethod(document)].find((it) => it.operation.operationId === softDelete)
  const missing = sibling?.operation['x-invalidates']?.filter(
    (it) => !operation['x-invalidates']?.includes(it),
  )
  return (missing ?? []).map((it) => ({
    below: ['x-invalidates'],
    message: `x-invalidates must name ${it}, as ${softDelete} does`,
  }))
}

function invalidates({ operation }: Pick<DocumentedOperation, 'operation'>, id: string): boolean {
  const targets = operation['x-invalidates']
  return Array.isArray(targets) && targets.includes(id)
}

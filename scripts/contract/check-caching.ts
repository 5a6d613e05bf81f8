// Our rules for caching: policies have a form that something acts on, no cached answer is left
// behind by a write, and conditional requests work wherever there is something to compare.
import { pathNames, readOperations } from './caching.ts'
import {
  type CacheExtension,
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type MediaType,
  type Schema,
} from './document.ts'

type Said = (string | false)[]

const isWrite = (method: string) => method !== 'get'
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0

/** The rules that concern `x-cache` on one operation. */
export function checkCache(found: DocumentedOperation, document: Document): Said {
  const { operation, method, parameters } = found
  const cache = operation['x-cache']
  if (cache === undefined) return []
  if (isWrite(method)) return ['x-cache belongs on a GET']
  if (!isCachePolicy(cache)) return [`x-cache must be ${cacheForm}`]
  const id = operation.operationId
  const writes = [...eachOperation(document)].filter((it) => invalidates(it, id))
  const unkeyed = parameters.filter(
    (it) => (it.in === 'header' && it.name !== 'If-None-Match') || it.in === 'cookie',
  )
  return [
    cache.scope !== undefined &&
      cache.scope !== 'public' &&
      operation.security?.length === 0 &&
      `x-cache with scope ${cache.scope} needs security`,
    writes.length === 0 &&
      cache.unchanging === undefined &&
      'no write invalidates it: list it in x-invalidates, or say why not in x-cache.unchanging',
    writes.length > 0 &&
      cache.unchanging !== undefined &&
      'x-cache.unchanging says that nothing changes it, and a write invalidates it',
    ...unkeyed.map((it) => `it is cached, so its answer cannot depend on the ${it.in} ${it.name}`),
  ]
}

const cacheForm =
  '{ ttl?: seconds, scope?: public | principal | own, maxAge?: seconds | default, unchanging?: reason }'

function isCachePolicy(policy: CacheExtension): boolean {
  const { ttl = 1, scope = 'public', maxAge = 0, unchanging = 'reason', ...others } = policy
  return (
    Object.keys(others).length === 0 &&
    isCount(ttl) &&
    ttl > 0 &&
    (maxAge === 'default' || isCount(maxAge)) &&
    ['public', 'principal', 'own'].includes(scope) &&
    typeof unchanging === 'string' &&
    unchanging.length > 0
  )
}

/** The rules that concern `x-invalidates`: on every write, complete, and naming reads alone. */
export function checkInvalidation(found: DocumentedOperation, document: Document): Said {
  const { operation, method } = found
  const targets = operation['x-invalidates']
  if (!isWrite(method)) return [targets !== undefined && 'x-invalidates belongs on a write']
  if (!Array.isArray(targets))
    return ['a write says what it invalidates: x-invalidates: [] if nothing']
  const all = [...eachOperation(document)]
  const reads = all.filter((it) => !isWrite(it.method)).map((it) => it.operation.operationId)
  const wrong = targets.filter((it) => !reads.includes(it))
  return [
    ...wrong.map((it) => `x-invalidates names ${it}, which is no GET operation`),
    ...leftBehind(found, document),
    ...lessThanDeleting(found, all),
  ]
}

/**
 * A name that is free passes to another user, so every read under it changes. Reads that are not
 * cached count as well: another build may cache them.
 */
function leftBehind(found: DocumentedOperation, document: Document): Said {
  const reads = readOperations(document)
  return freedNames(found, document).flatMap((name) =>
    reads
      .filter((it) => pathNames(it).includes(name))
      .filter((it) => !invalidates(found, it.operation.operationId))
      .map((it) => `it frees a ${name}, so x-invalidates must name ${it.operation.operationId}`),
  )
}

/** The path parameters whose value another user may have after this write. */
function freedNames(found: DocumentedOperation, document: Document): string[] {
  const { path, method, operation } = found
  const { 'x-owner': owner } = operation
  // Deleting the caller's own account frees the caller's name, though the path does not have it.
  const isOwn = owner !== undefined && !pathNames(found).includes(owner)
  if (method === 'delete' && isOwn) return [owner]
  if (method === 'delete') return pathNames(found).slice(path.endsWith('}') ? -1 : Infinity)
  if (method !== 'patch' && method !== 'put') return []
  const body = operation.requestBody && follow(document, operation.requestBody)
  return Object.values(body?.content ?? {}).flatMap(({ schema }) =>
    Object.keys(follow<Schema>(document, schema).properties ?? {}),
  )
}

/** What is erased was visible until then, unless it was deleted: it drops what deleting drops. */
function lessThanDeleting({ operation }: DocumentedOperation, all: DocumentedOperation[]): Said {
  const thing = /^erase(\w+)$/.exec(operation.operationId)?.[1]
  const sibling = all.find((it) => it.operation.operationId === `delete${thing}`)
  const missing = sibling?.operation['x-invalidates']?.filter(
    (it) => !operation['x-invalidates']?.includes(it),
  )
  return (missing ?? []).map((it) => `delete${thing} invalidates ${it}, so this has to as well`)
}

/** Every GET can be asked whether it has changed, every change of what a GET shows can be guarded. */
export function checkConditions(found: DocumentedOperation, document: Document): Said {
  const { method, operation, path, parameters } = found
  const has = (header: string) => parameters.some((it) => it.name === header)
  if (method === 'get') {
    const success = operation.responses[200]
    if (success === undefined) return []
    const { headers = {} } = follow(document, success)
    const wanted = ['ETag', 'Cache-Control', 'Vary']
    if (operation['x-cache'] !== undefined) wanted.push('Cache-Status')
    return [
      !has('If-None-Match') && 'a GET has the header parameter If-None-Match',
      !(304 in operation.responses) && 'a GET documents 304',
      ...wanted.map((it) => !(it in headers) && `its 200 documents the header ${it}`),
    ]
  }
  if (!['patch', 'put', 'delete'].includes(method)) return []
  if (document.paths[path]?.get === undefined) return []
  return [
    ...lacksOfEtag(found, document),
    !has('If-Match') && 'a change of what GET shows here has the header parameter If-Match',
    !(412 in operation.responses) && 'a change of what GET shows here documents 412',
  ]
}

/** A write that answers the new state names it as the GET does, and answers all that the GET shows. */
function lacksOfEtag({ path, operation }: DocumentedOperation, document: Document): Said {
  const read = document.paths[path]?.get?.responses[200]
  const success = operation.responses[200] && follow(document, operation.responses[200])
  const [answered] = Object.values(success?.content ?? {})
  const [shown] = Object.values((read && follow(document, read).content) ?? {})
  if (answered === undefined || shown === undefined) return []
  const namesOf = ({ schema }: MediaType) =>
    Object.keys(follow<Schema>(document, schema).properties ?? {})
  const missing = namesOf(shown).filter((it) => !namesOf(answered).includes(it))
  if (missing.length > 0) return [`its 200 lacks ${missing.join(', ')}, which the GET here shows`]
  return [!('ETag' in (success?.headers ?? {})) && 'its 200 documents the header ETag']
}

function invalidates({ operation }: DocumentedOperation, id: string): boolean {
  const targets = operation['x-invalidates']
  return Array.isArray(targets) && targets.includes(id)
}

// What a client may keep, and requests that depend on what it has kept: `ETag`, `Cache-Control`, `Vary`
// and 304 for reads, `If-Match` for writes (RFC 9110, sections 8.8.3 and 13; RFC 9111).
import { hash } from 'node:crypto'
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { CachePolicy, Operation, Serializer } from '../operation.ts'
import type { ResponseHeaders, SerializedResponse } from '../response.ts'
import { credentialHeaders, type Security } from './authenticate.ts'

/** Returns the strong entity tag of a body: equal bytes, equal tag, whichever process made them. */
export function etagOf(body: string | Buffer): string {
  return `"${hash('sha1', body, 'base64url')}"`
}

const entityTag = /"[!#-~\x80-\xff]*"/g
/** What a compressing proxy appends inside the quotes: Apache and Caddy, Jetty. */
const codingSuffix = /^--?(gzip|br|zstd|deflate)"$/

/**
 * Tells whether `If-None-Match` or `If-Match` names the tag. A proxy that compresses renames the tags
 * it lets through: nginx writes `W/` in front, Apache `-gzip` behind. The service itself makes strong
 * tags only, so a client that sends such a name means the state that this service has named, and it
 * counts for `If-Match` as well, where RFC 9110 would have a weak tag never match.
 */
export function matches(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true
  const known = etag.replace(/^W\//, '').slice(0, -1)
  for (const [opaque] of header.matchAll(entityTag)) {
    if (opaque === `${known}"`) return true
    if (opaque.startsWith(known) && codingSuffix.test(opaque.slice(known.length))) return true
  }
  return false
}

/** Returns for how many seconds a client may use a response without revalidation; 0 means never. */
export function secondsAtClient(cache: CachePolicy | undefined, maxAge: number): number {
  const own = cache?.maxAge ?? 0
  return own === 'default' ? maxAge : own
}

export type ClientPolicy = Readonly<Record<'Cache-Control' | 'Vary', string>>

/**
 * Returns the headers that tell a client how to keep an operation's 200. A client stores it and
 * revalidates it each time, unless the operation opts in with `maxAge`. A response that took credentials
 * is for the caller's own cache alone.
 */
export function clientPolicy(
  operation: Operation,
  maxAge: number,
  schemes: Security['securitySchemes'],
): ClientPolicy {
  const seconds = secondsAtClient(operation.cache, maxAge)
  const age = seconds === 0 ? 'no-cache' : `max-age=${seconds}`
  if (operation.security.length > 0) {
    const Vary = ['Accept', ...credentialHeaders(operation, schemes)].join(', ')
    return { 'Cache-Control': `private, ${age}`, Vary }
  }
  return { 'Cache-Control': seconds === 0 ? age : `public, ${age}`, Vary: 'Accept' }
}

/**
 * Returns a read's 200 with its policy, unless its handler has said `Cache-Control`, and the cache's part in
 * it. Returns a 304 where the client has that state; any other response as it is.
 */
export function conditional(
  context: RequestContext,
  response: SerializedResponse,
  policy: ClientPolicy,
  cacheStatus: string | undefined,
): SerializedResponse {
  if (response.status !== 200) return response
  const isKnown = clientHas(context, response.headers)
  if (isKnown) response.stream?.destroy()
  const headers: ResponseHeaders = {}
  // One by one, since to spread these few takes far longer.
  for (const name in response.headers) {
    if (!isKnown || updates.has(name)) headers[name] = response.headers[name] as string
  }
  headers['Cache-Control'] ??= policy['Cache-Control']
  addVary(headers, policy.Vary)
  if (cacheStatus !== undefined) headers['Cache-Status'] = `api; ${cacheStatus}`
  if (isKnown) return { status: 304, headers, body: null }
  const { body, stream } = response
  return stream === undefined
    ? { status: 200, headers, body }
    : { status: 200, headers, body, stream }
}

/** What a 304 says of the response in its place (RFC 9110, section 15.4.5). */
const updates = new Set([
  ...['Cache-Control', 'Content-Location', 'ETag', 'Expires', 'Last-Modified', 'Vary'],
])

/** Tells whether the client has this state: `If-None-Match` names its tag, or else it has not been modified. */
function clientHas({ headers: sent }: RequestContext, headers: Readonly<ResponseHeaders>): boolean {
  const known = sent['if-none-match']
  if (typeof known === 'string') return headers.ETag !== undefined && matches(known, headers.ETag)
  const since = sent['if-modified-since']
  if (typeof since !== 'string') return false
  return Date.parse(String(headers['Last-Modified'])) <= Date.parse(since)
}

/** Adds to the names of request headers that a response depends on. */
export function addVary(headers: ResponseHeaders, names: string) {
  if (headers.Vary === undefined || headers.Vary === 'Accept') headers.Vary = names
  else headers.Vary = [...new Set(`${headers.Vary}, ${names}`.split(/\s*,\s*/))].join(', ')
}

/**
 * Returns the check of a write that sent `If-Match`: given what a GET of the same URL would answer now,
 * or the entity tag that its handler gives, it throws precondition_failed if the client means another state.
 * Undefined without the header.
 */
export function precondition(context: RequestContext, current: Serializer | undefined) {
  const sent = context.headers['if-match']
  if (typeof sent !== 'string' || current === undefined) return undefined
  return (state: unknown, etag?: string) => {
    context.hasCompared = true
    if (matches(sent, etag ?? etagOf(current(state)))) return
    const detail = 'The resource has changed since the state that If-Match names.'
    throw apiError('precondition_failed', detail)
  }
}

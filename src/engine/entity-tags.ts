// Entity tags (RFC 9110, section 8.8.3): the name of a state, made from the bytes that show it, and
// how the lists of them in a request are compared.
import { hash } from 'node:crypto'

/** The strong tag of a body: equal bytes, equal tag, whichever process made them. */
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
  const known = etag.slice(0, -1)
  for (const [opaque] of header.matchAll(entityTag)) {
    if (opaque === etag) return true
    if (opaque.startsWith(known) && codingSuffix.test(opaque.slice(known.length))) return true
  }
  return false
}

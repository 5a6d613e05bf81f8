// Entity tags (RFC 9110, section 8.8.3): the name of a state, made from the bytes that show it, and
// how the lists of them in a request are compared.
import { hash } from 'node:crypto'

/** The strong tag of a body: equal bytes, equal tag, whichever process made them. */
export function etagOf(body: string | Buffer): string {
  return `"${hash('sha1', body, 'base64url')}"`
}

const entityTag = /(W\/)?("[!#-~\x80-\xff]*")/g

/** Whether `If-None-Match` names the tag; weak comparison, as section 13.1.2 asks for. */
export function matchesNone(header: string, etag: string): boolean {
  if (header === etag || header.trim() === '*') return true
  for (const [, , opaque] of header.matchAll(entityTag)) if (opaque === etag) return true
  return false
}

/** Whether `If-Match` names the tag; strong comparison, as section 13.1.1 asks for. */
export function matchesStrongly(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  for (const [, weak, opaque] of header.matchAll(entityTag)) {
    if (weak === undefined && opaque === etag) return true
  }
  return false
}

// The security schemes that operations name, as the engine reads them.
import type { SecurityScheme } from '../../src/engine/operation.ts'
import { type Document, eachMethod, follow, type Reference } from './document.ts'

/** A security scheme as a document describes it. */
export interface SchemeObject {
  readonly type?: string
  readonly scheme?: string
  readonly in?: string
  readonly name?: string
}

/** Returns the schemes that operations name, in the order of the document. */
export function outlineSchemes(document: Document): Record<string, SecurityScheme> {
  const named = new Set(
    [...eachMethod(document)].flatMap(({ operation: { security = [] } }) =>
      security.flatMap((it) => Object.keys(it)),
    ),
  )
  const entries = Object.entries(document.components.securitySchemes).flatMap(([name, it]) => {
    const outline =
      named.has(name) && outlineScheme(follow(document, it as SchemeObject | Reference))
    return outline ? [[name, outline] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Returns how the credentials of a scheme are sent; undefined for a scheme that the engine does not read. */
export function outlineScheme(scheme: SchemeObject): SecurityScheme | undefined {
  const { type, in: place, name } = scheme
  if (type === 'oauth2' || type === 'openIdConnect') return { type: 'bearer' }
  if (type === 'http') {
    const kind = scheme.scheme?.toLowerCase()
    return kind === 'bearer' || kind === 'basic' ? { type: kind } : undefined
  }
  if (type !== 'apiKey' || name === undefined) return undefined
  return place === 'header' || place === 'query' || place === 'cookie'
    ? { type: place, name }
    : undefined
}

// The path under which a proxy publishes the service. The proxy strips it from what it forwards, so
// the service never sees it, but it belongs in front of every path that a client is told.

/** Names of the members of a contract that hold a URL of the service. */
const urls = new Set(['url', 'tokenUrl', 'refreshUrl', 'authorizationUrl'])

/** Returns the contract with the prefix in front of the paths of its servers and OAuth 2 flows. */
export function documentUnder(document: object, prefix: string): object {
  if (prefix === '') return document
  const { servers, components } = document as Document
  const { securitySchemes } = components
  return {
    ...document,
    servers: prefixed(servers, prefix),
    components: { ...components, securitySchemes: prefixed(securitySchemes, prefix) },
  }
}

interface Document {
  readonly servers: unknown
  readonly components: { readonly securitySchemes?: unknown }
}

function prefixed(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((it) => prefixed(it, prefix))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, it]) => [
    name,
    urls.has(name) && typeof it === 'string' && it.startsWith('/')
      ? prefix + it
      : prefixed(it, prefix),
  ])
  return Object.fromEntries(entries)
}

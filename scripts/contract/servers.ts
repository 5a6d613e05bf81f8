// The base path of the service: the path of the server URLs that the contract declares.
import type { Document, Server } from './document.ts'

type WithServers = Pick<Document, 'servers'>

/** Returns the base path without a slash at its end: `/api/v1`, or an empty string for the root. */
export function basePathOf(document: WithServers): string {
  return pathOf(serversOf(document)[0])
}

/** Returns the servers; a contract without any is at the root, as OpenAPI says. */
export function serversOf({ servers }: WithServers): [Server, ...Server[]] {
  const [first = { url: '/' }, ...more] = servers ?? []
  return [first, ...more]
}

/** Returns the path of a server URL, with the defaults of its variables. */
export function pathOf({ url, variables = {} }: Server): string {
  const filled = url.replace(/\{([^}]*)\}/g, (whole, name) => variables[name]?.default ?? whole)
  return `/${filled.slice(hostOf(filled).length)}`.replace(/\/+$/, '').replace(/^\/+/, '/')
}

/** Returns what stands before the path of a URL: scheme and host, or an empty string. */
export function hostOf(url: string): string {
  return /^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i.exec(url)?.[0] ?? ''
}

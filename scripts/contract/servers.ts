// The base path of the service: the path of the server URLs that the contract declares.
import { isSystemPath } from '../../src/http/system-paths.ts'
import type { Document, Server } from './document.ts'

type WithServers = Pick<Document, 'servers'>

/** Returns the base path without a slash at its end: `/api/v1`, or nothing for the root. */
export function basePathOf(document: WithServers): string {
  return pathOf(serversOf(document)[0])
}

/** OpenAPI takes a contract without servers for one at the root. */
function serversOf({ servers }: WithServers): [Server, ...Server[]] {
  const [first = { url: '/' }, ...more] = servers ?? []
  return [first, ...more]
}

/** The variables of a server URL have their defaults. */
function filledIn({ url, variables = {} }: Server): string {
  return url.replace(/\{([^}]*)\}/g, (whole, name) => variables[name]?.default ?? whole)
}

function pathOf(server: Server): string {
  const url = filledIn(server).replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i, '')
  return `/${url}`.replace(/\/+$/, '').replace(/^\/+/, '/')
}

/** Returns what is wrong with the server URLs; every one of them has to lead to the same base path. */
export function checkServers(document: Document): string[] {
  const servers = serversOf(document)
  const basePath = basePathOf(document)
  return [
    ...servers.flatMap((it) => wrongUrl(it).map((reason) => `servers: ${it.url}: ${reason}`)),
    ...servers
      .filter((it) => pathOf(it) !== basePath)
      .map((it) => `servers: ${it.url}: the service answers under ${basePath || '/'} alone`),
    ...takenPaths(basePath, Object.keys(document.paths)),
    ...wrongTokenUrls(document, basePath),
  ]
}

function wrongUrl(server: Server): string[] {
  const { url, variables = {} } = server
  const inPath = url.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i, '')
  const names = [...url.matchAll(/\{([^}]*)\}/g)].map((it) => it[1] ?? '')
  const severalPaths = names.filter(
    (it) => inPath.includes(`{${it}}`) && (variables[it]?.enum ?? []).length > 1,
  )
  const undeclared = names.filter((it) => !(it in variables))
  const path = pathOf(server)
  return [
    ...undeclared.map((it) => `the variable ${it} is not declared`),
    ...severalPaths.map((it) => `the variable ${it} gives the path several values; it needs one`),
    ...(undeclared.length === 0 && !/^(\/[\w~-][\w.~-]*)*$/.test(path)
      ? ['the path may have letters, digits, - . _ and ~ between single slashes, no query']
      : []),
  ]
}

function takenPaths(basePath: string, paths: readonly string[]): string[] {
  return paths
    .map((it) => basePath + it)
    .filter(isSystemPath)
    .map((it) => `servers: with this base path, the path ${it} is the service's own`)
}

/** A token URL on the same host has to be an operation that takes the request. */
function wrongTokenUrls({ components, paths }: Document, basePath: string): string[] {
  type Flows = Readonly<Record<string, { readonly tokenUrl?: string }>>
  const schemes = Object.entries(components.securitySchemes) as [string, { flows?: Flows }][]
  const posts = Object.entries(paths).filter(([, item]) => item.post)
  const urls = posts.map(([path]) => basePath + path)
  return schemes.flatMap(([name, { flows = {} }]) =>
    Object.values(flows)
      .flatMap(({ tokenUrl }) => tokenUrl ?? [])
      .filter((it) => it.startsWith('/') && !urls.includes(it))
      .map((it) => `securitySchemes: ${name}: the tokenUrl ${it} is no POST of this contract`),
  )
}

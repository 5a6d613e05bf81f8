// Rules for the server URLs: all of them lead to one base path, which leaves the service its own.
import { isSystemPath } from '../../../src/http/system.ts'
import { type Document, eachMethod, type Server } from '../document.ts'
import { basePathOf, hostOf, pathOf, serversOf } from '../servers.ts'
import type { Finding, Pointer, Rule } from './rule.ts'

export const serverRules: readonly Rule[] = [
  {
    id: 'engine/servers',
    summary: 'The server URLs lead to one base path, which no variable changes.',
    check: checkServers,
  },
  {
    id: 'engine/system-path',
    summary: 'No operation has a path that the service itself answers.',
    check: (document) =>
      Object.keys(document.paths)
        .filter((path) => isSystemPath(basePathOf(document) + path))
        .map((path) => ({
          at: ['paths', path],
          message: `the service itself answers ${basePathOf(document)}${path}; choose another path`,
        })),
  },
  {
    id: 'engine/token-url',
    summary: 'A tokenUrl on the same host is a POST of this contract.',
    check: checkTokenUrls,
  },
]

function checkServers(document: Document): Finding[] {
  const basePath = basePathOf(document)
  return serversByPlace(document).flatMap(([place, servers]) =>
    servers.flatMap((server, index) => {
      const messages = wrongUrl(server)
      if (pathOf(server) !== basePath) {
        messages.push(`the service answers under ${basePath || '/'} only`)
      }
      return messages.map((it) => ({
        at: [...place, 'servers', index, 'url'],
        message: `the server URL ${server.url}: ${it}`,
      }))
    }),
  )
}

/** Returns the servers of the document, then those that replace them for a path or an operation. */
function serversByPlace(document: Document): [Pointer, readonly Server[]][] {
  const all: [Pointer, readonly Server[]][] = [[[], serversOf(document)]]
  for (const [path, { servers = [] }] of Object.entries(document.paths)) {
    all.push([['paths', path], servers])
  }
  for (const { path, method, operation } of eachMethod(document)) {
    all.push([['paths', path, method], operation.servers ?? []])
  }
  return all
}

function wrongUrl(server: Server): string[] {
  const { url, variables = {} } = server
  const names = [...url.matchAll(/\{([^}]*)\}/g)].map((it) => it[1] ?? '')
  const severalPaths = names.filter(
    (it) =>
      url.slice(hostOf(url).length).includes(`{${it}}`) && (variables[it]?.enum ?? []).length > 1,
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

function checkTokenUrls(document: Document): Finding[] {
  type Flows = Readonly<Record<string, { readonly tokenUrl?: string }>>
  const { components, paths } = document
  const schemes = Object.entries(components.securitySchemes) as [string, { flows?: Flows }][]
  const posts = Object.entries(paths).filter(([, item]) => item.post)
  const urls = posts.map(([path]) => basePathOf(document) + path)
  return schemes.flatMap(([scheme, { flows = {} }]) =>
    Object.entries(flows).flatMap(([flow, { tokenUrl }]) => {
      if (!tokenUrl?.startsWith('/') || urls.includes(tokenUrl)) return []
      const at = ['components', 'securitySchemes', scheme, 'flows', flow, 'tokenUrl']
      return [{ at, message: `the tokenUrl ${tokenUrl} is no POST of this contract` }]
    }),
  )
}

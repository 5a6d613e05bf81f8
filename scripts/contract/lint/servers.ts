// Rules for the server URLs: the first one has the base path, which leaves the service its own.
import {
  basePathOf,
  pathForm,
  pathOf,
  type Server,
  serversOf,
} from '../../../src/engine/servers.ts'
import { isSystemPath } from '../../../src/http/system.ts'
import { type Document, eachMethod } from '../document.ts'
import type { Finding, Pointer, Rule } from './rule.ts'

export const serverRules: readonly Rule[] = [
  {
    id: 'engine/servers',
    summary: 'The first server URL has a path, and no path or operation has another one.',
    check: checkServers,
  },
  {
    id: 'engine/other-servers',
    summary: 'The other server URLs have the path of the first one.',
    isWarning: true,
    check: (document) => {
      const [, ...others] = serversOf(document)
      return elsewhere(document, [], others, 1)
    },
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
  const replaced = serversByPlace(document).flatMap(([place, servers]) =>
    elsewhere(document, place, servers),
  )
  const [first] = serversOf(document)
  const messages = wrongUrl(first).map((it) => found([], 0, first, it))
  return [...messages, ...replaced]
}

/** Returns the servers of a place that lead to another path. */
function elsewhere(
  document: Document,
  place: Pointer,
  servers: readonly Server[],
  start = 0,
): Finding[] {
  const basePath = basePathOf(document)
  return servers.flatMap((server, index) => {
    if (pathOf(server) === basePath) return []
    const message = `the service answers under ${basePath || '/'} only`
    return [found(place, start + index, server, message)]
  })
}

const found = (place: Pointer, index: number, { url }: Server, message: string): Finding => ({
  at: [...place, 'servers', index, 'url'],
  message: `the server URL ${url}: ${message}`,
})

/** Returns the servers that replace those of the document for a path or an operation. */
function serversByPlace(document: Document): [Pointer, readonly Server[]][] {
  const all: [Pointer, readonly Server[]][] = []
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
  const undeclared = names.filter((it) => !Object.hasOwn(variables, it))
  if (undeclared.length > 0) return undeclared.map((it) => `the variable ${it} is not declared`)
  const all = names.flatMap((name) =>
    (variables[name]?.enum ?? []).map((value) => withValue(server, name, value)),
  )
  return [server, ...all].every((it) => pathForm.test(pathOf(it)))
    ? []
    : ['the path may have letters, digits, - . _ and ~ between single slashes, no query']
}

const withValue = (server: Server, name: string, value: string): Server => ({
  ...server,
  variables: { ...server.variables, [name]: { default: value } },
})

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

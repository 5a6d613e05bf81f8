// The base path of the service: the path of the first server URL of its contract, whose variables a
// deployment may set.
import { StartError } from '../lib/process.ts'

export interface Server {
  readonly url: string
  readonly variables?: Readonly<Record<string, Variable>>
}

interface Variable {
  readonly default: string
  readonly enum?: readonly string[]
}

type Values = Readonly<Record<string, string>>

/** What the path of a server URL may be: letters, digits, - . _ and ~ between single slashes. */
export const pathForm = /^(\/[\w~-][\w.~-]*)*$/

/** Returns the servers of a contract; one without any is at the root, as OpenAPI says. */
export function serversOf(document: object): readonly [Server, ...Server[]] {
  const { servers = [] } = document as { readonly servers?: readonly Server[] }
  const [first = { url: '/' }, ...others] = servers
  return [first, ...others]
}

/** Returns the path of the first server URL. */
export function basePathOf(document: object): string {
  return pathOf(serversOf(document)[0])
}

/**
 * Returns a contract with these values for the variables of its first server URL.
 * @throws StartError that names a variable which the URL does not have, or a value which it cannot take.
 */
export function withServerVariables<T extends object>(document: T, values: Values): T {
  if (Object.keys(values).length === 0) return document
  const [{ variables = {}, ...first }, ...others] = serversOf(document)
  const set: Record<string, Variable> = { ...variables }
  for (const [name, value] of Object.entries(values)) {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (variable === undefined) throw new StartError(`${first.url} has no variable ${name}`)
    if (variable.enum?.includes(value) === false) {
      const choices = variable.enum.join(', ')
      throw new StartError(`${name} in ${first.url} must be one of ${choices}, not ${value}`)
    }
    set[name] = { ...variable, default: value }
  }
  const server = { ...first, variables: set }
  if (pathForm.test(pathOf(server))) return { ...document, servers: [server, ...others] }
  throw new StartError(`${pathOf(server)} cannot be the path of ${first.url}`)
}

/**
 * Returns the path of a server URL with the defaults of its variables, without a slash at its end:
 * `/api/v1`, or an empty string for the root.
 */
export function pathOf({ url, variables = {} }: Server): string {
  const filled = url.replace(/\{([^}]*)\}/g, (whole, name) => variables[name]?.default ?? whole)
  return `/${filled.slice(hostOf(filled).length)}`.replace(/\/+$/, '').replace(/^\/+/, '/')
}

/** Returns what stands before the path of a URL: scheme and host, or an empty string. */
function hostOf(url: string): string {
  return /^(?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*/i.exec(url)?.[0] ?? ''
}

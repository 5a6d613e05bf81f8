// An operation as the rules see it: its parts, collected from the path item and from components, each
// with its place. Also pairs the operations of two contracts.
import { type Document, eachOperation } from '../document.ts'
import { child, children, type Node, pointer, resolve } from './node.ts'

/** An operation; value and place are those of the operation object. */
export interface Endpoint extends Node {
  readonly document: Document
  readonly id: string
  readonly method: string
  readonly path: string
  /** By what a request shows: a path parameter by its position in the path, any other by its name. */
  readonly parameters: ReadonlyMap<string, Node>
  readonly body: Node | undefined
  readonly responses: ReadonlyMap<string, Node>
}

/** Returns every operation of a contract. @throws Error that names a reference that leads nowhere. */
export function endpointsOf(document: Document): Endpoint[] {
  return [...eachOperation(document)].map(({ path, method, operation }) => {
    const at = pointer('#', 'paths', path, method)
    const node: Node = { value: { ...operation }, at }
    const item: Node = { value: { ...document.paths[path] }, at: pointer('#', 'paths', path) }
    const body = child(node, 'requestBody')
    return {
      ...node,
      document,
      id: operation.operationId,
      method,
      path,
      parameters: new Map([...parametersOf(document, item), ...parametersOf(document, node)]),
      body: body && resolve(document, body),
      responses: children(document, node, 'responses'),
    }

    function parametersOf(contract: Document, holder: Node): [string, Node][] {
      return [...children(contract, holder, 'parameters').values()].map((it) => {
        const { in: place, name } = it.value
        // The names of headers are case-insensitive.
        const shown = place === 'header' ? String(name).toLowerCase() : name
        const key = place === 'path' ? pathParameters(path).indexOf(String(name)) : shown
        return [`${place} ${key}`, it]
      })
    }
  })
}

/** Returns the names of the parameters in a path, in order. */
export const pathParameters = (path: string) =>
  [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)

/** Returns a path without the names of its parameters, which a request does not show. */
export const pathShape = (path: string) => path.replace(/\{[^}]+\}/g, '{}')

/** Pairs the operations of two contracts: by operationId, else by method and path. */
export function pair(before: readonly Endpoint[], after: readonly Endpoint[]) {
  const others = new Map(after.map((it) => [it.id, it]))
  const ids = new Set(before.map((it) => it.id))
  const free = after.filter((it) => !ids.has(it.id))
  const pairs = before.map((old): [Endpoint, Endpoint | undefined] => [
    old,
    others.get(old.id) ?? free.find((it) => route(it) === route(old)),
  ])
  const found = new Set(pairs.map(([, now]) => now))
  return { pairs, added: after.filter((it) => !found.has(it)) }
}

const route = ({ method, path }: Endpoint) => `${method} ${pathShape(path)}`

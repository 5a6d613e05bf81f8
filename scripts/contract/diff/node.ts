// A place in a contract: its value and the JSON pointer that leads there. Steps from one place to the
// next follow references.
import { isDeepStrictEqual } from 'node:util'
import type { Document } from '../document.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface Node {
  readonly value: Fields
  /** The JSON pointer of the value in the bundled document, with references followed. */
  readonly at: string
}

/** Tells whether two values are equal, whatever the order of an object's members. */
export const same = (one: unknown, other: unknown) => isDeepStrictEqual(one, other)

/** Returns a pointer with these steps added. */
export function pointer(at: string, ...steps: (string | number)[]): string {
  const escaped = steps.map((it) => String(it).replaceAll('~', '~0').replaceAll('/', '~1'))
  return [at, ...escaped].join('/')
}

/** Returns the object or list under a key; undefined for anything else. */
export function child({ value, at }: Node, key: string | number): Node | undefined {
  const found = (value as Record<string | number, unknown>)[key]
  return isFields(found) ? { value: found, at: pointer(at, key) } : undefined
}

/** Returns the members of the object under a key, with references followed. */
export function children(document: Document, node: Node, key: string): Map<string, Node> {
  const holder = child(node, key)
  const names = Object.keys(holder?.value ?? {})
  const entries = names.flatMap((name): [string, Node][] => {
    const found = holder && child(holder, name)
    return found ? [[name, resolve(document, found)]] : []
  })
  return new Map(entries)
}

/**
 * Returns the place that a reference leads to. Members beside the reference replace those there.
 * @throws Error that names the reference when it leads nowhere or in a circle.
 */
export function resolve(document: Document, node: Node, passed: readonly string[] = []): Node {
  const { $ref, ...beside } = node.value
  if (typeof $ref !== 'string') return node
  const steps = $ref.split('/').slice(1)
  const keys = steps.map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'))
  const target = keys.reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), {
    ...document,
  })
  if (!isFields(target) || passed.includes($ref)) {
    throw new Error(`The contract refers to ${$ref}, which does not exist or refers to itself.`)
  }
  const found = resolve(document, { value: target, at: $ref }, [...passed, $ref])
  return { value: { ...found.value, ...beside }, at: found.at }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

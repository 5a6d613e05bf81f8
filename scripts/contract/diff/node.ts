// A place in a contract: its value and the JSON pointer that leads there, and the ways from one to
// the next. Knows OpenAPI's references, nothing else of it.
import { isDeepStrictEqual } from 'node:util'
import type { Document } from '../document.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface Node {
  readonly value: Fields
  /** Leads to the value in the bundled document, through no reference. */
  readonly at: string
}

/** Whether two values say the same; the order of an object's members says nothing. */
export const same = (one: unknown, other: unknown) => isDeepStrictEqual(one, other)

/** A pointer, prolonged by these steps. */
export function pointer(at: string, ...steps: (string | number)[]): string {
  const escaped = steps.map((it) => String(it).replaceAll('~', '~0').replaceAll('/', '~1'))
  return [at, ...escaped].join('/')
}

/** What stands under a key; undefined where there is nothing that has members of its own. */
export function child({ value, at }: Node, key: string | number): Node | undefined {
  const found = (value as Record<string | number, unknown>)[key]
  return isFields(found) ? { value: found, at: pointer(at, key) } : undefined
}

/** All that stand under a key, by their own keys, with references followed. */
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
 * The place that a reference leads to. What stands beside the reference is laid over what is there.
 * @throws Error that names the reference, where it leads nowhere or in a circle.
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

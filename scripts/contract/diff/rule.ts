// Defines changes and rules. A rule is a row of a table: it says how to find a kind of change and what
// the change means in a request, in a response, or for the operation as a whole.
import { type Node, pointer, same } from './node.ts'

/** From the worst to the least. */
export const classes = ['breaking', 'compatible', 'documentation'] as const
export type Class = (typeof classes)[number]
type Side = 'operation' | 'request' | 'response'

export interface Change extends Found {
  /** Empty for a change that concerns every operation. */
  readonly operationId: string
  readonly side: Side
  readonly class: Class
  /** The name of the rule that found it. */
  readonly rule: string
}

export interface Found {
  /** The place as a JSON pointer: into the new contract, or into the old one for what is removed. */
  readonly at: string
  /** What changed there, in words. */
  readonly what: string
}

/** One row. It does not apply to a side for which it has no class. */
export interface Rule<T> extends Partial<Record<Side, Class>> {
  readonly name: string
  readonly find: (before: T, after: T) => Found[]
}

/** Fewer values are valid: senders of the others get errors, receivers do not notice. */
export const narrows = { request: 'breaking', response: 'compatible' } as const
/** More values are valid: senders do not notice, receivers do not expect the new ones. */
export const widens = { request: 'compatible', response: 'breaking' } as const
/** Returns the same class for every side. */
export const always = <C extends Class>(it: C) => ({ operation: it, request: it, response: it })

/** Returns what the rules find between two places of the same kind. */
export function applyRules<T>(
  rules: readonly Rule<T>[],
  before: T,
  after: T,
  { operationId, side }: Pick<Change, 'operationId' | 'side'>,
): Change[] {
  return rules.flatMap(({ name, find, ...classOn }) => {
    const meaning = classOn[side]
    if (meaning === undefined) return []
    const found = find(before, after)
    return found.map((it) => ({ ...it, operationId, side, class: meaning, rule: name }))
  })
}

/** Returns the place of a key: in the new contract if it is there. */
export function place(before: Node, after: Node, key: string): string {
  return pointer(key in after.value || !(key in before.value) ? after.at : before.at, key)
}

/** Finds a key that was changed, added or removed. */
export function changed(key: string, isThat = (_before: unknown, _after: unknown) => true) {
  return (before: Node, after: Node): Found[] => {
    const [old, now] = [before.value[key], after.value[key]]
    if (same(old, now) || !isThat(old, now)) return []
    return [{ at: place(before, after, key), what: describe(old, now) }]
  }
}

function describe(old: unknown, now: unknown): string {
  if (old === undefined) return `${show(now)} is new`
  if (now === undefined) return `${show(old)} is gone`
  return `${show(old)} became ${show(now)}`
}

/** Returns a value for a message, cut when it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

/** Returns a row for each key that only people read. */
export function documentationRules(...keys: string[]): Rule<Node>[] {
  return keys.map((key) => ({
    name: `${key} changed`,
    ...always('documentation'),
    find: (before, after) =>
      changed(key)(before, after).map((it) => ({ ...it, what: reworded(before, after, key) })),
  }))
}

function reworded(before: Node, after: Node, key: string): string {
  if (before.value[key] === undefined) return 'added'
  return after.value[key] === undefined ? 'removed' : 'reworded'
}

/** Returns the last row of a table: a change of a key that no other row reads is breaking. */
export function unknownKeyRule(...known: string[]): Rule<Node> {
  return {
    name: 'anything else changed',
    ...always('breaking'),
    find: (before, after) => {
      const keys = new Set([...Object.keys(before.value), ...Object.keys(after.value)])
      const others = [...keys].filter((it) => !known.includes(it))
      return others.flatMap((it) => changed(it)(before, after))
    },
  }
}

/** Returns the items that only the first of two collections has. */
export const only = (
  those: ReadonlyMap<string, Node>,
  notThese: ReadonlyMap<string, Node>,
): [string, Node][] => [...those].filter(([name]) => !notThese.has(name))

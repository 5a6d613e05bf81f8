// The rules for schemas: what a change of each supported keyword means. A keyword makes a schema accept
// fewer values or more of them, and the side decides what that breaks. `structure-rules.ts` has the
// rules for objects and unions.
import { composed } from './composition-rules.ts'
import { type Node, same } from './node.ts'
import {
  always,
  changed,
  documentationRules,
  type Found,
  narrows,
  place,
  type Rule,
  show,
  unknownKeyRule,
  widens,
} from './rule.ts'

/** When one of these finds something, the schemas are of different kinds and the comparison ends. */
export const kindRules: readonly Rule<Node>[] = [
  { name: 'type replaced', ...always('breaking'), find: types((lost, won) => lost && won) },
  {
    name: 'union made or dissolved',
    ...always('breaking'),
    find: (before, after) =>
      ['oneOf', 'anyOf'].flatMap((key) =>
        changed(key, (old, now) => old === undefined || now === undefined)(before, after),
      ),
  },
]

export const valueRules: readonly Rule<Node>[] = [
  { name: 'type narrowed', ...narrows, find: types((lost, won) => lost && !won) },
  { name: 'type widened', ...widens, find: types((lost, won) => won && !lost) },
  { name: 'null removed', ...narrows, find: nullability(true) },
  { name: 'null allowed', ...widens, find: nullability(false) },
  { name: 'value removed', ...narrows, find: (old, now) => values(old, now, old, now, 'gone') },
  { name: 'value added', ...widens, find: (old, now) => added(old, now, !isOpen(old)) },
  {
    name: 'value added to an open enum',
    ...always('compatible'),
    find: (old, now) => added(old, now, isOpen(old)),
  },
  { name: 'enum closed', ...narrows, find: changed('x-open-enum', (old) => old === true) },
  { name: 'enum opened', ...widens, find: changed('x-open-enum', (_, now) => now === true) },
  { name: 'values listed', ...narrows, find: (old, now) => listed(old, now, now, old) },
  { name: 'values no longer listed', ...widens, find: (old, now) => listed(old, now, old, now) },
  { name: 'bound tightened', ...narrows, find: bounds((old, now) => now < old) },
  { name: 'bound loosened', ...widens, find: bounds((old, now) => now > old) },
  ...['pattern', 'format', 'multipleOf'].flatMap(constraint),
  { name: 'uniqueItems introduced', ...narrows, find: changed('uniqueItems', (_, it) => !!it) },
  { name: 'uniqueItems dropped', ...widens, find: changed('uniqueItems', (it) => !!it) },
  {
    name: 'default changed',
    request: 'breaking',
    response: 'documentation',
    find: changed('default'),
  },
  { name: 'deprecated changed', ...always('compatible'), find: changed('deprecated') },
  ...documentationRules('title', 'description', 'examples', 'example'),
  unknownKeyRule(
    ...['type', 'enum', 'const', 'pattern', 'format', 'multipleOf'],
    ...['minLength', 'minItems', 'minProperties', 'minimum', 'exclusiveMinimum', 'uniqueItems'],
    ...['maxLength', 'maxItems', 'maxProperties', 'maximum', 'exclusiveMaximum', 'default'],
    ...['deprecated', 'title', 'description', 'examples', 'example', 'x-open-enum'],
    ...['minContains', 'maxContains', ...composed],
    ...['properties', 'required', 'additionalProperties', 'items', 'oneOf', 'discriminator'],
  ),
]

/** Returns rules for a constraint whose values have no order: it is added, removed or changed. */
function constraint(key: string): Rule<Node>[] {
  const isNew = (old: unknown) => old === undefined
  const isGone = (_: unknown, now: unknown) => now === undefined
  return [
    { name: `${key} introduced`, ...narrows, find: changed(key, isNew) },
    { name: `${key} dropped`, ...widens, find: changed(key, isGone) },
    {
      name: `${key} replaced`,
      ...always('breaking'),
      find: changed(key, (old, now) => !isNew(old) && !isGone(old, now)),
    },
  ]
}

function typesOf({ value }: Node): string[] | undefined {
  return value.type === undefined ? undefined : [value.type].flat().map(String)
}

/** Finds a change of type, null aside: types were removed, added, or both. */
function types(isThat: (lost: boolean, won: boolean) => boolean) {
  return (before: Node, after: Node): Found[] => {
    const old = typesOf(before)?.filter((it) => it !== 'null')
    const now = typesOf(after)?.filter((it) => it !== 'null')
    // Without a type, every value is valid.
    const lost = now !== undefined && (old === undefined || !old.every((it) => covers(now, it)))
    const won = old !== undefined && (now === undefined || !now.every((it) => covers(old, it)))
    if (!isThat(lost, won)) return []
    const words = [old, now].map((it) => it?.join(' or ') ?? 'any type')
    return [{ at: place(before, after, 'type'), what: `${words[0]} became ${words[1]}` }]
  }
}

const covers = (those: readonly string[], type: string) =>
  those.includes(type) || (type === 'integer' && those.includes('number'))

function nullability(wasNullable: boolean) {
  return (before: Node, after: Node): Found[] => {
    const [old, now] = [typesOf(before)?.includes('null'), typesOf(after)?.includes('null')]
    if (old !== wasNullable || now !== !wasNullable) return []
    const what = wasNullable ? 'null no longer passes' : 'null passes'
    return [{ at: place(before, after, 'type'), what }]
  }
}

/** Returns the values of an enum; a constant is a list of one. */
function listOf({ value }: Node): readonly unknown[] | undefined {
  if ('const' in value) return [value.const]
  return Array.isArray(value.enum) ? value.enum : undefined
}

const listKey = (node: Node) => ('const' in node.value ? 'const' : 'enum')

/** Returns the values that only the first of two lists has. */
function values(before: Node, after: Node, those: Node, these: Node, word: string): Found[] {
  const [list, others] = [listOf(those), listOf(these)]
  const missing = others && list?.filter((it) => !others.some((other) => same(it, other)))
  const at = place(before, after, listKey(after))
  return (missing ?? []).map((it) => ({ at, what: `${show(it)} is ${word}` }))
}

/** Tells whether the contract announces values that clients do not know yet. */
const isOpen = ({ value }: Node) => value['x-open-enum'] === true

const added = (before: Node, after: Node, applies: boolean) =>
  applies ? values(before, after, after, before, 'new') : []

function listed(before: Node, after: Node, one: Node, other: Node): Found[] {
  const list = listOf(one)
  if (list === undefined || listOf(other) !== undefined) return []
  const what = one === after ? `only ${list.map(show).join(', ')} pass` : 'any value passes'
  return [{ at: place(before, after, listKey(one)), what }]
}

/** The bounds. `limit` maps a bound, or its absence, to a number that is smaller for fewer values. */
const bounded = [
  ...[
    ...['maxLength', 'maxItems', 'maxProperties', 'maxContains'],
    ...['maximum', 'exclusiveMaximum'],
  ].map((key) => ({
    key,
    limit: (value = Number.POSITIVE_INFINITY) => value,
  })),
  ...['minLength', 'minItems', 'minProperties'].map((key) => ({
    key,
    limit: (value = 0) => -value,
  })),
  { key: 'minContains', limit: (value = 1) => -value },
  ...['minimum', 'exclusiveMinimum'].map((key) => ({
    key,
    limit: (value = Number.NEGATIVE_INFINITY) => -value,
  })),
]

function bounds(isThat: (old: number, now: number) => boolean) {
  return (before: Node, after: Node): Found[] =>
    bounded.flatMap(({ key, limit }) =>
      changed(key, (old, now) =>
        isThat(limit(old as number | undefined), limit(now as number | undefined)),
      )(before, after),
    )
}

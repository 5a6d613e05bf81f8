// The rules for the parts that a schema is composed of. Where a part accepts fewer values, so does the
// whole. `conditions` are the exception.
import { child, type Node } from './node.ts'
import { changed, type Found, narrows, only, type Rule, widens } from './rule.ts'

const single = [
  ...['contains', 'propertyNames', 'then', 'else', 'contentSchema'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]
const inLists = ['allOf', 'prefixItems']
const byName = ['patternProperties', 'dependentSchemas']

/** The keywords whose schema decides what others mean: a change there may go either way. */
export const conditions = ['not', 'if'] as const

/** The keywords that these rules and the walk read. */
export const composed: readonly string[] = [
  ...[...single, ...inLists, ...byName, ...conditions],
  ...['anyOf', '$defs'],
]

export const compositionRules: readonly Rule<Node>[] = [
  {
    name: 'part added',
    ...narrows,
    find: (before, after) => [
      ...membersOnly(after, before, 'is new'),
      ...single.flatMap((key) =>
        changed(key, (old, now) => limit(now) < limit(old))(before, after),
      ),
    ],
  },
  {
    name: 'part removed',
    ...widens,
    find: (before, after) => [
      ...membersOnly(before, after, 'is gone'),
      ...single.flatMap((key) =>
        changed(key, (old, now) => limit(now) > limit(old))(before, after),
      ),
    ],
  },
  {
    name: 'additional properties limited',
    ...narrows,
    find: changed('additionalProperties', (old, now) => limit(old) === 2 && limit(now) === 1),
  },
  {
    name: 'additional properties no longer limited',
    ...widens,
    find: changed('additionalProperties', (old, now) => limit(old) === 1 && limit(now) === 2),
  },
  { name: 'not introduced', ...narrows, find: changed('not', (old) => old === undefined) },
  { name: 'not dropped', ...widens, find: changed('not', (_, now) => now === undefined) },
  {
    name: 'condition changed',
    ...{ request: 'breaking', response: 'breaking' },
    find: changed('if', (old, now) => old === undefined || now === undefined),
  },
]

/** Returns how much a schema lets through: nothing, some values, or all. */
function limit(schema: unknown): number {
  if (schema === false) return 0
  const isAny = schema === undefined || schema === true || Object.keys(schema ?? {}).length === 0
  return isAny ? 2 : 1
}

/** Returns the parts of a schema by keyword and name: a reference, a name, or a position. */
export function partsOf(node: Node): Map<string, Node> {
  const all = [...single, ...inLists, ...byName, '$defs'].flatMap((key) => {
    const holder = child(node, key)
    if (holder === undefined) return []
    if (single.includes(key)) return [[key, holder] as const]
    return Object.keys(holder.value).flatMap((name) => {
      const part = child(holder, name)
      const shown = key === 'allOf' ? (part?.value.$ref ?? name) : name
      return part ? [[`${key} ${shown}`, part] as const] : []
    })
  })
  return new Map(all)
}

function membersOnly(those: Node, these: Node, word: string): Found[] {
  return only(partsOf(those), partsOf(these))
    .filter(([name]) => name.includes(' ') && !name.startsWith('$defs '))
    .map(([name, { at }]) => ({ at, what: `${name} ${word}` }))
}

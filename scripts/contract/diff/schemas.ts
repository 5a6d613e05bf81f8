// Walks two schemas together and applies the rules at each place: in properties, items and the branches
// of a union, through references.
import type { Document } from '../document.ts'
import { compositionRules, conditions, partsOf } from './composition-rules.ts'
import { child, type Node, pointer, resolve } from './node.ts'
import { applyRules, type Change } from './rule.ts'
import { kindRules, valueRules } from './schema-rules.ts'
import { branchesOf, structureRules } from './structure-rules.ts'

/** Two contracts, the operation and the side to compare, and the pairs of schemas seen so far. */
export interface Scope extends Pick<Change, 'operationId' | 'side'> {
  readonly before: Document
  readonly after: Document
  /** Without this, the walk would not end in a schema that contains itself. */
  readonly seen: Set<string>
  /** Those of conditions, where the same change means something else. */
  readonly tested: Set<string>
}

/** Returns the changes of a schema and of its parts. */
export function compareSchemas(before: Node, after: Node, scope: Scope): Change[] {
  const [old, now] = [resolve(scope.before, before), resolve(scope.after, after)]
  const beside = [before, after].map((it) => ('$ref' in it.value ? it.value : {}))
  const pair = JSON.stringify([old.at, now.at, beside])
  if (scope.seen.has(pair)) return []
  scope.seen.add(pair)
  const replaced = applyRules(kindRules, old, now, scope)
  if (replaced.length > 0) return replaced
  return [
    ...applyRules([...valueRules, ...structureRules, ...compositionRules], old, now, scope),
    ...conditions.flatMap((key) => compareConditions(old, now, key, scope)),
    ...[...parts(old, now)].flatMap(([one, other]) => compareSchemas(one, other, scope)),
  ]
}

/** Returns what differs in a condition, where fewer values may mean more of them for the whole. */
function compareConditions(old: Node, now: Node, key: string, scope: Scope): Change[] {
  const [one, other] = [child(old, key), child(now, key)]
  if (one === undefined || other === undefined) return []
  const found = compareSchemas(one, other, { ...scope, seen: scope.tested })
  const rule = { rule: 'condition changed', class: 'breaking', at: pointer(now.at, key) } as const
  return found.map((it) => (it.class === 'documentation' ? it : { ...it, ...rule }))
}

/** Returns the parts that both schemas have, in pairs. */
function* parts(old: Node, now: Node): Generator<[Node, Node]> {
  yield* both(child(old, 'items'), child(now, 'items'))
  yield* both(child(old, 'additionalProperties'), child(now, 'additionalProperties'))
  const [before, after] = [child(old, 'properties'), child(now, 'properties')]
  for (const name of Object.keys(after?.value ?? {})) {
    if (before && after && Object.hasOwn(before.value, name))
      yield* both(child(before, name), child(after, name))
  }
  const others = new Map([...branchesOf(now), ...partsOf(now)])
  const all = [...branchesOf(old), ...partsOf(old)]
  for (const [name, part] of all) yield* both(part, others.get(name))
}

function* both(one: Node | undefined, other: Node | undefined): Generator<[Node, Node]> {
  if (one && other) yield [one, other]
}

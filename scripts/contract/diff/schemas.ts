// Walks two schemas together and applies the rules at each place: in properties, items and the branches
// of a union, through references.
import type { Document } from '../document.ts'
import { child, type Node, resolve } from './node.ts'
import { applyRules, type Change } from './rule.ts'
import { kindRules, valueRules } from './schema-rules.ts'
import { branchesOf, structureRules } from './structure-rules.ts'

/** Two contracts, the operation and the side to compare, and the pairs of schemas seen so far. */
export interface Scope extends Pick<Change, 'operationId' | 'side'> {
  readonly before: Document
  readonly after: Document
  /** Without this, the walk would not end in a schema that contains itself. */
  readonly seen: Set<string>
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
    ...applyRules([...valueRules, ...structureRules], old, now, scope),
    ...[...parts(old, now)].flatMap(([one, other]) => compareSchemas(one, other, scope)),
  ]
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
  const others = branchesOf(now)
  for (const [name, branch] of branchesOf(old)) yield* both(branch, others.get(name))
}

function* both(one: Node | undefined, other: Node | undefined): Generator<[Node, Node]> {
  if (one && other) yield [one, other]
}

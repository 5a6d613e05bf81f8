// Decides how a writer tells apart the alternatives of a schema, so that each value which fits the schema
// is written by the alternatives that it fits.
import { alternativesOf, anyType, compose, intersection, type JsonType } from './composition.ts'
import type { Document, Schema } from './document.ts'
import { partsOf } from './parts.ts'

/** By the type of the value, and for objects by one member. */
export interface Choice {
  /** The types whose values are written alike by all alternatives. */
  readonly scalars: readonly JsonType[]
  readonly array?: Schema | undefined
  readonly object?: Schema | Tagged | Marked | undefined
}

/** The alternative whose constant a member has. */
interface Tagged {
  readonly tag: string
  readonly cases: readonly (readonly [value: unknown, schema: Schema])[]
}

/** The first alternative whose own member is there, or the last. */
interface Marked {
  readonly marks: readonly (readonly [member: string, schema: Schema])[]
  readonly last: Schema
}

/** Returns undefined where only validation tells which alternatives a value fits. */
export function choiceOf(document: Document, schema: Schema): Choice | undefined {
  const [group, ...others] = compose(document, schema).groups
  if (group === undefined || others.length > 0) return undefined
  const all = alternativesOf(document, schema, group).map((it) => {
    return { schema: it, types: acceptedTypes(document, it) }
  })
  const accepting = (type: JsonType) =>
    all.filter(({ types }) => types.includes(type)).map((it) => it.schema)
  const [list, ...moreLists] = accepting('array')
  if (moreLists.length > 0) return undefined
  const objects = accepting('object')
  const [only, ...moreObjects] = objects
  const object =
    taggedOf(document, schema, objects) ??
    (moreObjects.length === 0 ? only : markedOf(document, objects))
  if (object === undefined && only !== undefined) return undefined
  const scalars = [...new Set(all.flatMap(({ types }) => types))].filter(
    (it) => it !== 'array' && it !== 'object',
  )
  return {
    scalars: scalars.includes('number') ? scalars.filter((it) => it !== 'integer') : scalars,
    array: list,
    object,
  }
}

/** Returns the types that a value may have, for whichever alternatives. */
function acceptedTypes(
  document: Document,
  schema: Schema,
  above: readonly string[] = [],
): readonly JsonType[] {
  const text = JSON.stringify(schema)
  if (above.includes(text)) return anyType
  const { types, groups } = compose(document, schema)
  return groups.reduce((left, group) => {
    const accepted = group.flatMap((it) => acceptedTypes(document, it, [...above, text]))
    return intersection(left, [...new Set(accepted)])
  }, types)
}

function taggedOf(
  document: Document,
  schema: Schema,
  objects: readonly Schema[],
): Tagged | undefined {
  const [first, ...others] = objects
  if (first === undefined) return undefined
  const hints = partsOf(document, schema).flatMap((it) => it.discriminator?.propertyName ?? [])
  const required = others.length > 0 ? compose(document, first).required : []
  for (const tag of [...hints, ...required]) {
    const cases = objects.flatMap((it) =>
      (tagValues(document, it, tag) ?? [undefined]).map((value) => [value, it] as const),
    )
    const values = cases.map(([value]) => value)
    if (!values.includes(undefined) && new Set(values).size === values.length) return { tag, cases }
  }
  return undefined
}

/** Returns the constants that a member must have one of; undefined where it may be missing or another. */
function tagValues(
  document: Document,
  schema: Schema,
  tag: string,
  above: readonly string[] = [],
): readonly unknown[] | undefined {
  const text = JSON.stringify(schema)
  if (above.includes(text)) return undefined
  const { required, members, groups } = compose(document, schema)
  const values = Object.hasOwn(members, tag) && compose(document, members[tag] ?? {}).values
  if (values && required.includes(tag)) {
    return values.some((it) => typeof it === 'object' && it !== null) ? undefined : values
  }
  for (const group of groups) {
    const found = alternativesOf(document, schema, group).map((it) =>
      tagValues(document, it, tag, [...above, text]),
    )
    if (found.every((it) => it !== undefined)) return found.flat()
  }
  return undefined
}

/** Tells closed objects apart by a member that one requires and the others do not have. */
function markedOf(document: Document, objects: readonly Schema[]): Marked | undefined {
  let left = objects.map((schema) => ({ schema, composed: compose(document, schema) }))
  if (left.some(({ composed }) => composed.groups.length > 0 || composed.patterns.length > 0)) {
    return undefined
  }
  const marks: (readonly [string, Schema])[] = []
  while (left.length > 1) {
    const mark = left.flatMap(({ schema, composed }) => {
      const others = left.filter((it) => it.schema !== schema)
      const name = composed.required.find((one) =>
        others.every((it) => it.composed.isClosed && !Object.hasOwn(it.composed.members, one)),
      )
      return name === undefined ? [] : [[name, schema] as const]
    })[0]
    if (mark === undefined) return undefined
    marks.push(mark)
    left = left.filter((it) => it.schema !== mark[1])
  }
  const [last] = left
  return last && { marks, last: last.schema }
}

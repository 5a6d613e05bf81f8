// The schemas that hold together for one value: a schema and those that `$ref` and `allOf` add to it.
import { type Document, follow, type Schema } from './document.ts'

/** Returns the schemas that hold for each value of a schema, without `$ref` and `allOf`. */
export function partsOf(document: Document, schema: Schema): Schema[] {
  const seen = new Set<Schema>()
  const visit = (it: Schema): Schema[] => {
    if (seen.has(it)) return []
    seen.add(it)
    const { $ref, allOf = [], ...own } = it
    const referred = $ref === undefined ? [] : visit(follow<Schema>(document, { $ref }))
    return [...referred, ...allOf.flatMap(visit), ...(Object.keys(own).length > 0 ? [own] : [])]
  }
  return visit(schema)
}

/** Returns one schema for several that hold together. */
export function allOf(schemas: readonly Schema[]): Schema {
  const byText = new Map(schemas.map((it) => [JSON.stringify(it), it]))
  byText.delete('{}')
  const [first = {}, ...others] = byText.values()
  return others.length === 0 ? first : { allOf: [first, ...others] }
}

/** Returns what the schemas that have a keyword say with it; undefined where none has. */
export function stated<T>(all: readonly (T | undefined)[]): T[] | undefined {
  const own = all.filter((it) => it !== undefined)
  return own.length === 0 ? undefined : own
}

export const listOf = (schema: Schema) => ('const' in schema ? [schema.const] : schema.enum)

/** Returns the values that all parts allow; undefined where none has a list of them. */
export function valuesOf(parts: readonly Schema[]): unknown[] | undefined {
  const lists = stated(parts.map(listOf)) ?? []
  const [first, ...others] = lists.map((it) => it.map((one) => JSON.stringify(one)))
  return first
    ?.filter((it) => others.every((list) => list.includes(it)))
    .map((it) => JSON.parse(it))
}

/** Tells whether no value fits: the schema was false. */
export const isNothing = ({ not }: Schema) => not !== undefined && Object.keys(not).length === 0

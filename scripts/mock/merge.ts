// Merges schemas that hold together, as those of an `allOf` do, into one without combinators.

/** A schema as JSON; the keywords of each draft are read as they come. */
export type Schema = Readonly<Record<string, unknown>>

/** Returns the schema of what fits both, as far as one schema can say so. */
export function merge(a: Schema, b: Schema): Schema {
  const merged: Record<string, unknown> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    merged[key] = key in a ? (mergers[key] ?? latter)(a[key], value) : value
  }
  return merged
}

type Merger = (a: unknown, b: unknown) => unknown

const latter: Merger = (_, b) => b
const larger: Merger = (a, b) => Math.max(Number(a), Number(b))
const smaller: Merger = (a, b) => Math.min(Number(a), Number(b))
/** Merges the same schemas into the same one: what is known of it need not be found again. */
const both: Merger = (a, b) => {
  if (a === b || typeof a !== 'object' || a === null || typeof b !== 'object' || b === null)
    return a === b ? a : { allOf: [a, b] }
  const others = pairs.get(a) ?? new WeakMap<object, Schema>()
  const merged = others.get(b) ?? { allOf: [a, b] }
  pairs.set(a, others.set(b, merged))
  return merged
}
const pairs = new WeakMap<object, WeakMap<object, Schema>>()
const union: Merger = (a, b) => [...new Set([...(a as unknown[]), ...(b as unknown[])])]
const byName: Merger = (a, b) => {
  const merged: Record<string, unknown> = { ...(a as Schema) }
  for (const [name, it] of Object.entries(b as Schema)) {
    merged[name] = Object.hasOwn(merged, name) ? both(merged[name], it) : it
  }
  return merged
}
const common: Merger = (a, b) => {
  const others = (b as unknown[]).map((it) => JSON.stringify(it))
  return (a as unknown[]).filter((it) => others.includes(JSON.stringify(it)))
}
const types: Merger = (a, b) => {
  const [first, second] = [[a].flat(), [b].flat()]
  const isIn = (type: unknown, list: readonly unknown[]) =>
    list.includes(type) || (type === 'integer' && list.includes('number'))
  const shared = [
    ...first.filter((it) => isIn(it, second)),
    ...second.filter((it) => isIn(it, first)),
  ]
  return [...new Set(shared)]
}

const mergers: Readonly<Record<string, Merger>> = {
  ...{ properties: byName, patternProperties: byName, dependentSchemas: byName },
  ...{ required: union, enum: common, type: types },
  ...{ items: both, contains: both, propertyNames: both, not: (a, b) => ({ anyOf: [a, b] }) },
  additionalProperties: (a, b) => (a === false || b === false ? false : both(a, b)),
  ...{ minimum: larger, exclusiveMinimum: larger, minLength: larger, minItems: larger },
  ...{ minProperties: larger, minContains: larger },
  ...{ maximum: smaller, exclusiveMaximum: smaller, maxLength: smaller, maxItems: smaller },
  ...{ maxProperties: smaller, maxContains: smaller },
  examples: latter,
}

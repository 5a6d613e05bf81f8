// What a schema says together with those that `$ref` and `allOf` add to it, as far as it decides how a
// value is written: its types, its members and items, and the alternatives that are left to the value.
import { branchesOf } from './discriminators.ts'
import type { Document, Schema } from './document.ts'
import { allOf, isNothing, listOf, partsOf, stated, valuesOf } from './parts.ts'
import { namedSchemas, nestedSchemas } from './subschemas.ts'

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** Every type; `number` includes `integer`. */
export const anyType: readonly JsonType[] = [
  'null',
  'boolean',
  'number',
  'string',
  'array',
  'object',
]

export interface Composition {
  readonly types: readonly JsonType[]
  /** The values of `const` or `enum`, where there are such. */
  readonly values?: readonly unknown[]
  /** By name. */
  readonly members: Readonly<Record<string, Schema>>
  readonly required: readonly string[]
  /** The schemas of members without a declaration, by the pattern of their names. */
  readonly patterns: readonly (readonly [pattern: string, schema: Schema])[]
  /** The schema of all other members; false where they are not written. */
  readonly others: Schema | false
  /** Whether a value has no other members, and not only what is written of it. */
  readonly isClosed: boolean
  readonly prefix: readonly Schema[]
  /** The schema of items behind `prefix`. */
  readonly items: Schema
  /** Whether members or items are declared. Other objects and lists are written as they are. */
  readonly isDeclared: { readonly object: boolean; readonly array: boolean }
  /** Of each group the value fits one schema or more, which hold beside the rest. */
  readonly groups: readonly (readonly Schema[])[]
}

/** Returns what a schema and those that always hold beside it say. */
export function compose(document: Document, schema: Schema): Composition {
  const parts = partsOf(document, schema)
  const declared = declaredBy(parts)
  const groups = parts.flatMap((it) => groupsOf(document, it))
  return { ...declared, groups: groups.filter((it) => !addsNothing(document, it, declared)) }
}

type Declared = Omit<Composition, 'groups'>

function declaredBy(parts: readonly Schema[]): Declared {
  const patterns = parts.flatMap((it) => Object.entries(it.patternProperties ?? {}))
  const names = new Set(parts.flatMap((it) => Object.keys(it.properties ?? {})))
  const members = [...names].map((name) => {
    const own = parts.flatMap((it) =>
      Object.hasOwn(it.properties ?? {}, name) ? [it.properties?.[name] ?? {}] : [],
    )
    const fitting = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name))
    return [name, allOf([...own, ...fitting.map(([, it]) => it)])] as const
  })
  const closing =
    stated(parts.map((it) => it.additionalProperties)) ??
    stated(parts.map((it) => it.unevaluatedProperties))
  const longest = Math.max(0, ...parts.map((it) => it.prefixItems?.length ?? 0))
  const rest =
    stated(parts.map((it) => it.items)) ?? stated(parts.map((it) => it.unevaluatedItems)) ?? []
  const values = valuesOf(parts)
  return {
    types: typesOf(parts),
    ...(values && { values }),
    members: Object.fromEntries(members),
    required: [...new Set(parts.flatMap((it) => it.required ?? []))],
    patterns,
    others: closing === undefined ? false : all(closing),
    isClosed: closing?.includes(false) === true,
    prefix: Array.from({ length: longest }, (_, index) =>
      allOf(parts.flatMap((it) => it.prefixItems?.[index] ?? it.items ?? [])),
    ),
    items: allOf(rest),
    isDeclared: {
      object: names.size > 0 || patterns.length > 0 || closing !== undefined,
      array: longest > 0 || rest.length > 0,
    },
  }
}

const listed = (schema: boolean | Schema | undefined) =>
  typeof schema === 'object' ? [schema] : []

/** Returns the schema of what keeps all of these; false where one of them is. */
function all(schemas: readonly (boolean | Schema)[]): Schema | false {
  if (schemas.includes(false)) return false
  return allOf(schemas.flatMap(listed))
}

/** Returns the types that all parts allow. */
function typesOf(parts: readonly Schema[]): JsonType[] {
  return parts.reduce<readonly JsonType[]>((types, part) => {
    if (isNothing(part)) return []
    const own = part.type === undefined ? anyType : ([part.type].flat() as JsonType[])
    const ofValues = listOf(part)?.map(typeOf) ?? anyType
    return intersection(intersection(types, own), ofValues)
  }, anyType) as JsonType[]
}

export function intersection(some: readonly JsonType[], others: readonly JsonType[]): JsonType[] {
  const both = some.flatMap((it): JsonType[] => {
    if (others.includes(it)) return [it]
    if (it === 'number' && others.includes('integer')) return ['integer']
    return it === 'integer' && others.includes('number') ? ['integer'] : []
  })
  const found = new Set(both)
  if (found.has('number')) found.delete('integer')
  return [...found]
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : (typeof value as JsonType)
}

/** Returns the alternatives that a part leaves to a value. */
function groupsOf(document: Document, part: Schema): (readonly Schema[])[] {
  const { oneOf, anyOf, discriminator, if: test, dependentSchemas = {} } = part
  const { then = {}, else: otherwise = {} } = part
  const isTold = discriminator !== undefined && (oneOf ?? anyOf) !== undefined
  const conditions = Object.entries(dependentSchemas).map(([name, it]) => {
    const has = { type: 'object', required: [name] }
    return [allOf([has, it]), { not: has }]
  })
  return [
    ...(isTold ? [branchesOf(document, part)] : []),
    ...(oneOf && !isTold ? [oneOf] : []),
    ...(anyOf && !(isTold && !oneOf) ? [anyOf] : []),
    ...(test ? [[allOf([test, then]), allOf([{ not: test }, otherwise])]] : []),
    ...conditions,
  ]
}

/** The keywords that decide how a value is written. */
const writing = new Set([
  ...['$ref', 'type', 'const', 'enum', 'required', 'properties', 'patternProperties', 'items'],
  ...['additionalProperties', 'unevaluatedProperties', 'prefixItems', 'unevaluatedItems'],
  ...['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'dependentSchemas'],
])
const choosing = ['anyOf', 'oneOf', 'if', 'then', 'else', 'dependentSchemas']

/** Tells whether a schema says no more of what is written than the one it refers to. */
export const isReference = (schema: Schema) =>
  schema.$ref !== undefined && Object.keys(schema).every((it) => it === '$ref' || !writing.has(it))

/** Returns the schemas of a group, each with what holds beside it. */
export function alternativesOf(
  document: Document,
  schema: Schema,
  group: readonly Schema[],
): Schema[] {
  const base = partsOf(document, schema).map((part): Schema => {
    const kept = Object.entries(part).filter(([key]) => writing.has(key) && !choosing.includes(key))
    return Object.fromEntries(kept)
  })
  return group.map((it) => allOf([...base, it]))
}

/** Tells whether a value is written alike whichever of the alternatives it fits. */
function addsNothing(document: Document, group: readonly Schema[], beside: Declared): boolean {
  return group.every((it) =>
    partsOf(document, it).every(
      (part) =>
        groupsOf(document, part).every((inner) => addsNothing(document, inner, beside)) &&
        narrows(part, beside),
    ),
  )
}

/** Tells whether a part declares no member or item that is not declared beside it. */
function narrows(part: Schema, beside: Declared): boolean {
  const { types, members, isDeclared } = beside
  const isTyped = 'type' in part || 'const' in part || 'enum' in part
  const isFree = (type: 'object' | 'array') => types.includes(type) && !isDeclared[type]
  if (isTyped && (isFree('object') || isFree('array'))) return false
  const { items, prefixItems, unevaluatedItems, patternProperties, unevaluatedProperties } = part
  if (items || prefixItems || unevaluatedItems || patternProperties || unevaluatedProperties)
    return false
  if (part.additionalProperties) return false
  return Object.entries(part.properties ?? {}).every(
    ([name, it]) => Object.hasOwn(members, name) && isCheck(it),
  )
}

/** The keywords that may declare members or items. */
const declaring = new Set(
  [...nestedSchemas, ...namedSchemas, '$ref'].filter(
    (it) => !['not', 'contains', 'propertyNames', '$defs'].includes(it),
  ),
)

/** Tells whether a schema only limits values. */
const isCheck = (schema: Schema) => !Object.keys(schema).some((it) => declaring.has(it))

// Composes objects: the members that a schema declares, those it asks for, and as many as it wants.
import { isNothing } from '../contract/parts.ts'
import type { Schema } from './merge.ts'
import { composeString, matching, randomOf } from './strings.ts'
import { deep, type Making, type Values } from './values.ts'

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly patternProperties?: Readonly<Record<string, unknown>>
  readonly propertyNames?: Schema
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly dependentSchemas?: Readonly<Record<string, Schema>>
  readonly minProperties?: number
  readonly maxProperties?: number
}

/** Returns an object for a schema without combinators. */
export function makeObject(values: Values, schema: Schema, making: Making): object {
  const {
    properties = {},
    required = [],
    maxProperties = 1000,
    minProperties = 0,
  } = schema as ObjectSchema
  const next = { ...making, depth: making.depth + 1 }
  const made: Record<string, unknown> = Object.create(null)
  const add = (name: string, of: unknown) => {
    made[name] = values.make(of, next)
  }
  for (const name of required) {
    const of = Object.hasOwn(properties, name) ? properties[name] : memberOf(schema, name)
    if (!values.isHidden(of)) add(name, of)
  }
  for (const [name, of] of Object.entries(properties)) {
    const isLeft = name in made || isNever(of) || values.isHidden(of)
    if (isLeft || Object.keys(made).length >= maxProperties) continue
    if (isWanted(making)) add(name, of)
    if (values.isHopeless(of, next.depth)) delete made[name]
  }
  addDependents(values, schema as ObjectSchema, made, next)
  for (let index = 0; Object.keys(made).length < minProperties && index < 100; index++) {
    const name = Object.keys(properties).find((it) => !(it in made)) ?? nameOf(schema, index)
    add(name, properties[name] ?? memberOf(schema, name))
  }
  return { ...made }
}

const isNever = (schema: unknown) =>
  schema === false || (typeof schema === 'object' && schema !== null && isNothing(schema))

/** An example shows all members near its root, and leaves those out that a combinator may not want. */
function isWanted({ depth, isExample, attempt, random }: Making): boolean {
  if (depth > deep) return false
  return isExample ? attempt % 4 !== 3 : random() < 0.6
}

function addDependents(
  values: Values,
  { dependentRequired = {}, dependentSchemas = {}, properties = {} }: ObjectSchema,
  made: Record<string, unknown>,
  next: Making,
) {
  for (const [name, needed] of Object.entries(dependentRequired)) {
    if (!(name in made)) continue
    for (const it of needed) made[it] ??= values.make(properties[it] ?? {}, next)
  }
  for (const [name, of] of Object.entries(dependentSchemas)) {
    if (name in made)
      Object.assign(made, { ...(values.make({ type: 'object', ...of }, next) as object), ...made })
  }
}

/** Returns the schema of a member that is not declared by its name. */
function memberOf(schema: Schema, name: string): unknown {
  const {
    patternProperties = {},
    additionalProperties,
    unevaluatedProperties,
  } = schema as ObjectSchema & {
    unevaluatedProperties?: unknown
  }
  const found = Object.entries(patternProperties).find(([it]) => new RegExp(it, 'u').test(name))
  const others = additionalProperties ?? unevaluatedProperties
  return found?.[1] ?? (typeof others === 'object' ? others : {})
}

function nameOf(schema: Schema, index: number): string {
  const { propertyNames, patternProperties = {}, additionalProperties } = schema as ObjectSchema
  const random = randomOf(index)
  if (propertyNames !== undefined) {
    const { enum: names } = propertyNames
    return Array.isArray(names)
      ? String(names[index % names.length])
      : composeString(propertyNames, random)
  }
  const [pattern] = Object.keys(patternProperties)
  if (pattern !== undefined && additionalProperties === false)
    return matching({ pattern }, random) ?? `member${index}`
  return `member${index + 1}`
}

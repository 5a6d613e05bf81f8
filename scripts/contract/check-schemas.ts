// The rules for schemas: the subset of JSON Schema on which the validators, the serializers, the
// types and the mock agree. What lies outside it would be read differently by each of them.
import { formats } from '../../src/engine/formats.ts'
import { componentName, type Document, eachOperation, follow, type Schema } from './document.ts'

/** What a schema may say. */
export const keywords = new Set([
  ...['$ref', 'type', 'const', 'enum', 'format', 'default', 'title', 'description', 'examples'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'multipleOf', 'contentEncoding'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'readOnly', 'writeOnly', 'deprecated'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['items', 'minItems', 'maxItems', 'uniqueItems', 'oneOf', 'discriminator', 'x-open-enum'],
])
const scalars = ['string', 'integer', 'number', 'boolean', 'null']

interface Found {
  schema: Schema
  at: string
}

/** Everything in which the schemas of a bundled contract leave the subset. */
export function checkSchemas(document: Document): string[] {
  const each = [...eachSchema(document, '#', new Set())].flatMap(({ schema, at }) =>
    [
      ...checkKeywords(schema),
      ...checkTypes(schema),
      ...checkObject(schema),
      ...checkUnion(schema, document),
    ]
      .filter((it) => it !== false)
      .map((it) => `${at}: ${it}`),
  )
  return [...each, ...openResponses(document)]
}

/** Every schema in the document, found where OpenAPI puts one: under `schema` and `schemas`. */
function* eachSchema(node: unknown, at: string, seen: Set<unknown>): Generator<Found> {
  if (typeof node !== 'object' || node === null || seen.has(node)) return
  seen.add(node)
  for (const [key, value] of Object.entries(node)) {
    const here = `${at}/${key}`
    if (key === 'example' || key === 'examples') continue
    if (key === 'schema') yield* eachSubschema(value, here)
    else if (key === 'schemas' && at === '#/components') {
      for (const [name, schema] of Object.entries(value))
        yield* eachSubschema(schema as Schema, `${here}/${name}`)
    } else yield* eachSchema(value, here, seen)
  }
}

function* eachSubschema(schema: Schema, at: string): Generator<Found> {
  yield { schema, at }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* eachSubschema(property, `${at}/properties/${name}`)
  }
  if (schema.items) yield* eachSubschema(schema.items, `${at}/items`)
  for (const [index, branch] of (schema.oneOf ?? []).entries())
    yield* eachSubschema(branch, `${at}/oneOf/${index}`)
}

function checkKeywords(schema: Schema) {
  const outside = Object.keys(schema).filter((key) => !keywords.has(key))
  return [
    ...outside.map((key) => `${key} is outside the supported subset of JSON Schema`),
    schema.format !== undefined &&
      !(schema.format in formats) &&
      `the format ${schema.format} is not in src/engine/formats.ts`,
    'x-open-enum' in schema &&
      (schema['x-open-enum'] !== true || schema.enum === undefined) &&
      'x-open-enum: true belongs beside an enum',
  ]
}

function checkTypes(schema: Schema) {
  if (schema.$ref !== undefined || schema.oneOf !== undefined) return []
  const types = [schema.type ?? []].flat()
  const others = types.filter((it) => it !== 'null')
  const known = others.every((it) => [...scalars, 'object', 'array'].includes(it))
  return [
    types.length === 0 && 'type is missing',
    (others.length > 1 || !known) && 'type must be one type, or one and null',
    types.includes('string') &&
      !isBounded(schema) &&
      'a string has maxLength, enum, const or a format of fixed size',
  ]
}

function isBounded(schema: Schema): boolean {
  const sized = ['uuid', 'date-time', 'password-bytes'].includes(schema.format ?? '')
  return sized || 'maxLength' in schema || 'enum' in schema || 'const' in schema
}

function checkObject(schema: Schema) {
  if (![schema.type].flat().includes('object')) return []
  const undeclared = (schema.required ?? []).filter((it) => !(it in (schema.properties ?? {})))
  return [
    typeof schema.additionalProperties !== 'boolean' &&
      'an object is closed: additionalProperties: false',
    ...undeclared.map((it) => `required names ${it}, which is not among the properties`),
  ]
}

/** Serializers write what is declared: an open object in a response would promise more than that. */
function openResponses(document: Document): string[] {
  return [...eachOperation(document)].flatMap(({ operation }) =>
    Object.entries(operation.responses).flatMap(([status, response]) =>
      Object.values(follow(document, response).content ?? {})
        .flatMap(({ schema }) => [...reachable(schema, document, new Set())])
        .filter((it) => it.additionalProperties === true)
        .map(
          () => `${operation.operationId} ${status}: additionalProperties: true is for requests`,
        ),
    ),
  )
}

/** A schema and everything that it refers to. */
function* reachable(schema: Schema, document: Document, seen: Set<Schema>): Generator<Schema> {
  const target = follow<Schema>(document, schema)
  if (seen.has(target)) return
  seen.add(target)
  yield target
  const parts = [...Object.values(target.properties ?? {}), ...(target.oneOf ?? [])]
  if (target.items) parts.push(target.items)
  for (const part of parts) yield* reachable(part, document, seen)
}

/** A union is told apart by one property, whose value each branch states as a constant. */
function checkUnion(schema: Schema, document: Document) {
  if (schema.oneOf === undefined)
    return [schema.discriminator !== undefined && 'a discriminator needs oneOf']
  const property = schema.discriminator?.propertyName
  if (property === undefined) return ['a union has a discriminator']
  return schema.oneOf.flatMap((branch) => {
    const name = componentName(branch)
    const target = name === undefined ? undefined : document.components.schemas[name]
    const value = target?.properties?.[property]?.const
    if (typeof value !== 'string')
      return [`each branch is a $ref to an object whose ${property} is a const`]
    const mapped = schema.discriminator?.mapping?.[value] === branch.$ref
    return [!mapped && `the discriminator's mapping must lead from ${value} to ${branch.$ref}`]
  })
}

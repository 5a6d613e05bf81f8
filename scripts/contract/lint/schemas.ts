// Rules for schemas: the subset of JSON Schema that the validators, the serializers, the types and
// the mock read alike.
import { formats } from '../../../src/engine/formats.ts'
import { componentName, type Document, follow, type Schema } from '../document.ts'
import { defaultOf } from '../received.ts'
import { rootSchemas } from '../root-schemas.ts'
import { createAjv, forAjv } from '../validators.ts'
import { compiledRule } from './compiled.ts'
import type { Finding, Pointer, Rule } from './rule.ts'

/** The keywords that a schema may have. */
export const keywords = new Set([
  ...['$ref', 'type', 'const', 'enum', 'format', 'default', 'title', 'description', 'examples'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'multipleOf', 'contentEncoding'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'readOnly', 'writeOnly', 'deprecated'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['items', 'minItems', 'maxItems', 'uniqueItems', 'oneOf', 'discriminator', 'x-open-enum'],
])
const scalars = ['string', 'integer', 'number', 'boolean', 'null']

type Check = (schema: Schema, document: Document) => (string | false)[]

const subsetRules: readonly Rule[] = [
  schemaRule('engine/schema-keywords', 'A schema has supported keywords only.', (schema) => [
    ...Object.keys(schema)
      .filter((key) => !keywords.has(key))
      .map((key) => `${key} is outside the supported subset of JSON Schema`),
    ...inheritedNames(schema).map(
      (name) => `a property called ${name} is not supported: every JavaScript object inherits one`,
    ),
  ]),
  schemaRule('engine/schema-format', 'A format has an implementation.', ({ format }) => [
    format !== undefined &&
      !(format in formats) &&
      `the format ${format} is not in src/engine/formats.ts`,
  ]),
  schemaRule('engine/schema-type', 'A schema has one type, or one and null.', checkType),
  schemaRule('engine/union', 'A union has a discriminator that leads to each branch.', checkUnion),
  schemaRule('engine/open-enum', 'x-open-enum: true stands beside an enum.', (schema) => [
    'x-open-enum' in schema &&
      (schema['x-open-enum'] !== true || schema.enum === undefined) &&
      'x-open-enum: true belongs beside an enum',
  ]),
  compiledRule,
]

/** Runs on a contract that keeps the rules above: other schemas may not compile. */
const defaultRule: Rule = {
  id: 'engine/default-valid',
  summary: 'A default keeps its schema and stands where it is filled in.',
  check: (document) =>
    subsetRules.some(({ check }) => check(document, {}).length > 0)
      ? []
      : [...invalidDefaults(document), ...hiddenDefaults(document)],
}

export const schemaRules: readonly Rule[] = [
  ...subsetRules,
  defaultRule,
  schemaRule('style/text-length', 'The length of a text is bounded.', checkLength),
  schemaRule('style/closed-object', 'An object says whether it is closed.', (schema) => [
    isOf(schema, 'object') &&
      schema.additionalProperties === undefined &&
      'an object must say additionalProperties: false, true or a schema',
  ]),
]

/** Validators could not tell these apart from members of the value. */
function inheritedNames({ properties = {}, required = [] }: Schema): string[] {
  return [...new Set([...Object.keys(properties), ...required])].filter((name) => name in {})
}

function schemaRule(id: Rule['id'], summary: string, check: Check): Rule {
  return {
    id,
    summary,
    check: (document) =>
      [...eachSchema(document)].flatMap(({ schema, at }) => {
        if (!isKeywords(schema))
          return id === 'engine/schema-type' ? [{ at, message: noKeywords }] : []
        return check(schema, document).flatMap((message) =>
          message === false ? [] : [{ at, message }],
        )
      }),
  }
}

/** JSON Schema also has true and false for schemas; a document may hold anything. */
const isKeywords = (schema: unknown) => typeof schema === 'object' && schema !== null
const noKeywords = 'a schema must be an object of keywords; true and false are not supported'

interface Found {
  readonly schema: Schema
  readonly at: Pointer
}

/** Finds every schema of the document. */
function* eachSchema(document: Document): Generator<Found> {
  for (const { schema, at } of rootSchemas(document)) yield* eachSubschema(schema, at)
}

function* eachSubschema(schema: Schema, at: Pointer): Generator<Found> {
  yield { schema, at }
  if (!isKeywords(schema)) return
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* eachSubschema(property, [...at, 'properties', name])
  }
  if (schema.items) yield* eachSubschema(schema.items, [...at, 'items'])
  if (typeof schema.additionalProperties === 'object')
    yield* eachSubschema(schema.additionalProperties, [...at, 'additionalProperties'])
  for (const [index, branch] of (schema.oneOf ?? []).entries())
    yield* eachSubschema(branch, [...at, 'oneOf', index])
}

const isOf = ({ type }: Schema, wanted: string) => [type].flat().includes(wanted)

function checkType(schema: Schema) {
  if (schema.$ref !== undefined || schema.oneOf !== undefined) return []
  const types = [schema.type ?? []].flat()
  const others = types.filter((it) => it !== 'null')
  const isKnown = others.every((it) => [...scalars, 'object', 'array'].includes(it))
  return [
    types.length === 0 && 'type is missing',
    (others.length > 1 || !isKnown) && 'type must be one type, or one and null',
    types.includes('null') &&
      schema.enum?.includes(null) === false &&
      'the type allows null and the enum does not: add null to the enum, or drop it from the type',
  ]
}

function checkLength(schema: Schema) {
  const isSized = ['uuid', 'date-time', 'password-bytes'].includes(schema.format ?? '')
  const isBounded = isSized || 'maxLength' in schema || 'enum' in schema || 'const' in schema
  return [
    isOf(schema, 'string') &&
      !isBounded &&
      'a string must have maxLength, enum, const or a format of fixed size',
  ]
}

/** A union is told apart by one property, whose value each branch states as a constant. */
function checkUnion(schema: Schema, document: Document) {
  if (schema.oneOf === undefined) {
    return [schema.discriminator !== undefined && 'a discriminator needs oneOf']
  }
  const property = schema.discriminator?.propertyName
  if (property === undefined) return ['a union must have a discriminator']
  return schema.oneOf.flatMap((branch) => {
    const name = componentName(branch)
    const target = name === undefined ? undefined : document.components.schemas[name]
    const value = target?.properties?.[property]?.const
    if (typeof value !== 'string') {
      return [`each branch must be a $ref to an object whose ${property} is a const`]
    }
    const isMapped = schema.discriminator?.mapping?.[value] === branch.$ref
    return [!isMapped && `the discriminator's mapping must lead from ${value} to ${branch.$ref}`]
  })
}

function invalidDefaults(document: Document): Finding[] {
  const ajv = createAjv(document)
  return [...eachSchema(document)].flatMap(({ schema, at }) => {
    if (schema.default === undefined) return []
    const validate = ajv.compile(forAjv(schema))
    if (validate(structuredClone(schema.default))) return []
    const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`.trim()) ?? []
    return [
      { at: [...at, 'default'], message: `the default breaks its schema: ${errors.join('; ')}` },
    ]
  })
}

/** A member has one default, whatever it is: those of its branches are not filled in. */
function hiddenDefaults(document: Document): Finding[] {
  const message = 'the default of a branch is not filled in: repeat it beside oneOf'
  const isHidden = (schema: Schema) =>
    defaultOf(document, schema) === undefined &&
    follow<Schema>(document, schema).oneOf?.some((it) => defaultOf(document, it) !== undefined)
  return [...eachSchema(document)].flatMap(({ schema, at }) =>
    Object.entries(schema.properties ?? {})
      .filter(([, it]) => isHidden(it))
      .map(([name]) => ({ at: [...at, 'properties', name], message })),
  )
}

// The JSON schemas by which editors complete and check the files of `openapi/`. They follow from the types of
// OpenAPI 3.1 by which Redocly checks the structure, and from our extensions, so editor and lint agree.
import { type NodeType, Oas3_1Types } from '@redocly/openapi-core'
import { keysOf, shapesOf, typeExtension, typoPattern } from './extensions.ts'

type JsonSchema = Record<string, unknown>
type PropType = Exclude<NodeType['properties'][string], (...args: never[]) => unknown>

/** What the files of a place hold, by the place in `openapi/`. */
export const fileKinds: Readonly<Record<string, string>> = {
  'openapi.yaml': 'Root',
  'paths/*.yaml': 'PathItem',
  'components/schemas/*.yaml': 'Schema',
  'components/parameters/*.yaml': 'Parameter',
  'components/headers/*.yaml': 'Header',
  'components/requestBodies/*.yaml': 'RequestBody',
  'components/responses/*.yaml': 'Response',
  'components/examples/*.yaml': 'Example',
  'components/securitySchemes/*.yaml': 'SecurityScheme',
  'components/pathItems/*.yaml': 'PathItem',
}

const draft = 'http://json-schema.org/draft-07/schema#'

/** Returns the files for editors by name: the definitions, and one that names each kind of file. */
export function editorFiles(): Record<string, string> {
  const types = Object.entries(typeExtension.oas3(Oas3_1Types))
  const definitions = Object.fromEntries([
    ['Reference', reference],
    ...types.map(([name, type]) => [name, definition(name, type)]),
  ])
  const kinds = [...new Set(Object.values(fileKinds))].map((kind) => {
    return [`${kind}.json`, { $schema: draft, $ref: `openapi.json#/definitions/${kind}` }] as const
  })
  const files = [['openapi.json', { $schema: draft, definitions }] as const, ...kinds]
  return Object.fromEntries(
    files.map(([name, content]) => [name, `${JSON.stringify(content, null, 2)}\n`]),
  )
}

const reference: JsonSchema = {
  description: 'A path to another file, or a pointer into this one.',
  type: 'object',
  properties: {
    $ref: { type: 'string' },
    summary: { type: 'string' },
    description: { type: 'string' },
  },
  required: ['$ref'],
  additionalProperties: false,
}

/** The objects that OpenAPI lets a Reference Object stand for. */
const referable = new Set([
  ...['Parameter', 'Header', 'RequestBody', 'Response', 'Example', 'Link', 'Callback'],
  'SecurityScheme',
])

function definition(name: string, type: NodeType): JsonSchema {
  const own = objectOf(name, type)
  if (!referable.has(name)) return own
  return when({ required: ['$ref'] }, named('Reference'), own)
}

/** Returns a schema with a condition, from entries: an object literal with `then` would look like a promise. */
const when = (condition: JsonSchema, thenSchema: JsonSchema, elseSchema: JsonSchema = {}) =>
  Object.fromEntries([
    ['if', condition],
    ['then', thenSchema],
    ['else', elseSchema],
  ])

const named = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` })

function objectOf(name: string, type: NodeType): JsonSchema {
  const { description, items, requiredOneOf } = type
  if (items !== undefined) return { type: 'array', items: schemaOf(items) }
  const properties = Object.entries(type.properties).map(([key, value]) => {
    return [key, shapesOf(name)[key] ?? schemaOf(value)] as const
  })
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    properties: {
      ...Object.fromEntries(properties),
      // Redocly resolves it before it looks at the other keywords.
      ...(name === 'Schema' && { $ref: { type: 'string' } }),
    },
    ...requiredOf(type),
    ...(requiredOneOf && { anyOf: requiredOneOf.map((it) => ({ required: [it] })) }),
    ...otherKeysOf(name, type),
  }
}

function requiredOf({ required, properties }: NodeType): JsonSchema {
  if (typeof required !== 'function') return required ? { required } : {}
  // What is required depends on the type that the object names.
  const { type } = properties
  const names = type !== null && typeof type === 'object' && 'enum' in type ? (type.enum ?? []) : []
  return {
    required: ['type'],
    allOf: names.map((it) => {
      const isOfType = { properties: { type: { const: it } }, required: ['type'] }
      return when(isOfType, { required: required({ type: it }, undefined) })
    }),
  }
}

/** Names that stand for all that an object of free names may have, and the pattern of those. */
const freeNames = [
  ['name', undefined],
  ['/path', '^/'],
  ['200', '^[1-5](\\d\\d|XX)$'],
] as const

/** Returns which other keys an object may have. */
function otherKeysOf(
  name: string,
  { additionalProperties: free, extensionsPrefix }: NodeType,
): JsonSchema {
  const patterns: [string, unknown][] = extensionsPrefix ? [[`^${extensionsPrefix}`, {}]] : []
  for (const key of keysOf(name)) patterns.push([typoPattern(key), false])
  for (const [sample, pattern] of free === undefined ? [] : freeNames) {
    const value = schemaOf(free, sample)
    if (value === undefined) continue
    if (pattern === undefined) return { additionalProperties: value }
    patterns.push([pattern, value])
  }
  const patternProperties = patterns.length > 0 && {
    patternProperties: Object.fromEntries(patterns),
  }
  return { ...patternProperties, additionalProperties: false }
}

/** A value of each type, for types that depend on the value. */
const samples = [true, '', [], {}]

/** Returns the schema of a property; undefined where Redocly accepts none of this name. */
function schemaOf(type: NodeType['properties'][string], key = ''): JsonSchema | undefined {
  if (typeof type !== 'function') return schemaOfType(type)
  const chosen = samples.map((value) => JSON.stringify(schemaOfType(type(value, key))))
  const [first, ...more] = [...new Set(chosen)].map((it) => it && JSON.parse(it))
  return more.length === 0 ? first : { anyOf: [first, ...more] }
}

function schemaOfType(type: PropType): JsonSchema | undefined {
  if (type === undefined) return undefined
  if (type === null) return {}
  if (typeof type === 'string') return named(type)
  if ('properties' in type) return objectOf('', type)
  const { type: name, items, enum: values, minimum, description } = type
  return {
    ...(description !== undefined && { description }),
    ...(name !== undefined && { type: name }),
    ...(values !== undefined && { enum: values }),
    ...(minimum !== undefined && { minimum }),
    ...(items !== undefined && { items: schemaOfType(items) }),
  }
}

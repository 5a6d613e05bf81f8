// Where schemas stand in a document, and where others stand inside of one.
import type { Document, Pointer, Schema } from './document.ts'
import { rootSchemas } from './root-schemas.ts'

/** The keywords that hold a schema, or a list of schemas. */
export const nestedSchemas: ReadonlySet<string> = new Set([
  ...['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'allOf', 'anyOf', 'oneOf', 'prefixItems'],
])
/** The keywords whose members have names of the author's choice: `$ref` is one like any other there. */
export const namedSchemas: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs'],
])

/** All keywords that a schema may have. */
export const keywords: ReadonlySet<string> = new Set([
  ...nestedSchemas,
  ...namedSchemas,
  ...['$ref', '$comment', 'type', 'const', 'enum', 'format', 'default', 'title', 'description'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'multipleOf', 'exclusiveMinimum'],
  ...['exclusiveMaximum', 'required', 'minProperties', 'maxProperties', 'dependentRequired'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'contentEncoding'],
  ...['contentMediaType', 'contentSchema', 'readOnly', 'writeOnly', 'deprecated', 'examples'],
  ...['example', 'externalDocs', 'xml', 'discriminator', 'x-open-enum'],
])

export interface Found {
  readonly schema: Schema
  readonly at: Pointer
}

/** Yields every schema of a document. */
export function* eachSchema(document: Document): Generator<Found> {
  for (const it of rootSchemas(document)) yield* withSubschemas(it)
}

function* withSubschemas(found: Found): Generator<Found> {
  if (typeof found.schema !== 'object' || found.schema === null) return
  yield found
  for (const { schema, at } of subschemas(found.schema))
    yield* withSubschemas({ schema, at: [...found.at, ...at] })
}

/** Returns the schemas that stand directly in a schema, with the keys that lead there. */
export function subschemas(schema: Schema): Found[] {
  return Object.entries(schema).flatMap(([key, value]): Found[] => {
    if (typeof value !== 'object' || value === null) return []
    if (nestedSchemas.has(key) && !Array.isArray(value)) return [{ schema: value, at: [key] }]
    if (!nestedSchemas.has(key) && !namedSchemas.has(key)) return []
    return Object.entries(value as Record<string, Schema>).map(([name, it]) => {
      return { schema: it, at: [key, Array.isArray(value) ? Number(name) : name] }
    })
  })
}

/** Tells whether a schema of the document limits what others have left unevaluated. */
export function hasUnevaluated(document: Document): boolean {
  return [...eachSchema(document)].some(
    ({ schema }) => 'unevaluatedItems' in schema || 'unevaluatedProperties' in schema,
  )
}

/** Keywords whose true or false the generators read. */
const openOrClosed = ['additionalProperties', 'unevaluatedProperties']

/** Puts an object of keywords in the place of each other schema that is true or false. */
export function spellOutBooleans(document: Document): void {
  for (const { holder, key } of rootSchemas(document)) spellOut(holder, (it) => it === key)
  for (const { schema } of eachSchema(document)) {
    spellOut(schema, (key) => nestedSchemas.has(key) && !openOrClosed.includes(key))
    for (const [key, value] of Object.entries(schema)) {
      const isHolder = namedSchemas.has(key) || (nestedSchemas.has(key) && Array.isArray(value))
      if (isHolder && typeof value === 'object' && value !== null) spellOut(value, () => true)
    }
  }
}

function spellOut(holder: object, isSchema: (key: string) => boolean): void {
  for (const [key, value] of Object.entries(holder)) {
    if (!isSchema(key) || typeof value !== 'boolean') continue
    Object.assign(holder, { [key]: value ? {} : { not: {} } })
  }
}

// Request bodies by media type: how the engine reads each, and the schema that validates what it reads.
import type { BodyOutline, Operation, ParameterOutline } from '../../src/engine/operation.ts'
import {
  type Document,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'

/** A media type of a request body, as the engine sees it. */
export interface SentType {
  /** Type and subtype in lower case, without parameters; may be a range such as `image/*`. */
  readonly name: string
  /** The key in the document. */
  readonly key: string
  readonly outline: BodyOutline
  readonly schema: Schema
}

/** Returns the body that an operation takes, as the engine reads it. */
export function outlineBody(document: Document, operation: OperationObject): Operation['body'] {
  const body = operation.requestBody && follow(document, operation.requestBody)
  if (body === undefined) return null
  const types = sentTypes(document, operation).map(({ name, outline }) => [name, outline])
  return { required: body.required === true, types: Object.fromEntries(types) }
}

/** Returns the media types that the engine reads an operation's body from. */
export function sentTypes(document: Document, { requestBody }: OperationObject): SentType[] {
  if (requestBody === undefined) return []
  const { content, 'x-body-limit': size } = follow(document, requestBody)
  const limit = size === undefined ? undefined : bytesOf(size)
  return Object.entries(content).flatMap(([key, media]) => {
    const name = typeName(key)
    const schema = schemaOf(media)
    const kind = kindOf(name, follow<Schema>(document, schema))
    if (kind === undefined) return []
    const fields = kind === 'form' ? formFields(document, schema) : {}
    const outline = {
      kind,
      ...(limit !== undefined && { limit }),
      ...(Object.keys(fields).length > 0 && { fields }),
    }
    return [{ name, key, outline, schema: kind === 'binary' ? {} : schema }]
  })
}

const units: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 }

/** Returns the bytes that a size such as `10MB` stands for; undefined for any other text. */
export function bytesOf(size: string): number | undefined {
  const [, count, unit = ''] = /^([1-9]\d{0,3})(kB|MB|GB)$/.exec(size) ?? []
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 1)
}

/** Returns the fields of a form that are no texts. */
function formFields(document: Document, schema: Schema): Record<string, ParameterOutline> {
  const { properties = {}, required = [] } = follow<Schema>(document, schema)
  const fields = Object.entries(properties).flatMap(([name, it]) => {
    const type = scalarOf(follow<Schema>(document, it))
    if (type !== 'integer' && type !== 'boolean') return []
    return [[name, { type, required: required.includes(name) }] as const]
  })
  return Object.fromEntries(fields)
}

/** Returns what the engine does not read of the forms of an operation, with the keys that lead there. */
export function unreadForms(document: Document, { requestBody }: OperationObject) {
  const { content } = requestBody ? follow(document, requestBody) : { content: {} }
  return Object.entries(content).flatMap(([key, media]) => {
    if (kindOf(typeName(key), {}) !== 'form') return []
    const { properties = {}, ...schema } = follow<Schema>(document, schemaOf(media))
    const others = Object.entries(properties).filter(
      ([, it]) => scalarOf(follow<Schema>(document, it)) === undefined,
    )
    const composed = ['oneOf', 'anyOf', 'allOf'].filter((it) => it in schema)
    const names = [...others.map(([name]) => name), ...composed]
    if ('encoding' in media) names.push('encoding')
    return names.map((name) => ({ below: ['content', key], name }))
  })
}

/** Returns the type of a schema whose values a form has as one text, beside null. */
function scalarOf({ type }: Schema): 'string' | 'integer' | 'boolean' | undefined {
  const [only, ...others] = [type].flat().filter((it) => it !== 'null')
  const isScalar = only === 'string' || only === 'integer' || only === 'boolean'
  return isScalar && others.length === 0 ? only : undefined
}

/** Returns type and subtype of a media type in lower case, without its parameters. */
export const typeName = (key: string) => (key.split(';')[0] ?? '').trim().toLowerCase()

/** Returns the schema of a media type; one without a schema may hold anything. */
const schemaOf = ({ schema }: Partial<MediaType>): Schema => schema ?? {}

const jsonType = /^(\*|[^/]+)\/(json|(.+)\+json)$/
const xmlType = /^[^/]+\/(xml|(.+)\+xml)$/

/** Returns the media types of a body that are XML for a schema which has no text, beside others. */
export function xmlAlternatives(document: Document, content: Record<string, MediaType>): string[] {
  const keys = Object.keys(content)
  const found = keys.filter((key) => {
    const schema = follow<Schema>(document, schemaOf(content[key] ?? {}))
    return xmlType.test(typeName(key)) && !isAny(schema) && ![schema.type].flat().includes('string')
  })
  return found.length < keys.length ? found : []
}

/** Returns how the engine reads a body of this type; undefined where it cannot. */
function kindOf(name: string, schema: Schema): BodyOutline['kind'] | undefined {
  if (name === 'application/x-www-form-urlencoded') return 'form'
  if (jsonType.test(name)) return 'json'
  if (name.startsWith('multipart/')) return undefined
  const isText = [schema.type].flat().includes('string')
  if (isBytes(schema)) return 'binary'
  if (name.startsWith('text/') && !xmlType.test(name))
    return isText || isAny(schema) ? 'text' : undefined
  if (name === '*/*' || name === 'application/*') return isAny(schema) ? 'binary' : 'json'
  if (isAny(schema)) return 'binary'
  return isText ? 'text' : undefined
}

/** Tells whether a schema says nothing of a value. */
const isAny = (schema: Schema) => Object.keys(schema).every((it) => annotations.has(it))
const annotations = new Set(['title', 'description', 'example', 'examples', 'deprecated'])

/** Tells whether a schema stands for bytes outside of JSON. */
function isBytes(schema: Schema & { contentMediaType?: string; contentEncoding?: string }) {
  if (schema.type !== undefined && schema.type !== 'string') return false
  if (schema.format === 'binary') return true
  return schema.contentMediaType !== undefined && schema.contentEncoding === undefined
}

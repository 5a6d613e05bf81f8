// Request bodies by media type: how the engine reads each, and the schema that validates what it reads.
import type { BodyOutline, Operation } from '../../src/engine/operation.ts'
import {
  type Document,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'
import { formProblems, outlineForm } from './forms.ts'

/** A media type of a request body, as the engine sees it. */
export interface SentType {
  /** Type and subtype in lower case, without parameters; may be a range such as `image/*`. */
  readonly name: string
  /** The key in the document. */
  readonly key: string
  readonly kind: BodyOutline['kind']
  readonly media: MediaType
  readonly schema: Schema
}

/** Returns the body that an operation takes, as the engine reads it. */
export function outlineBody(document: Document, operation: OperationObject): Operation['body'] {
  const body = operation.requestBody && follow(document, operation.requestBody)
  if (body === undefined) return null
  const { 'x-body-limit': size } = body
  const limit = size === undefined ? undefined : bytesOf(size)
  const types = sentTypes(document, operation).map(({ name, kind, media }) => {
    const form = kind === 'form' ? outlineForm(document, media) : {}
    return [name, { kind, ...(limit !== undefined && { limit }), ...form }]
  })
  return { required: body.required === true, types: Object.fromEntries(types) }
}

/** Returns the media types that the engine reads an operation's body from. */
export function sentTypes(document: Document, { requestBody }: OperationObject): SentType[] {
  if (requestBody === undefined) return []
  const { content } = follow(document, requestBody)
  return Object.entries(content).flatMap(([key, media]) => {
    const name = typeName(key)
    const schema = schemaOf(media)
    const kind = kindOf(name, follow<Schema>(document, schema))
    if (kind === undefined) return []
    return [{ name, key, kind, media, schema: kind === 'binary' ? {} : schema }]
  })
}

const units: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 }

/** Returns the bytes that a size such as `10MB` stands for; undefined for any other text. */
export function bytesOf(size: string): number | undefined {
  const [, count, unit = ''] = /^([1-9]\d{0,3})(kB|MB|GB)$/.exec(size) ?? []
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 1)
}

/** Returns what the engine does not read of the forms of an operation, with the keys that lead there. */
export function unreadForms(document: Document, { requestBody }: OperationObject) {
  const { content } = requestBody ? follow(document, requestBody) : { content: {} }
  return Object.entries(content).flatMap(([key, media]) => {
    if (kindOf(typeName(key), {}) !== 'form') return []
    const problems = formProblems(document, media)
    return problems.map(({ below, message }) => ({ below: ['content', key, ...below], message }))
  })
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

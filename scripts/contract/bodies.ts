// Request bodies by media type: how the engine reads each, and the schema that validates what it reads.
import type { BodyOutline, Operation } from '../../src/engine/operation.ts'
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
  const { content } = requestBody ? follow(document, requestBody) : { content: {} }
  return Object.entries(content).flatMap(([key, media]) => {
    const name = typeName(key)
    const schema = schemaOf(media)
    const kind = kindOf(name, follow<Schema>(document, schema))
    if (kind === undefined) return []
    return [{ name, key, outline: { kind }, schema: kind === 'binary' ? {} : schema }]
  })
}

/** Returns type and subtype of a media type in lower case, without its parameters. */
export const typeName = (key: string) => (key.split(';')[0] ?? '').trim().toLowerCase()

/** Returns the schema of a media type; one without a schema may hold anything. */
const schemaOf = ({ schema }: Partial<MediaType>): Schema => schema ?? {}

const jsonType = /^(\*|[^/]+)\/(json|(.+)\+json)$/
const xmlType = /^[^/]+\/(xml|(.+)\+xml)$/

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

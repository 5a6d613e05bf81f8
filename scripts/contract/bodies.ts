// Request bodies by media type: how the engine reads each, and the schema that validates what it reads.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import type { BodyOutline, Operation } from '../../src/engine/operation.ts'
import {
  type Document,
  follow,
  type MediaType,
  type OperationObject,
  type Schema,
} from './document.ts'
import { formProblems, isAny, isBytes, outlineForm } from './forms.ts'
import { multipartProblems, outlineMultipart, readSchema } from './multipart.ts'

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
    const fields =
      kind === 'form'
        ? outlineForm(document, media)
        : kind === 'multipart'
          ? outlineMultipart(document, media)
          : {}
    return [name, { kind, ...(limit !== undefined && { limit }), ...fields }]
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
    const kind = kindOf(name, document, schema, media['x-itemSchema'])
    if (kind === undefined) return []
    return [{ name, key, kind, media, schema: validated(document, media, kind) }]
  })
}

/** Returns the schema of what the engine reads from a body. */
function validated(document: Document, media: MediaType, kind: BodyOutline['kind']): Schema {
  if (kind === 'binary' || kind === 'lines') return {}
  return kind === 'multipart' ? readSchema(document, media) : schemaOf(media)
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
    const kind = kindOf(typeName(key), document, schemaOf(media), media['x-itemSchema'])
    if (kind !== 'form' && kind !== 'multipart') return []
    const problemsOf = kind === 'form' ? formProblems : multipartProblems
    const problems = problemsOf(document, media)
    return problems.map(({ below, message }) => ({ below: ['content', key, ...below], message }))
  })
}

/** Returns type and subtype of a media type in lower case, without its parameters. */
export const typeName = (key: string) => (key.split(';')[0] ?? '').trim().toLowerCase()

/** Returns the schema of a media type; one without a schema may hold anything. */
const schemaOf = ({ schema }: Partial<MediaType>): Schema => schema ?? {}

/** Tells whether a response has no body, whatever a document says of its content. */
export const isBodiless = (method: string, status: string) =>
  method === 'head' || ['204', '205', '304'].includes(status)

/** Tells whether a media type is JSON values in lines. */
export const isLines = (name: string) => /^application\/(x-ndjson|ndjson|jsonl)$/.test(name)

/** Tells whether a body may be left out and declares nothing: generators write one for each operation. */
export function declaresNoBody(document: Document, { requestBody }: OperationObject): boolean {
  const body = requestBody && follow(document, requestBody)
  if (body === undefined || body.required === true) return false
  return Object.values(body.content ?? {}).every((media) => {
    const { type, properties, additionalProperties: _, required, ...rest } = schemaOf(media)
    const names = [...Object.keys(properties ?? {}), ...(required ?? [])]
    return (type === undefined || type === 'object') && isAny(rest) && names.length === 0
  })
}

const jsonType = /^(\*|[^/]+)\/(json|(.+)\+json)$/
const xmlType = /^[^/]+\/(xml|(.+)\+xml)$/

/**
 * Returns the media types of a body that the engine leaves out beside others: XML beside JSON, or else with a
 * schema that is no text, and beside JSON also other types of text or bytes with the schema of a value.
 */
export function leftOutTypes(document: Document, content: Record<string, MediaType>): string[] {
  const keys = Object.keys(content)
  const hasJson = keys.some((key) => jsonType.test(typeName(key)))
  const found = Object.entries(content).filter(([key, media]) => {
    const name = typeName(key)
    if (name === eventStreamType || isLines(name)) return false
    if (xmlType.test(name)) return hasJson || !isText(document, media)
    return hasJson && kindOf(name, document, schemaOf(media), media['x-itemSchema']) === undefined
  })
  return found.length < keys.length ? found.map(([key]) => key) : []
}

function isText(document: Document, media: MediaType): boolean {
  const schema = follow<Schema>(document, schemaOf(media))
  return isAny(schema) || [schema.type].flat().includes('string')
}

/** Tells whether a media type is XML. */
export const isXml = (name: string) => xmlType.test(name)

/** Returns how the engine reads a body of this type; undefined where it cannot. */
function kindOf(
  name: string,
  document: Document,
  given: Schema,
  item?: Schema,
): BodyOutline['kind'] | undefined {
  const schema = follow<Schema>(document, given)
  if (name === 'application/x-www-form-urlencoded') return 'form'
  if (jsonType.test(name)) return 'json'
  if (item !== undefined) return isLines(name) ? 'lines' : undefined
  if (name === 'multipart/form-data' && !isAny(schema)) return 'multipart'
  const isText = [schema.type].flat().includes('string')
  if (isBytes(schema)) return 'binary'
  if (name.startsWith('text/') && !xmlType.test(name))
    return isText || isAny(schema) ? 'text' : undefined
  if (name === '*/*' || name === 'application/*') return isAny(schema) ? 'binary' : 'json'
  if (isAny(schema)) return 'binary'
  return isText ? 'text' : undefined
}

// The responses of an operation as the engine knows them: by status, by range such as `4XX`, and `default`.
import type { ContentOutline, ResponseOutline } from '../../src/engine/operation.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import {
  type Document,
  follow,
  headersOf,
  type MediaType,
  type OperationObject,
  type Parameter,
  type ResponseObject,
  type Schema,
} from './document.ts'
import { isShort } from './expand.ts'
import { parameterTable } from './parameters.ts'

/** Matches the key of a response that the engine answers. */
export const responseKey = /^([2345](\d\d|XX)|default)$/

/**
 * Returns the responses of an operation by key. Where the `default` is added by rule it is left out: it
 * documents what any request may get, and the operation lists its own errors.
 */
export function responsesOf(
  document: Document,
  { responses }: OperationObject,
): [string, ResponseObject][] {
  const isByRule = isShort(document)
  return Object.entries(responses)
    .filter(([key]) => responseKey.test(key) && !(isByRule && key === 'default'))
    .map(([key, it]) => [key, follow(document, it)])
}

/** A media type of a response as handlers choose it and the engine writes it. */
export interface Content {
  readonly type: string
  /** As the document has it: a range where handlers answer JSON. */
  readonly declared: string
  readonly media: MediaType
  /** The key of its serializer and validator. */
  readonly key: string
}

/** Returns the media types of the response of this key. A range with the schema of a value is JSON. */
export function contentsOf(
  document: Document,
  key: string,
  { content = {} }: ResponseObject,
): Content[] {
  const all = Object.entries(content).map(([declared, media], index) => {
    const isValue = /^(application|\*)\/\*$/.test(declared) && !isText(document, media.schema)
    const type = isValue ? 'application/json' : declared
    return { type, declared, media, key: index === 0 ? key : `${key} ${type}` }
  })
  return all.filter((it) => all.find(({ type }) => type === it.type) === it)
}

/** Tells whether a schema may describe text or bytes, as one without any constraint may. */
export function isText(document: Document, schema: Schema | undefined): boolean {
  if (schema === undefined) return true
  const { type, ...rest } = follow<Schema>(document, schema)
  if (type !== undefined) return type === 'string'
  return !['properties', 'items', 'allOf', 'anyOf', 'oneOf', 'enum', 'const'].some(
    (it) => it in rest,
  )
}

/** Returns the outlines of the responses of an operation by key. */
export function responseTable(document: Document, operation: OperationObject) {
  const entries = responsesOf(document, operation).map(
    ([key, response]): [string, ResponseOutline] => {
      const contents = contentsOf(document, key, response)
      const [{ type } = { type: null }] = contents
      const raw = type !== null && isRawType(type) && { isRaw: true as const }
      const isChosen = contents.length > 1 || type?.includes('*')
      const types = isChosen && { types: Object.fromEntries(contents.map(choice)) }
      const headers = parameterTable(document, headersOf(document, response).map(spelled))
      return [key, { type, ...types, ...raw, headers }]
    },
  )
  return Object.fromEntries(entries)
}

/** Headers that the engine reads or writes itself, as it spells them. */
const spellings = [
  ...['Cache-Control', 'Cache-Status', 'ETag', 'Link', 'Location', 'RateLimit', 'RateLimit-Policy'],
  ...['Set-Cookie', 'Vary', 'X-Request-Id'],
]

function spelled({ name, ...header }: Parameter): Parameter {
  const own = spellings.find((it) => it.toLowerCase() === name.toLowerCase())
  return { name: own ?? name, ...header }
}

export const isSetCookie = (name: string) => name.toLowerCase() === 'set-cookie'

/** Returns the headers of a response as validators see them: `Set-Cookie` is the list of its lines. */
export function sentHeaders(document: Document, response: ResponseObject): Parameter[] {
  return headersOf(document, response).map((it) => {
    if (!isSetCookie(it.name) || follow<Schema>(document, it.schema).type === 'array') return it
    return { ...it, schema: { type: 'array', items: it.schema } }
  })
}

function choice({ type, key }: Content): [string, ContentOutline] {
  return [type, { ...(isRawType(type) && { isRaw: true as const }), key }]
}

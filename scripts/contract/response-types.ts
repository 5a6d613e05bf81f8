// The types of responses in `generated/types.d.ts`: what handlers return, and bodies of errors.
import { problemType } from '../../src/engine/error-bodies.ts'
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { statuses } from '../../src/engine/problem.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  headersOf,
  type OperationObject,
  type Parameter,
  type ResponseObject,
  type Schema,
} from './document.ts'
import { hasLines } from './event-streams.ts'
import { isShort } from './expand.ts'
import { type Content, contentsOf, isSetCookie, responsesOf } from './responses.ts'
import { isScalar, property, quoted, scalarType, schemaType } from './type-source.ts'

/**
 * Returns who gives a response this header: the engine, the handler, or the engine where the handler gives
 * none. What a client may keep is the engine's with `x-cache`, and in a contract that leaves it to rules.
 */
export function giverOf(
  document: Document,
  found: Pick<DocumentedOperation, 'operation' | 'method' | 'path'>,
  [key, response]: [string, ResponseObject],
  header: string,
): 'engine' | 'handler' | 'either' {
  const { operation, method, path } = found
  const { 'x-cache': cache, 'x-rate-limit': rateLimit } = operation
  const name = header.toLowerCase()
  const engineIf = (condition: boolean) => (condition ? 'engine' : 'handler')
  if (name === 'x-request-id') return 'engine'
  if (name === 'cache-status') return engineIf(cache !== undefined)
  if (name.startsWith('ratelimit')) return engineIf(rateLimit !== undefined)
  if (!['etag', 'cache-control', 'vary'].includes(name)) return 'handler'
  const isByRule = isShort(document) && (name !== 'etag' || method !== 'post')
  if (cache !== undefined || isByRule) return 'engine'
  const isRead = method === 'get' && key === '200'
  const eitherIf = (condition: boolean) => (condition ? 'either' : 'handler')
  if (name === 'cache-control') return eitherIf(isRead || method !== 'get' || /^[45]/.test(key))
  const contents = contentsOf(document, key, response)
  if (name === 'vary') return eitherIf(isRead || contents.length > 1)
  const isValue = contents.some(({ type }) => !isRawType(type) && type !== eventStreamType)
  const isShown = isRead || shownType(document, document.paths[path]?.get) !== 'never'
  return eitherIf(key === '200' && isValue && isShown)
}

/** Returns the type of what a handler returns. */
export function successType(document: Document, found: DocumentedOperation): string {
  const { operation } = found
  const all = responsesOf(document, operation)
  const keys = all.map(([key]) => key)
  const types = all
    .filter(([key, response]) => isReturned(key, response))
    .flatMap(([key, response]) => {
      const place = responsePlace(operation, key)
      const giver = (name: string) => giverOf(document, found, [key, response], name)
      return resultTypes(document, place, [key, response], statusType(key, keys), giver)
    })
  return types.length === 0 ? 'never' : types.join(' | ')
}

/** The statuses of an ApiError. */
const errorStatuses = Object.values(statuses).map(String)

/** Tells whether handlers return a response: they throw problem documents, and a 304 is the engine's. */
function isReturned(key: string, { content = {} }: ResponseObject): boolean {
  const types = Object.keys(content)
  const isProblem = types.length > 0 && types.every((it) => it === problemType)
  return key !== '304' && !(isProblem && (errorStatuses.includes(key) || !/^\d+$/.test(key)))
}

/** Returns the type of the statuses that a response covers, beside those that have their own. */
function statusType(key: string, keys: readonly string[]): string {
  if (/^\d+$/.test(key)) return key
  const isRange = key !== 'default'
  const ranges = keys.filter((it) => it.endsWith('XX'))
  const classes = isRange
    ? [key]
    : ['2XX', '3XX', '4XX', '5XX'].filter((it) => !ranges.includes(it))
  const digits = classes.map((it) => it.charAt(0))
  const exact = keys.filter((it) => /^\d+$/.test(it) && digits.includes(it.charAt(0)))
  const all = digits.length === 0 ? 'never' : `StatusIn<${digits.join(' | ')}>`
  return exact.length === 0 ? all : `Exclude<${all}, ${exact.join(' | ')}>`
}

/** Returns the types of a result, one for each media type. */
function resultTypes(
  document: Document,
  place: string,
  [key, response]: [string, ResponseObject],
  status: string,
  giver: (name: string) => ReturnType<typeof giverOf>,
): string[] {
  const own = headersOf(document, response).filter((it) => giver(it.name) !== 'engine')
  const isNeeded = (it: Parameter) => it.required === true && giver(it.name) === 'handler'
  const headers = own.map((it) => {
    const type = headerType(document, it, place)
    return `readonly ${property(it.name)}${isNeeded(it) ? '' : '?'}: ${type}`
  })
  const mark = own.some(isNeeded) ? '' : '?'
  const resultOf = (content?: Content, type?: string) => {
    const isRaw = content !== undefined && isRawType(content.type)
    const types = [
      ...(headers.length > 0 ? [`{ ${headers.join('; ')} }`] : []),
      ...(isRaw ? ['RawHeaders'] : []),
    ]
    const fields = [
      `readonly status: ${status}`,
      ...(type === undefined ? [] : [`readonly type: ${type}`]),
      ...(types.length === 0 ? [] : [`readonly headers${mark}: ${types.join(' & ')}`]),
      ...(content === undefined ? [] : [`readonly body: ${bodyType(place, content)}`]),
    ]
    return `{ ${fields.join('; ')} }`
  }
  const contents = contentsOf(document, key, response)
  const [only] = contents
  if (contents.length <= 1 && !only?.type.includes('*')) return [resultOf(only)]
  return contents.map((it) =>
    resultOf(it, it.type.includes('*') ? `MediaTypeIn<${quoted(it.type)}>` : quoted(it.type)),
  )
}

function headerType(document: Document, { name, schema }: Parameter, place: string): string {
  if (isSetCookie(name)) return 'string | readonly string[]'
  const target = follow<Schema>(document, schema)
  return isScalar(target)
    ? scalarType(target)
    : `Exclude<${place}['headers'][${quoted(name)}], undefined>`
}

/** Returns a response's place among the types of the document. */
function responsePlace({ operationId }: OperationObject, key: string): string {
  return `operations['${operationId}']['responses'][${/^\d+$/.test(key) ? key : quoted(key)}]`
}

/**
 * Returns the type of a body.
 * @param place its response among the types of the document.
 */
function bodyType(place: string, { type, declared, media }: Content): string {
  const at = `${place}['content'][${quoted(declared)}]`
  const { 'x-itemSchema': item } = media
  if (type === eventStreamType) return `EventStream<${item ? schemaType(item, at) : 'string'}>`
  if (item && hasLines(type, media)) return `AsyncIterable<${schemaType(item, at)}>`
  if (isRawType(type)) return 'RawBody'
  return media.schema ? schemaType(media.schema, at) : 'unknown'
}

/** Returns the type of the body with which a GET answers 200; never where it has none. */
export function shownType(document: Document, read: OperationObject | undefined): string {
  const [, response] = (read && responsesOf(document, read).find(([key]) => key === '200')) ?? []
  const [content] = response ? contentsOf(document, '200', response) : []
  if (!read || !content || isRawType(content.type)) return 'never'
  return content.type === eventStreamType ? 'never' : bodyType(responsePlace(read, '200'), content)
}

/** Returns the type of the bodies of errors that are no problem documents, over all operations. */
export function errorBodyType(document: Document): string {
  const types = [...eachOperation(document)].flatMap(({ operation }) =>
    responsesOf(document, operation)
      .filter(([key]) => /^([45]|default)/.test(key))
      .flatMap(([key, response]) => {
        const [content] = contentsOf(document, key, response)
        if (!content || content.type === problemType || isRawType(content.type)) return []
        const written = operation.responses[key]
        const name =
          written && '$ref' in written && /^#\/components\/responses\/([\w.-]+)$/.exec(written.$ref)
        const place = name ? `components['responses']['${name[1]}']` : responsePlace(operation, key)
        return [bodyType(place, content)]
      }),
  )
  return [...new Set(types)].join(' | ') || 'never'
}

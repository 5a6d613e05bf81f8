// The types of responses in `generated/types.d.ts`: what handlers return, and bodies of errors.
import { problemType } from '../../src/engine/error-bodies.ts'
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { statuses } from '../../src/engine/problem.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import {
  type Document,
  eachOperation,
  headersOf,
  type OperationObject,
  type ResponseObject,
} from './document.ts'
import { responsesOf } from './responses.ts'
import { property, quoted, schemaType } from './type-source.ts'

/** Headers that the engine writes, so that no handler has to. */
export const engineHeaders = [
  ...['X-Request-Id', 'ETag', 'Cache-Control', 'Vary', 'Cache-Status', 'RateLimit'],
  'RateLimit-Policy',
]

/** Returns the type of what a handler returns. */
export function successType(document: Document, operation: OperationObject): string {
  const all = responsesOf(document, operation)
  const keys = all.map(([key]) => key)
  const types = all
    .filter(([key, response]) => isReturned(key, response))
    .map(([key, response]) => {
      const place = responsePlace(operation, key)
      return resultType(document, place, response, statusType(key, keys))
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

function resultType(
  document: Document,
  place: string,
  response: ResponseObject,
  status: string,
): string {
  const isRaw = Object.keys(response.content ?? {}).some(isRawType)
  const own = headersOf(document, response).filter((it) => !engineHeaders.includes(it.name))
  const headers = own.map((it) => `readonly ${property(it.name)}${it.required ? '' : '?'}: string`)
  const isRequired = own.some((it) => it.required)
  const fields = [`readonly status: ${status}`]
  const types = [
    ...(headers.length > 0 ? [`{ ${headers.join('; ')} }`] : []),
    ...(isRaw ? ['RawHeaders'] : []),
  ]
  if (types.length > 0)
    fields.push(`readonly headers${isRequired ? '' : '?'}: ${types.join(' & ')}`)
  const body = bodyType(place, response)
  if (body !== undefined) fields.push(`readonly body: ${body}`)
  return `{ ${fields.join('; ')} }`
}

/** Returns a response's place among the types of the document. */
export function responsePlace({ operationId }: OperationObject, key: string): string {
  return `operations['${operationId}']['responses'][${/^\d+$/.test(key) ? key : quoted(key)}]`
}

/**
 * Returns the type of a body; undefined where a response has none.
 * @param place the response among the types of the document.
 */
export function bodyType(place: string, { content = {} }: ResponseObject) {
  const at = (type: string) => `${place}['content'][${quoted(type)}]`
  const types = Object.entries(content).map(([type, media]) => {
    if (isRawType(type)) return 'RawBody'
    if (type !== eventStreamType)
      return media.schema ? schemaType(media.schema, at(type)) : 'unknown'
    const { 'x-itemSchema': data } = media
    return `EventStream<${data ? schemaType(data, at(type)) : 'string'}>`
  })
  return types.length === 0 ? undefined : types.join(' | ')
}

/** Returns the type of the bodies of errors that are no problem documents, over all operations. */
export function errorBodyType(document: Document): string {
  const types = [...eachOperation(document)].flatMap(({ operation }) =>
    responsesOf(document, operation)
      .filter(([key]) => /^([45]|default)/.test(key))
      .flatMap(([key, response]) => {
        const [type = problemType] = Object.keys(response.content ?? {})
        if (type === problemType || isRawType(type) || type === eventStreamType) return []
        const written = operation.responses[key]
        const name =
          written && '$ref' in written && /^#\/components\/responses\/([\w.-]+)$/.exec(written.$ref)
        const place = name ? `components['responses']['${name[1]}']` : responsePlace(operation, key)
        return [bodyType(place, response) ?? []].flat()
      }),
  )
  return [...new Set(types)].join(' | ') || 'never'
}

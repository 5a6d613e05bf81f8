// Which representations the two sides speak: 406 where the caller accepts none of what the operation
// answers, 415 for a body that it does not declare.
import type { IncomingMessage } from 'node:http'
import Negotiator from 'negotiator'
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import type { BodyOutline, Operation } from '../operation.ts'

/**
 * Checks the media types of both directions, and leaves that of the body in the context.
 * @throws ApiError not_acceptable or unsupported_media_type.
 */
export function checkMediaTypes(context: RequestContext, operation: Operation) {
  checkAccept(context, operation)
  const { body } = operation
  if (body === null || !hasBody(context, body.types)) return
  checkContentType(context, body.types)
  checkEncoding(context)
}

function checkAccept(context: RequestContext, operation: Operation) {
  const accept = context.ctx.req.headers.accept
  if (accept === undefined || accept === '*/*') return
  if (accept === operation.responses[200]?.type) return
  const answers = successTypes(operation)
  if (answers.length === 0 || accept.trim() === '') return
  // Which types of a range there are, only the handler knows.
  if (answers.some((it) => it.includes('*'))) return
  if (preferredType(accept, answers) !== undefined) return
  throw apiError('not_acceptable', `This operation answers ${answers.join(', ')}.`)
}

/** A media-type parameter of a range: none of them concerns a response that has one form. */
const parameter = /;\s*(?!q\s*=)[^\s=;,]+\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s;,"]*)/gi

/** Returns the media type that an `Accept` prefers; undefined where it accepts none of them. */
export function preferredType(accept = '*/*', types: readonly string[]): string | undefined {
  const best = (header: string) =>
    new Negotiator({ headers: { accept: header } }).mediaTypes([...types])[0]
  return best(accept) ?? best(accept.replace(parameter, ''))
}

function successTypes(operation: Operation): string[] {
  return Object.entries(operation.responses)
    .filter(([status]) => /^[23]/.test(status))
    .flatMap(([, { type, types }]) => (types ? Object.keys(types) : (type ?? [])))
}

type BodyTypes = Readonly<Record<string, BodyOutline>>

/**
 * Tells whether a body was sent at all: RFC 9112, section 6.3. Zero bytes are one where its media type
 * takes them, such as an empty form. Many clients send `application/json` without a body.
 */
function hasBody({ ctx: { req } }: RequestContext, types: BodyTypes): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = req.headers
  if (encoding !== undefined) return true
  if (length !== '0') return length !== undefined
  const { declared } = typesOf(req, types)
  return declared !== undefined && takesZeroBytes(types[declared])
}

/** Tells whether zero bytes are a body of their own; no JSON has zero bytes. */
export const takesZeroBytes = (outline: BodyOutline | undefined) => outline?.kind !== 'json'

/** Returns the media type that a request names, and the declared one that it matches. */
function typesOf({ headers }: IncomingMessage, types: BodyTypes) {
  const [name = '', ...parameters] = (headers['content-type'] ?? '').split(';')
  const type = name.trim().toLowerCase()
  const declared = isDeclared(type, types) ? type : rangeOf(type, types)
  return { type, declared, parameters }
}

/**
 * Leaves the media type of the body in the context, with the declared type that it matches.
 * @throws ApiError unsupported_media_type where it matches none, or for text that is not UTF-8.
 */
function checkContentType(context: RequestContext, types: BodyTypes) {
  const { headers } = context.ctx.req
  const { type, declared, parameters } = typesOf(context.ctx.req, types)
  if (declared === undefined) {
    throw apiError('unsupported_media_type', `The body must be ${Object.keys(types).join(' or ')}.`)
  }
  context.bodyType = type
  context.declaredType = declared
  const kind = types[declared]?.kind
  if (parameters.length === 0 || kind === 'binary' || kind === 'multipart') return
  const charset = parameters.find((it) => /^\s*charset=/i.test(it))
  if (charset !== undefined && !/=\s*"?utf-?8"?\s*$/i.test(charset)) {
    throw apiError('unsupported_media_type', 'The body must be encoded in UTF-8.')
  }
  // The library that reads text does not take an empty parameter.
  headers['content-type'] = type
}

/** Tells whether a media type, or a range such as `image/*`, covers a type. */
export function covers(range: string, type: string): boolean {
  return range === '*/*' || range === type || range === `${type.split('/', 1)}/*`
}

const isDeclared = (type: string, types: BodyTypes) =>
  Object.hasOwn(types, type) && !type.includes('*')

const mediaType = /^([\w!#$&^.+-]+)\/([\w!#$&^.+-]+)$/

/** Returns the closest of the declared ranges that a type is in: RFC 9110, section 12.5.1. */
function rangeOf(type: string, types: BodyTypes): string | undefined {
  const [, kind, subtype] = mediaType.exec(type) ?? []
  if (kind === undefined || subtype === undefined) return undefined
  const suffix = subtype.slice(subtype.lastIndexOf('+'))
  const ranges = [`${kind}/*${suffix}`, `${kind}/*`, '*/*']
  return ranges.find((range) => {
    const outline = types[range]
    if (outline === undefined) return false
    return outline.kind !== 'json' || /\/json$|\+json$/.test(type)
  })
}

/** @throws ApiError unsupported_media_type for a compression that the service cannot undo. */
function checkEncoding(context: RequestContext) {
  const { headers } = context.ctx.req
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  // The library that undoes it compares it letter by letter.
  headers['content-encoding'] = encoding
  if (['identity', 'gzip', 'deflate'].includes(encoding)) return
  throw apiError('unsupported_media_type', 'The body may be compressed with gzip or deflate only.')
}

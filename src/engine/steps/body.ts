// The body: read by koa-body with a limit, as bytes, and only for operations that declare one. What
// the bytes say is parsed here, strictly: text that is not UTF-8, and names that come twice in a form,
// would otherwise be changed or lost on the way. Errors never repeat what was sent.
import type { Context as KoaContext } from 'koa'
import { HttpMethodEnum, koaBody } from 'koa-body'
import type { RequestContext } from '../context.ts'
import { defaultDepth, parseJson } from '../json.ts'
import type { BodyOutline, ParameterTable } from '../operation.ts'
import { storageErrorsOf } from '../storable.ts'
import { bodyStream, drain, tooLarge, unparsable } from './body-stream.ts'
import { parsePairs } from './parameters.ts'

/** Reads the body into the context; returns undefined where there is none to read. */
export type ReadBody = (context: RequestContext) => Promise<void> | undefined

const none: ParameterTable = {}

type Parse = (text: string, context: RequestContext, maxDepth: number) => unknown

/** What the text of a body means. */
const parsers: Readonly<Record<Exclude<BodyOutline['kind'], 'binary'>, Parse>> = {
  json: (text, context, maxDepth) => {
    const { value, errors } = parseJson(text, maxDepth)
    context.addFieldErrors(errors)
    return value
  },
  form: (text, context) => {
    const { values, errors } = parsePairs(text, outlineOf(context).fields ?? none, 'body')
    context.addFieldErrors(errors)
    // RFC 6749, section 3.2, and every HTML form: an empty field means that it was left out.
    for (const name in values) if (values[name] === '') delete values[name]
    return values
  },
  text: (text, context) => {
    context.addFieldErrors(storageErrorsOf(text, '/body'))
    return text
  },
}

/**
 * Creates the step for bodies of up to `limit` bytes, counted after decompression, where an operation has
 * no limit of its own.
 */
export function bodyReader(limit: number, maxDepth = defaultDepth): ReadBody {
  const read = readerWithin(limit, maxDepth)
  const others = new Map<number, (context: RequestContext) => Promise<void>>()
  return (context) => {
    if (context.bodyType === undefined) return undefined
    const { limit: own } = outlineOf(context)
    if (own === undefined) return read(context)
    const other = others.get(own) ?? readerWithin(own, maxDepth)
    others.set(own, other)
    return other(context)
  }
}

/** Creates the function that reads bodies of up to `limit` bytes. */
function readerWithin(limit: number, maxDepth: number) {
  const read = koaBody({
    json: false,
    urlencoded: false,
    multipart: false,
    text: true,
    textTypes: ['*/*'],
    textLimit: limit,
    encoding: 'binary',
    parsedMethods: [
      HttpMethodEnum.POST,
      HttpMethodEnum.PUT,
      HttpMethodEnum.PATCH,
      HttpMethodEnum.DELETE,
    ],
    onError: (error) => {
      throw translated(error, limit)
    },
  })
  return async (context: RequestContext) => {
    const { kind } = outlineOf(context)
    try {
      // koa-body takes only 31 bits of a declared length.
      if (Number(context.headers['content-length']) > limit) throw tooLarge(limit)
      if (kind !== 'binary') await read(context.ctx, async () => {})
    } catch (error) {
      drain(context.ctx.req)
      throw error
    }
    if (kind === 'binary') {
      context.requestBody = bodyStream(context, limit)
      return
    }
    const { body } = (context.ctx as KoaContext & { request: { body?: unknown } }).request
    const bytes = Buffer.from(String(body), 'latin1')
    context.requestBody = parse(bytes, context, (text) => parsers[kind](text, context, maxDepth))
  }
}

function outlineOf({ operation, declaredType }: RequestContext): BodyOutline {
  const outline = operation?.body?.types[declaredType]
  if (outline === undefined) throw new Error(`nothing says how ${declaredType} is read`)
  return outline
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Buffer, context: RequestContext, read: (text: string) => unknown): unknown {
  // No bytes mean that there is no body: RFC 9112, section 6.3.
  if (bytes.length === 0) {
    context.bodyType = undefined
    return undefined
  }
  try {
    return read(utf8.decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw unparsable()
    throw error
  }
}

type ReadError = Error & { status?: number; type?: string; code?: string }

/** Returns the ApiError that an error of koa-body means, and an unexpected error as it is. */
function translated(error: ReadError, limit: number) {
  if (error.status === 413) return tooLarge(limit)
  // A client that goes away in the middle of its request gets no response and causes no internal error.
  const broken =
    error.status === 400 ||
    error.type === 'stream.not.readable' ||
    /^(Z_|ECONNRESET|ECONNABORTED)/.test(error.code ?? '')
  return broken ? unparsable() : error
}

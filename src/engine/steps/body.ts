// The body: read by koa-body with a limit, as bytes, and only for operations that declare one. What
// the bytes say is parsed here, strictly: text that is no UTF-8, and names that come twice in a form,
// would otherwise be changed or lost on the way. Errors become refusals without repeating what was sent.
import type { Context as KoaContext } from 'koa'
import { HttpMethodEnum, koaBody } from 'koa-body'
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'
import { maxFieldErrors } from '../field-errors.ts'
import type { Operation } from '../operation.ts'
import { checkEncoding, contentType, hasBody } from './media-types.ts'
import { parsePairs } from './parameters.ts'

/** Nothing to wait for where there is no body to read. */
export type ReadBody = (context: RequestContext, operation: Operation) => Promise<void> | undefined

/** The media types that a body may have, and what its text means. */
const parsers: Readonly<Record<string, (text: string, context: RequestContext) => unknown>> = {
  'application/json': (text) => JSON.parse(text),
  'application/x-www-form-urlencoded': (text, context) => {
    const { values, faults } = parsePairs(text, {}, 'body')
    context.faults.push(...faults.slice(0, maxFieldErrors))
    // RFC 6749, section 3.2, and every HTML form: an empty field is one that was left out.
    for (const name in values) if (values[name] === '') delete values[name]
    return values
  },
}

/** The media types that bodies can be read from. */
export const readableTypes = Object.keys(parsers)

/** Creates the step for bodies of up to `limit` bytes, counted after decompression. */
export function bodyReader(limit: number): ReadBody {
  const read = koaBody({
    json: false,
    urlencoded: false,
    multipart: false,
    text: true,
    textTypes: readableTypes,
    textLimit: limit,
    encoding: 'binary',
    parsedMethods: [HttpMethodEnum.POST, HttpMethodEnum.PUT, HttpMethodEnum.PATCH],
    onError: (error) => {
      throw bodyRefusal(error, limit)
    },
  })
  const readInto = async (context: RequestContext, type: string) => {
    try {
      // koa-body takes only 31 bits of a declared length.
      if (Number(context.headers['content-length']) > limit) throw tooLarge(limit)
      await read(context.ctx, async () => {})
    } catch (error) {
      drain(context)
      throw error
    }
    const { body } = (context.ctx as KoaContext & { request: { body?: unknown } }).request
    context.requestBody = parse(Buffer.from(String(body), 'latin1'), type, context)
  }
  return (context, { body }) => {
    if (body === null || !hasBody(context)) return
    const type = contentType(context, body.types)
    context.bodyType = type
    checkEncoding(context)
    return readInto(context, type)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Buffer, type: string, context: RequestContext): unknown {
  // A body of no bytes is none: RFC 9112, section 6.3.
  if (bytes.length === 0) {
    context.bodyType = undefined
    return undefined
  }
  try {
    return parsers[type]?.(utf8.decode(bytes), context)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw unparsable()
    throw error
  }
}

/** Lets the rest of a refused body pass, or the next request on the connection would never come. */
function drain({ ctx: { req } }: RequestContext) {
  req.unpipe()
  req.resume()
}

const unparsable = () => apiError('malformed_request', 'The body cannot be parsed.')
const tooLarge = (limit: number) => apiError('payload_too_large', `A body may have ${limit} bytes.`)

type ReadError = Error & { status?: number; type?: string; code?: string }

function bodyRefusal(error: ReadError, limit: number) {
  if (error.status === 413) return tooLarge(limit)
  // A client that goes away in the middle of its request gets no answer, and is no fault of ours.
  const broken =
    error.status === 400 ||
    error.type === 'stream.not.readable' ||
    /^(Z_|ECONNRESET|ECONNABORTED)/.test(error.code ?? '')
  return broken ? unparsable() : error
}

// The body: read by koa-body with a limit, and only for operations that declare one. Its errors
// become refusals here, without its words: they quote what was sent.
import type { Context as KoaContext } from 'koa'
import { HttpMethodEnum, koaBody } from 'koa-body'
import type { Operation } from '../contract/operation.ts'
import { refusal } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { checkEncoding, contentType, hasBody } from './media-types.ts'

/** Nothing to wait for where there is no body to read. */
export type ReadBody = (exchange: Exchange, operation: Operation) => Promise<void> | undefined

/** Creates the step for bodies of up to `limit` bytes, counted after decompression. */
export function bodyReader(limit: number): ReadBody {
  const read = koaBody({
    json: true,
    urlencoded: true,
    text: false,
    multipart: false,
    jsonStrict: true,
    jsonLimit: limit,
    formLimit: limit,
    parsedMethods: [HttpMethodEnum.POST, HttpMethodEnum.PUT, HttpMethodEnum.PATCH],
    onError: (error) => {
      throw bodyRefusal(error, limit)
    },
  })
  const readInto = async (exchange: Exchange) => {
    try {
      await read(exchange.ctx, async () => {})
    } catch (error) {
      drain(exchange)
      throw error
    }
    exchange.requestBody = (
      exchange.ctx as KoaContext & { request: { body?: unknown } }
    ).request.body
  }
  return (exchange, { body }) => {
    if (body === null || !hasBody(exchange)) return
    exchange.bodyType = contentType(exchange, body.types)
    checkEncoding(exchange)
    return readInto(exchange)
  }
}

/** Lets the rest of a refused body pass, or the next request on the connection would never come. */
function drain({ ctx: { req } }: Exchange) {
  req.unpipe()
  req.resume()
}

function bodyRefusal(error: Error & { status?: number; code?: string }, limit: number) {
  if (error.status === 413) return refusal('payload_too_large', `A body may have ${limit} bytes.`)
  const broken = error.status === 400 || error.code?.startsWith('Z_')
  return broken ? refusal('malformed_request', 'The body cannot be parsed.') : error
}

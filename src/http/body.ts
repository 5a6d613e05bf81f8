// The body: read by koa-body with a limit, and only for operations that declare one. Its errors
// become refusals here, without its words: they quote what was sent.
import type { Context as KoaContext } from 'koa'
import { HttpMethodEnum, koaBody } from 'koa-body'
import type { Operation } from '../contract/operation.ts'
import { refusal } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { contentType, hasBody } from './media-types.ts'

export type ReadBody = (exchange: Exchange, operation: Operation) => Promise<void>

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
  return async (exchange, { body }) => {
    if (body === null || !hasBody(exchange)) return
    exchange.bodyType = contentType(exchange, body.types)
    await read(exchange.ctx, async () => {})
    exchange.requestBody = (
      exchange.ctx as KoaContext & { request: { body?: unknown } }
    ).request.body
  }
}

function bodyRefusal(error: Error & { status?: number; code?: string }, limit: number) {
  if (error.status === 413) return refusal('payload_too_large', `A body may have ${limit} bytes.`)
  if (error.status === 415) {
    return refusal(
      'unsupported_media_type',
      'The body may be compressed with gzip or deflate only.',
    )
  }
  const broken = error.status === 400 || error.code?.startsWith('Z_')
  return broken ? refusal('malformed_request', 'The body cannot be parsed.') : error
}

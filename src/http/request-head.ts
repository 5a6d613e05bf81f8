// What is wrong with a request before anybody looks at what it means: the rules of HTTP itself that
// Node's parser leaves to the server.
import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ApiError, apiError, unreadable } from '../engine/errors.ts'
import { isUrl } from '../lib/text.ts'

/** What Node's parser says about bytes that it cannot read. */
export interface ParserError extends Error {
  readonly code?: string
  /** The bytes that it was reading. */
  readonly rawPacket?: Buffer
}

/** Stands for a request that Node's parser could not read, so that it is answered like any other. */
export class UnreadableRequest extends IncomingMessage {
  /** The parser's own code, for the log. */
  readonly reason: string
  readonly refusal: ApiError

  constructor(socket: Socket, { code = 'unknown', rawPacket }: ParserError) {
    super(socket)
    this.httpVersionMajor = 1
    this.httpVersionMinor = 1
    this.url = '/'
    this.reason = code
    this.refusal = parserRefusal(code)
    const text = rawPacket?.toString('latin1') ?? ''
    for (const name of ['origin', 'x-request-id']) {
      const value = headerIn(text, name)
      if (value !== undefined) this.headers[name] = value
    }
  }
}

/** Returns the error that is answered for a code of Node's parser. */
export function parserRefusal(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return unreadable('head_too_large')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return unreadable('payload_too_large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return unreadable('request_timeout')
  return unreadable('malformed_request')
}

/** Looks for a header among bytes of which Node has made none. */
function headerIn(text: string, name: string): string | undefined {
  const [head = ''] = text.split('\r\n\r\n', 1)
  return new RegExp(`^${name}:[ \\t]*([!-~]+)[ \\t]*\r?$`, 'im').exec(head)?.[1]
}

/**
 * The reason why a request cannot be read, undefined where it can. From then on `req.url` is a path
 * with its query, whatever form it was sent in: Koa would throw on some of the others.
 */
export function faultOfHead(req: IncomingMessage): ApiError | undefined {
  if (req instanceof UnreadableRequest) return req.refusal
  const { url = '', headers } = req
  if (!url.startsWith('/') && url !== '*') {
    const path = pathOfAbsolute(url)
    if (path === undefined) {
      req.url = '/'
      return apiError('malformed_request', 'The request target is no http URL.')
    }
    req.url = path
  }
  if (headers.host === undefined && req.httpVersionMinor > 0) {
    return apiError('malformed_request', 'The request has no Host header.')
  }
  const { expect } = headers
  if (expect !== undefined && req.httpVersionMinor > 0 && !isContinue.test(expect)) {
    return unreadable('expectation_failed')
  }
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    return apiError('malformed_request', 'The only transfer coding is chunked.')
  }
  return undefined
}

/** Node sees to this one itself, and asks about all others where the client speaks HTTP/1.1. */
const isContinue = /(?:^|\W)100-continue(?:$|\W)/i

/** The absolute form of a request target: RFC 9112, section 3.2.2. */
function pathOfAbsolute(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !isUrl(url)) return undefined
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start < 0 ? '/' : url.slice(start).replace(/#.*/, '')
}

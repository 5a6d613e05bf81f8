// The rules of HTTP that Node's parser leaves to the server.
import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ApiError, apiError, unreadable } from '../engine/errors.ts'
import { isUrl } from '../lib/text.ts'

/** The error of Node's parser about bytes that it cannot read. */
export interface ParserError extends Error {
  readonly code?: string
  /** The bytes that it was reading. */
  readonly rawPacket?: Buffer
}

/** Stands for a request that Node's parser could not read, so that the application answers it too. */
export class UnreadableRequest extends IncomingMessage {
  /** The parser's own code, for the log. */
  readonly reason: string
  readonly error: ApiError

  constructor(socket: Socket, { code = 'unknown', rawPacket }: ParserError) {
    super(socket)
    this.httpVersionMajor = 1
    this.httpVersionMinor = 1
    this.url = '/'
    this.reason = code
    this.error = parserError(code)
    const text = rawPacket?.toString('latin1') ?? ''
    for (const name of ['origin', 'x-request-id']) {
      const value = headerIn(text, name)
      if (value !== undefined) this.headers[name] = value
    }
  }
}

/** Returns the ApiError for a code of Node's parser. */
export function parserError(code: string | undefined): ApiError {
  if (code === 'HPE_HEADER_OVERFLOW') return unreadable('head_too_large')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return unreadable('payload_too_large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return unreadable('request_timeout')
  return unreadable('malformed_request')
}

/** Returns a header of a head that Node's parser has rejected. */
function headerIn(text: string, name: string): string | undefined {
  const [head = ''] = text.split('\r\n\r\n', 1)
  return new RegExp(`^${name}:[ \\t]*([!-~]+)[ \\t]*\r?$`, 'im').exec(head)?.[1]
}

/**
 * Returns why the head of a request is invalid, or undefined. Sets `req.url` to the path and query of
 * any form of request target, because Koa throws on some of them.
 */
export function headError(req: IncomingMessage): ApiError | undefined {
  if (req instanceof UnreadableRequest) return req.error
  const { url = '', headers } = req
  if (!url.startsWith('/') && url !== '*') {
    const path = pathOfAbsolute(url)
    if (path === undefined) {
      req.url = '/'
      return apiError('malformed_request', 'The request target is not an http URL.')
    }
    req.url = path
  }
  const hostError = hostErrorOf(req)
  if (hostError !== undefined) return apiError('malformed_request', hostError)
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

/**
 * Returns what is wrong with the Host header (RFC 9112, section 3.2). A proxy may read another one of two
 * than this server does.
 */
function hostErrorOf({ headers, rawHeaders, httpVersionMinor }: IncomingMessage) {
  const { host } = headers
  if (host === undefined)
    return httpVersionMinor > 0 ? 'The request has no Host header.' : undefined
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  if (count > 1) return 'The request has several Host headers.'
  return hostAndPort.test(host) ? undefined : 'The Host header is not a host with an optional port.'
}

/** A name, an IPv4 address, or an IPv6 address in brackets (RFC 3986, section 3.2.2). */
const hostAndPort = /^(?:\[[\da-fv:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i

/** Node handles this expectation itself. */
const isContinue = /(?:^|\W)100-continue(?:$|\W)/i

/** Returns the path of an absolute request target (RFC 9112, section 3.2.2). */
function pathOfAbsolute(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !isUrl(url)) return undefined
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start < 0 ? '/' : url.slice(start).replace(/#.*/, '')
}

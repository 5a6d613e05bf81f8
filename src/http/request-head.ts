// What is wrong with a request before anybody looks at what it means: the rules of HTTP itself that
// Node's parser leaves to the server.
import type { IncomingMessage } from 'node:http'
import { isUrl } from '../contract/is-url.ts'
import { type Refusal, refusal } from '../errors.ts'

/**
 * The reason why a request cannot be read, undefined where it can. From then on `req.url` is a path
 * with its query, whatever form it was sent in: Koa would throw on some of the others.
 */
export function faultOfHead(req: IncomingMessage): Refusal | undefined {
  const { url = '', headers } = req
  if (!url.startsWith('/') && url !== '*') {
    const path = pathOfAbsolute(url)
    if (path === undefined) {
      req.url = '/'
      return refusal('malformed_request', 'The request target is no http URL.')
    }
    req.url = path
  }
  if (headers.host === undefined && req.httpVersionMinor > 0) {
    return refusal('malformed_request', 'The request has no Host header.')
  }
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked') {
    return refusal('malformed_request', 'The only transfer coding is chunked.')
  }
  return undefined
}

/** The absolute form of a request target: RFC 9112, section 3.2.2. */
function pathOfAbsolute(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !isUrl(url)) return undefined
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start < 0 ? '/' : url.slice(start).replace(/#.*/, '')
}

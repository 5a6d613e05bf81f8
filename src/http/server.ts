// The HTTP server around the application: its deadlines, and the answer to what never becomes a
// request. Node parses strictly: both `Content-Length` and `Transfer-Encoding`, for one, is refused.
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type Koa from 'koa'
import { serializeProblem } from '../../generated/serializers.js'
import { problemType } from './problems.ts'
import type { State } from './state.ts'

/** How long a client may take, in milliseconds: for its headers, and for the whole request. */
const headersTimeout = 10_000
const requestTimeout = 30_000
/** Longer than the usual idle time of a load balancer (60 s), so that it is never the one surprised. */
const keepAliveTimeout = 65_000

const statuses: Readonly<Record<string, [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

/** A server that listens nowhere yet. */
export function createHttpServer(app: Koa<State>): Server {
  const server = createServer({ headersTimeout, requestTimeout, keepAliveTimeout }, app.callback())
  server.on('clientError', answerUnreadable)
  return server
}

/** What cannot be read as HTTP gets a problem too, unless the client has gone. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  const [status, reason] = statuses[error.code ?? ''] ?? [400, 'Bad Request']
  const requestId = randomUUID()
  const body = serializeProblem({
    ...problemType('malformed_request'),
    status,
    detail: 'This cannot be read as an HTTP request.',
    code: 'malformed_request',
    requestId,
  })
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  )
}

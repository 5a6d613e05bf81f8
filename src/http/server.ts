// The HTTP server around the application: its deadlines, and the answer to what never becomes a
// request. Node parses strictly: both `Content-Length` and `Transfer-Encoding`, for one, is refused.
import { randomUUID } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
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
/** How often the deadlines are looked at. */
const connectionsCheckingInterval = 2000

const statuses: Readonly<Record<string, [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

/** A server that listens nowhere yet; its own answers say the same to browsers as the application's. */
export function createHttpServer(app: Koa<State>, headers: State['headers']): Server {
  const own = { ...headers, 'Content-Type': 'application/problem+json', Connection: 'close' }
  const deadlines = {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval,
  }
  // A missing Host is refused like anything else, with a problem.
  const server = createServer({ ...deadlines, requireHostHeader: false })
  const handle = app.callback()
  const responses = new WeakMap<Socket, ServerResponse>()
  server.on('request', (req, res) => {
    responses.set(req.socket, res)
    handle(req, res)
  })
  server.on('checkExpectation', (_req, res: ServerResponse) => {
    res.writeHead(417, own)
    res.end(unreadable(417, randomUUID()))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const last = responses.get(socket)
    // What stood before the nonsense was a request, and gets its answer.
    if (last?.req.complete && !last.closed) last.once('close', () => socket.destroy())
    // What was answered before all of it had come is answered.
    else if (last?.headersSent && !last.req.complete) socket.destroy()
    else answerUnreadable(error, socket, own)
  })
  server.on('connect', (_req, socket: Socket) => answerUnreadable({}, socket, own))
  return server
}

/** How often a connection that has had its answer is looked for, in milliseconds. */
const idleCheckInterval = 50

/**
 * Takes no more connections, and resolves when none is left: each is closed with the answer to the
 * request that it has on the way, and told so where it sends another.
 * @param patience milliseconds; after them, connections are closed with what is on them.
 */
export async function drain(server: Server, patience: number): Promise<void> {
  server.prependListener('request', (_req, res: ServerResponse) => {
    res.shouldKeepAlive = false
  })
  const closed = new Promise((resolve) => server.close(resolve))
  const looking = setInterval(() => server.closeIdleConnections(), idleCheckInterval)
  const impatience = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(looking)
  clearTimeout(impatience)
}

/** What cannot be read as HTTP gets a problem too, unless the client has gone. */
function answerUnreadable(
  error: { code?: string | undefined },
  socket: Socket,
  headers: State['headers'],
) {
  if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  const [status, reason] = statuses[error.code ?? ''] ?? [400, 'Bad Request']
  const requestId = randomUUID()
  const body = unreadable(status, requestId)
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  )
}

function unreadable(status: number, requestId: string): string {
  return serializeProblem({
    ...problemType('malformed_request'),
    status,
    detail: 'This cannot be read as an HTTP request.',
    code: 'malformed_request',
    requestId,
  })
}

// The HTTP server around the application: its deadlines, the response to what Node's parser rejects, and
// how it stops without losing a request.
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type Koa from 'koa'
import type { State } from '../engine/context.ts'
import type { ApiError } from '../engine/errors.ts'
import { problemOf } from '../engine/problem.ts'
import { type ParserError, parserError, UnreadableRequest } from './request-head.ts'

/** How long a client may take to send its headers and its whole request, in milliseconds. */
const headersTimeout = 10_000
const requestTimeout = 30_000
/** Longer than the usual idle time of a load balancer (60 s), so that the balancer closes first. */
const keepAliveTimeout = 65_000
/**
 * How long a response may make no progress because its client does not read. Longer than the request's
 * deadline, whose client gets a response.
 */
const defaultSendTimeout = 40_000
/** How often Node checks the deadlines. */
const connectionsCheckingInterval = 2000

interface ServerOptions {
  /** How long a client may read nothing of a response, in milliseconds. */
  readonly sendTimeout?: number
  /** The prefix that clients put before every path. */
  readonly publicPath?: string
}

/**
 * Creates a server, and the function that drains it. The application also answers what Node's parser
 * rejects, so that these responses have the same headers and a log line.
 * @param headers the security headers of every response.
 */
export function createHttpServer(
  app: Koa<State>,
  headers: State['headers'],
  { sendTimeout = defaultSendTimeout, publicPath = '' }: ServerOptions = {},
) {
  const deadlines = {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval,
  }
  // The application rejects a missing Host, with a problem document.
  const server = createServer({ ...deadlines, requireHostHeader: false })
  // Node closes connections without any progress for this long; slow readers continue.
  server.timeout = sendTimeout
  const handle = app.callback()
  const responses = new Map<Socket, ServerResponse | undefined>()
  server.on('connection', (socket) => {
    responses.set(socket, undefined)
    socket.once('close', () => responses.delete(socket))
  })
  server.on('request', (req, res) => {
    responses.set(req.socket, res)
    handle(req, res)
  })
  server.on('checkExpectation', (req, res) => {
    res.shouldKeepAlive = false
    handle(req, res)
  })
  server.on('clientError', (error: ParserError, socket: Socket) => {
    const last = responses.get(socket)
    const isSilent = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0
    if (error.code === 'ECONNRESET' || !socket.writable || isSilent) socket.destroy()
    // The bytes before the invalid ones were a request, which gets its response.
    else if (last?.req.complete && !last.closed) last.once('close', () => socket.destroy())
    // The response was sent before the whole request arrived.
    else if (last?.headersSent && !last.req.complete) socket.destroySoon()
    // The client has left in the middle of its body.
    else if (last && !last.req.complete && error.code === 'HPE_INVALID_EOF_STATE') socket.destroy()
    // In the next turn, because the application may set CORS headers in this one.
    else if (last && !last.req.complete) {
      const rejected = parserError(error.code)
      setImmediate(() => answerBroken(last, rejected, { headers, publicPath }))
    } else answerUnreadable(new UnreadableRequest(socket, error), handle)
  })
  server.on('connect', (req) => answerUnreadable(req, handle))
  return { server, drain: (limits: DrainLimits) => drain(server, responses, limits) }
}

type Handle = ReturnType<Koa<State>['callback']>

/** Lets the application answer what Node passes on as a socket, and closes the connection. */
function answerUnreadable(req: IncomingMessage, handle: Handle) {
  const { socket } = req
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  res.assignSocket(socket)
  res.once('finish', () => {
    res.detachSocket(socket)
    res.emit('close')
    socket.end()
  })
  handle(req, res)
}

/** Answers a request whose body turns out to be unreadable. */
function answerBroken(
  res: ServerResponse,
  error: ApiError,
  { headers, publicPath }: { headers: State['headers']; publicPath: string },
) {
  if (res.headersSent) return
  const requestId = String(res.req.headers['x-request-id'])
  const problem = problemOf(error, requestId, { publicPath })
  res.shouldKeepAlive = false
  const length = { 'Content-Length': Buffer.byteLength(problem.body ?? '') }
  const all = { 'X-Request-Id': requestId, ...headers, ...problem.headers, ...length }
  res.writeHead(problem.status, all).end(problem.body)
}

/**
 * A balancer needs time to notice that the server is not ready. Until then it still accepts connections,
 * and every response tells its client to close its own.
 */
interface DrainLimits {
  /** How long the server still accepts connections. */
  readonly delayMs: number
  /** How long requests may take after that. Then all connections are closed. */
  readonly patienceMs: number
}

/** The open connections with their latest response, if any. */
type Connections = ReadonlyMap<Socket, ServerResponse | undefined>

/**
 * How long idle connections stay open after the server stops accepting: their clients may be sending a
 * request at this moment.
 */
const idleGraceMs = 500
/** How often idle connections are closed after that. */
const idleCheckInterval = 50

/** Drains the server and resolves when no connection is left. */
async function drain(
  server: Server,
  connections: Connections,
  { delayMs, patienceMs }: DrainLimits,
): Promise<void> {
  for (const response of connections.values()) closeAfter(response)
  server.prependListener('request', (_req, response: ServerResponse) => closeAfter(response))
  await wait(delayMs)
  await momentAfterAccept()
  // The `close` of `http.Server` would close idle connections at once.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve))
  const impatience = setTimeout(() => server.closeAllConnections(), patienceMs)
  let checking: NodeJS.Timeout | undefined
  const grace = setTimeout(() => {
    checking = setInterval(() => closeIdle(server, connections), idleCheckInterval)
  }, idleGraceMs)
  await closed
  clearTimeout(impatience)
  clearTimeout(grace)
  clearInterval(checking)
}

/**
 * Resolves right after a short turn of the event loop, which has accepted all new connections. The
 * kernel resets connections that are not accepted when the server closes.
 */
async function momentAfterAccept() {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const start = performance.now()
    await nextTurn()
    if (performance.now() - start < shortTurnMs) return
  }
}

const mostTurns = 100
const shortTurnMs = 0.2

function closeAfter(response: ServerResponse | undefined) {
  if (response !== undefined && !response.headersSent) response.shouldKeepAlive = false
}

/** Closes connections that wait for a request, and those that browsers opened in advance. */
function closeIdle(server: Server, connections: Connections) {
  server.closeIdleConnections()
  for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy()
}

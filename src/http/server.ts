// The HTTP server around the application: its deadlines, and the answer to what never becomes a
// request. Node parses strictly: both `Content-Length` and `Transfer-Encoding`, for one, is refused.

import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type Koa from 'koa'
import type { State } from '../engine/context.ts'
import type { ApiError } from '../engine/errors.ts'
import { problemOf } from '../engine/problem.ts'
import { type ParserError, parserRefusal, UnreadableRequest } from './request-head.ts'

/** How long a client may take, in milliseconds: for its headers, and for the whole request. */
const headersTimeout = 10_000
const requestTimeout = 30_000
/** Longer than the usual idle time of a load balancer (60 s), so that it is never the one surprised. */
const keepAliveTimeout = 65_000
/**
 * How long a response may make no progress, because its client does not read. Longer than a request
 * may take, whose client is told so.
 */
const defaultSendTimeout = 40_000
/** How often the deadlines are looked at. */
const connectionsCheckingInterval = 2000

interface ServerOptions {
  /** Milliseconds for which a client may take nothing of a response. */
  readonly sendTimeout?: number
  /** What clients put in front of every path. */
  readonly publicPath?: string
}

/**
 * Creates a server that listens nowhere yet, and the function that stops it. What Node's parser refuses
 * is answered by the application too, so that it has the same headers and its line in the log.
 * @param headers what every answer says to browsers.
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
  // A missing Host is refused like anything else, with a problem.
  const server = createServer({ ...deadlines, requireHostHeader: false })
  // Node closes a connection on which nothing has moved for so long; a slow reader goes on.
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
    // What stood before the nonsense was a request, and gets its answer.
    else if (last?.req.complete && !last.closed) last.once('close', () => socket.destroy())
    // What was answered before all of it had come is answered.
    else if (last?.headersSent && !last.req.complete) socket.destroySoon()
    // A client that ends in the middle of its body has gone.
    else if (last && !last.req.complete && error.code === 'HPE_INVALID_EOF_STATE') socket.destroy()
    // Later, since the application may have begun in this very turn and not said who may read.
    else if (last && !last.req.complete) {
      const refused = parserRefusal(error.code)
      setImmediate(() => answerBroken(last, refused, { headers, publicPath }))
    } else answerUnreadable(new UnreadableRequest(socket, error), handle)
  })
  server.on('connect', (req) => answerUnreadable(req, handle))
  return { server, drain: (limits: DrainLimits) => drain(server, responses, limits) }
}

type Handle = ReturnType<Koa<State>['callback']>

/** Has the application answer what Node hands over as a socket alone, and closes the connection. */
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

/** Answers a request whose body turns out to be unreadable before the application has answered it. */
function answerBroken(
  res: ServerResponse,
  refused: ApiError,
  { headers, publicPath }: { headers: State['headers']; publicPath: string },
) {
  if (res.headersSent) return
  const requestId = String(res.req.headers['x-request-id'])
  const problem = problemOf(refused, requestId, { publicPath })
  res.shouldKeepAlive = false
  const length = { 'Content-Length': Buffer.byteLength(problem.body ?? '') }
  const all = { 'X-Request-Id': requestId, ...headers, ...problem.headers, ...length }
  res.writeHead(problem.status, all).end(problem.body)
}

interface DrainLimits {
  /** For how long new connections are taken. */
  readonly delayMs: number
  /** For how long the rest may take after that. Then all connections are closed. */
  readonly patienceMs: number
}

/** The open connections, each with the last response that it has, if any. */
type Connections = ReadonlyMap<Socket, ServerResponse | undefined>

/**
 * For how long a connection without a request is kept once no more are taken. Its client may be
 * sending at this moment, and cannot know about the end.
 */
const idleGraceMs = 500
/** How often idle connections are looked for after that. */
const idleCheckInterval = 50

/** Drains the server, and resolves when no connection is left. */
async function drain(
  server: Server,
  connections: Connections,
  { delayMs, patienceMs }: DrainLimits,
): Promise<void> {
  for (const response of connections.values()) closeAfter(response)
  server.prependListener('request', (_req, response: ServerResponse) => closeAfter(response))
  await wait(delayMs)
  await momentAfterAccept()
  // `http.Server` closes idle connections in its own `close`, at once.
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
 * Resolves right after a turn of the event loop that had little to do, and so has just taken all new
 * connections. The kernel resets those that are not taken yet when their server closes.
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

/** Closes what waits for its next request, or has never sent one, as browsers open them in advance. */
function closeIdle(server: Server, connections: Connections) {
  server.closeIdleConnections()
  for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy()
}

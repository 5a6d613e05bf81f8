// How the server stops without losing a request. A balancer first has to see that the server is not
// ready, so new connections are taken for a while; every answer tells its client to use another one.
import type { Server, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'

export interface DrainLimits {
  /** For how long new connections are taken. */
  readonly delayMs: number
  /** For how long the rest may take after that. Then all connections are closed. */
  readonly patienceMs: number
}

/** The open connections, each with the last response that it has, if any. */
export type Connections = ReadonlyMap<Socket, ServerResponse | undefined>

/**
 * For how long a connection without a request is kept once no more are taken. Its client may be
 * sending at this moment, and cannot know about the end.
 */
const idleGraceMs = 500
/** How often idle connections are looked for after that. */
const idleCheckInterval = 50

/** Drains the server, and resolves when no connection is left. */
export async function drain(
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

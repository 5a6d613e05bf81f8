// The engine alone behind a Koa application: no access log, no CORS, no routes beside the contract.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Koa from 'koa'
import { RequestContext, type State } from '../../../src/engine/context.ts'
import { openFolderStorage } from '../../../src/engine/folder-storage.ts'
import { createLifecycle } from '../../../src/engine/lifecycle.ts'
import { type ProblemOptions, problems } from '../../../src/engine/problem.ts'
import { Unsent } from '../../../src/engine/response.ts'
import type { Credentials } from '../../../src/engine/steps/credentials.ts'
import type { Engine } from '../../../src/engine/types.ts'

export interface Listening {
  /** Gets the internal errors. */
  readonly errors: unknown[]
  /** Is called with the context of each request before its first step. */
  readonly watch?: ((context: RequestContext) => void) | undefined
  /** Answers ApiErrors of any status: a foreign contract need not document those of the engine. */
  readonly isLenient?: true
}

/** Returns what answers the requests of an engine. */
export function listenerOf(
  engine: Engine & ProblemOptions,
  { errors, watch, isLenient }: Listening,
): RequestListener {
  const run = createLifecycle(engine)
  const app = new Koa<State>()
  app.on('error', (error) => errors.push(error))
  app.use((ctx, next) => {
    const unsent = new Unsent()
    Object.assign(ctx.state, { requestId: randomUUID(), headers: {}, unsent, log: engine.log })
    return next()
  })
  app.use(problems(isLenient ? { ...engine, strict: false } : engine))
  app.use((ctx) => {
    const context = new RequestContext(ctx, { log: engine.log, addressOf: () => 'anywhere' })
    ctx.state.context = context
    watch?.(context)
    return run(context)
  })
  return app.callback()
}

/** Opens a storage whose files no handler keeps. */
export const temporaryFiles = () => openFolderStorage(join(tmpdir(), 'contract-files'))

/** Serves on a free port of the loopback interface. */
export async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Takes any credentials but `wrong`. An API key or a token is its own id, and has the scopes between its
 * `+`; with Basic, the username is the id, and the password has the scopes.
 */
export function authenticatorsOf(schemes: readonly string[]) {
  const find = async (sent: Credentials) => {
    const { username: id, password: scopes } =
      typeof sent === 'string' ? { username: sent, password: sent } : sent
    return scopes === 'wrong' ? null : { id, owns: {}, scopes: scopes.split('+').map(fromToken) }
  }
  return Object.fromEntries(schemes.map((it) => [it, find]))
}

/** Returns a scope in the characters that a token may have: `write:pets` has others. */
export const inToken = (scope: string) =>
  encodeURIComponent(scope).replaceAll('~', '%7E').replaceAll('%', '~')

const fromToken = (text: string) => decodeURIComponent(text.replaceAll('~', '%'))

export interface Sent {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | Uint8Array | undefined
}

export interface Received {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Sends a request as it is, which `fetch` does not. */
export function sendRaw(url: string, { method, path, headers, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const { hostname, port, pathname } = new URL(url)
    const options = {
      ...{ hostname, port, method },
      path: (pathname === '/' ? '' : pathname) + path,
      headers: { ...length, ...headers },
    }
    const sending = request(options, (response) => {
      const { statusCode: status = 0, headers } = response
      buffer(response).then((bytes) => resolve({ status, headers, text: bytes.toString() }), reject)
    })
    sending.on('error', reject).end(body)
  })
}

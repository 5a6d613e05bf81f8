// Serves rows: the service and the mock of each under paths of their own, on one server.
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import Koa from 'koa'
import { exampleHandlers } from '../../../scripts/mock/examples.ts'
import { RequestContext, type State } from '../../../src/engine/context.ts'
import { createLifecycle } from '../../../src/engine/lifecycle.ts'
import { problems } from '../../../src/engine/problem.ts'
import { Unsent } from '../../../src/engine/response.ts'
import type { AnyHandler, HandlerResult } from '../../../src/engine/types.ts'
import { plainEngine } from '../../support/engine-service.ts'
import type { Compiled } from './compile.ts'

/** What the handlers of a row return next, and what they were given last. */
export interface Desk {
  returns: HandlerResult
  gets: object | undefined
  readonly errors: unknown[]
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Serves what is put under a name, at `<url>/<name>`. */
export async function serveRows() {
  const listeners = new Map<string, Listener>()
  const server = createServer((incoming, response) => {
    const [, name = ''] = incoming.url?.split('/') ?? []
    incoming.url = incoming.url?.slice(name.length + 1) || '/'
    listeners.get(name)?.(incoming, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    put: (name: string, listener: Listener) => listeners.set(name, listener),
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Returns the service of a row, whose handlers do what the desk says. */
export function serviceOf(row: Compiled, desk: Desk): Listener {
  const handle = (gets: object) => {
    desk.gets = gets
    return desk.returns
  }
  const names = Object.keys(row.operations)
  return listenerOf(row, Object.fromEntries(names.map((it) => [it, handle])), desk.errors)
}

/** Returns the mock of a row. */
export async function mockOf(row: Compiled, errors: unknown[]): Promise<Listener> {
  return listenerOf(row, await exampleHandlers(row.served, row.operations), errors)
}

function listenerOf(
  { basePath, operations, validators, serializers, document }: Compiled,
  handlers: Readonly<Record<string, AnyHandler>>,
  errors: unknown[],
): Listener {
  const schemes = Object.keys(document.components.securitySchemes)
  const run = createLifecycle({
    ...plainEngine,
    ...{ basePath, operations, validators, serializers, handlers },
    bodyLimit: 1_048_576,
    authenticators: { ...plainEngine.authenticators, ...authenticators(schemes) },
  })
  const app = new Koa<State>()
  app.on('error', (error) => errors.push(error))
  app.use((ctx, next) => {
    const unsent = new Unsent()
    const { log } = plainEngine
    Object.assign(ctx.state, { requestId: randomUUID(), headers: {}, unsent, log })
    return next()
  })
  app.use(problems({ strict: false }))
  app.use((ctx) => {
    const context = new RequestContext(ctx, { log: plainEngine.log, addressOf: () => 'anywhere' })
    ctx.state.context = context
    return run(context)
  })
  return app.callback()
}

/** Takes any credentials but `wrong`; what they are is whose they are. */
function authenticators(schemes: readonly string[]) {
  const find = async (credentials: string) =>
    credentials === 'wrong' ? null : { id: credentials, owns: {}, scopes: credentials.split('+') }
  return Object.fromEntries(schemes.map((it) => [it, find]))
}

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | Uint8Array | undefined
}

/** Sends a request as it is, which `fetch` does not. */
export function sendRaw(url: string, { method, path, headers, body }: Sent) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>(
    (resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const { hostname, port, pathname } = new URL(url)
      const options = {
        hostname,
        port,
        path: pathname + path,
        method,
        headers: { ...length, ...headers },
      }
      const sending = request(options, async (response) => {
        const text = (await buffer(response)).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
      sending.on('error', reject).end(body)
    },
  )
}

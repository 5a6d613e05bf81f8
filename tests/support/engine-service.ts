// The engine alone behind a Koa application: no access log, no CORS, no routes beside the contract.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { RequestContext, type State } from '../../src/engine/context.ts'
import { createLifecycle } from '../../src/engine/lifecycle.ts'
import { type ProblemOptions, problems } from '../../src/engine/problem.ts'
import { Unsent } from '../../src/engine/response.ts'
import type { Engine } from '../../src/engine/types.ts'
import { createLogger } from '../../src/lib/log.ts'

const silent = createLogger({ level: 'silent', part: 'test' })

/** Options of an engine without limits and logins that checks every response. */
export const plainEngine = {
  authenticators: { bearer: async () => null },
  rateLimits: { quota: () => undefined },
  bodyLimit: 1024,
  maxAge: 60,
  strict: true,
  log: silent,
} as const satisfies Partial<Engine>

/**
 * Starts the engine on a free port. `errors` collects its internal errors.
 * @param watch called with the context of each request before its first step.
 */
export async function serveEngine(
  engine: Engine & ProblemOptions,
  watch: (context: RequestContext) => void = () => {},
) {
  const run = createLifecycle(engine)
  const app = new Koa<State>()
  const errors: unknown[] = []
  app.on('error', (error) => errors.push(error))
  app.use((ctx, next) => {
    const unsent = new Unsent()
    Object.assign(ctx.state, { requestId: randomUUID(), headers: {}, unsent, log: engine.log })
    return next()
  })
  app.use(problems(engine))
  app.use((ctx) => {
    const context = new RequestContext(ctx, { log: engine.log, addressOf: () => 'anywhere' })
    ctx.state.context = context
    watch(context)
    return run(context)
  })
  const server = createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    errors,
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

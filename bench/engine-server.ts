// Serves a contract of the bench with the engine alone.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import Koa from 'koa'
import { RequestContext, type State } from '../src/engine/context.ts'
import { createLifecycle } from '../src/engine/lifecycle.ts'
import { problems } from '../src/engine/problem.ts'
import { Unsent } from '../src/engine/response.ts'
import type { Engine } from '../src/engine/types.ts'
import { createLogger } from '../src/lib/log.ts'

type Generated = Pick<Engine, 'operations' | 'securitySchemes' | 'validators' | 'serializers'>

/**
 * Serves the contract whose compiled module is the first argument of the process.
 * @param handlersOf returns the handlers by the names of the operations.
 */
export async function serveContract(handlersOf: (names: readonly string[]) => Engine['handlers']) {
  const [generated = ''] = process.argv.slice(2)
  const contract: Generated = await import(pathToFileURL(generated).href)
  const log = createLogger({ level: 'warn', part: 'bench' })
  const { operations, securitySchemes, validators, serializers } = contract
  const handlers = handlersOf(Object.keys(operations))
  const run = createLifecycle({
    ...{ basePath: '/api/v1', operations, validators, serializers, handlers, log },
    securitySchemes,
    authenticators: { bearer: async () => null },
    rateLimits: { quota: () => undefined },
    ...{ bodyLimit: 1024, maxAge: 0, strict: false },
    ...{ maxStreams: 10_000, maxStreamsPerCaller: 10_000 },
  })
  const app = new Koa<State>()
  app.use((ctx, next) => {
    const unsent = new Unsent()
    Object.assign(ctx.state, { requestId: randomUUID(), headers: {}, unsent, log })
    return next()
  })
  app.use(problems({ strict: false }))
  app.use((ctx) => run(new RequestContext(ctx, { log, addressOf: () => 'anywhere' })))
  createServer(app.callback()).listen(Number(process.env.PORT), process.env.HOST)
}

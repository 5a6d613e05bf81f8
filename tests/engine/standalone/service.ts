// A service from the engine and twenty lines of contract. It is compiled in a folder with nothing else.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import Koa from 'koa'
import { operations, securitySchemes } from './generated/operations.ts'
import { serializers } from './generated/serializers.js'
import type { Operations } from './generated/types.d.ts'
import { validators } from './generated/validators.js'
import { RequestContext, type State } from './src/engine/context.ts'
import { createLifecycle } from './src/engine/lifecycle.ts'
import { problems } from './src/engine/problem.ts'
import { Unsent } from './src/engine/response.ts'
import type { Handlers } from './src/engine/types.ts'
import { createLogger } from './src/lib/log.ts'

const handlers: Handlers<Operations> = {
  getWord: ({ params, query }) => ({
    status: 200,
    body: { text: params.word.repeat(query.times) },
  }),
}
const log = createLogger({ level: 'warn', part: 'echo' })
const run = createLifecycle({
  ...{ basePath: '/echo', operations, validators, serializers, handlers, log },
  securitySchemes,
  authenticators: { bearer: async () => null },
  rateLimits: { quota: () => undefined },
  ...{ bodyLimit: 1024, maxAge: 0, strict: true },
})
const app = new Koa<State>()
app.use((ctx, next) => {
  const unsent = new Unsent()
  Object.assign(ctx.state, { requestId: randomUUID(), headers: {}, unsent, log })
  return next()
})
app.use(problems({ strict: true }))
app.use((ctx) => run(new RequestContext(ctx, { log, addressOf: () => 'anywhere' })))
const server = createServer(app.callback()).listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => server.close())

// A service from the engine and the contract of this folder: what `npm run bench -- --transfers` measures.
// Its first argument is the module that codegen made of the contract.
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import Koa from 'koa'
import { RequestContext, type State } from '../../src/engine/context.ts'
import type { EventStream } from '../../src/engine/event-stream.ts'
import { createLifecycle } from '../../src/engine/lifecycle.ts'
import { problems } from '../../src/engine/problem.ts'
import { Unsent } from '../../src/engine/response.ts'
import type { Engine } from '../../src/engine/types.ts'
import { createLogger } from '../../src/lib/log.ts'

type Generated = Pick<Engine, 'operations' | 'validators' | 'serializers'>
type Body = AsyncIterable<Uint8Array>

const piece = Buffer.alloc(100_000, 'x')
const piecesOfFile = 100
const published = new EventEmitter().setMaxListeners(0)

async function* file() {
  for (let sent = 0; sent < piecesOfFile; sent++) yield piece
}

async function* events(signal: AbortSignal): EventStream<string> {
  const next = () => once(published, 'event', { signal }).catch(() => undefined)
  while ((await next()) !== undefined) yield { data: 'published' }
}

async function bytesOf(body: Body): Promise<number> {
  let count = 0
  for await (const { length } of body) count += length
  return count
}

const handlers = {
  getHealth: () => ({ status: 204 }),
  uploadFile: async ({ body }: { body: Body }) => ({ status: 200, body: await bytesOf(body) }),
  downloadFile: () => ({ status: 200, body: file() }),
  getEvents: (_: object, { signal }: { signal: AbortSignal }) => {
    return { status: 200, body: events(signal) }
  },
  publishEvent: () => {
    published.emit('event')
    return { status: 204 }
  },
}

const [generated = ''] = process.argv.slice(2)
const { operations, validators, serializers }: Generated = await import(
  pathToFileURL(generated).href
)
const log = createLogger({ level: 'warn', part: 'transfers' })
const run = createLifecycle({
  ...{ basePath: '/api/v1', operations, validators, serializers, handlers, log },
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

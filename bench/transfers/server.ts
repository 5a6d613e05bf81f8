// A service from the engine and the contract of this folder: what `npm run bench -- --transfers` measures.
import { EventEmitter, once } from 'node:events'
import type { EventStream } from '../../src/engine/event-stream.ts'
import { serveContract } from '../engine-server.ts'

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

await serveContract(() => handlers)

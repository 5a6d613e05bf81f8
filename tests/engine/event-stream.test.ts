// Event streams of the engine, on a small contract: what is sent, and each way in which a stream ends.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { engineErrors } from '../../scripts/contract/lint/rules.ts'
import { generateTypes } from '../../scripts/contract/operation-types.ts'
import type { EventStream, StreamEvent, StreamOptions } from '../../src/engine/event-stream.ts'
import type { HandlerContext } from '../../src/engine/types.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'
import { until } from '../support/until.ts'

const Change = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: { text: { type: 'string', maxLength: 100_000 } },
}
const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}
const streamOf = (media: object, fields = {}) => {
  const content = { 'text/event-stream': media as never }
  const problem = { description: 'No more streams', content: problemContent }
  const success = { description: 'Changes', content }
  return toyOperation({ ...fields, responses: { 200: success, 429: problem, 503: problem } })
}
const item = { 'x-itemSchema': { $ref: '#/components/schemas/Change' } }
const security = [{}, { bearer: [] }]
const toy = toyDocument(
  {
    '/changes': { get: streamOf(item, { operationId: 'getChanges', security }) },
    '/words': { get: streamOf({}, { operationId: 'getWords' }) },
  },
  { Change },
)
const contract = await compile(toy)

/** A completion as JSON, or as it comes. */
const either = toyDocument(
  {
    '/completion': {
      post: toyOperation({
        operationId: 'complete',
        responses: {
          200: {
            description: 'All of it, or piece by piece',
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Change' } },
              'text/event-stream': item as never,
            },
          },
        },
      }),
    },
  },
  { Change },
)

type Handler = (request: object, context: HandlerContext) => EventStream<unknown>

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function serve(events: Handler, options: StreamOptions & { expiresAt?: number } = {}) {
  const answer = (request: object, context: HandlerContext) => {
    return { status: 200, body: events(request, context) }
  }
  const caller = { id: 'ada', owns: {}, scopes: [], expiresAt: options.expiresAt }
  const service = await serveEngine({
    ...contract,
    ...plainEngine,
    ...options,
    authenticators: { bearer: async () => caller },
    handlers: { getChanges: answer as never, getWords: answer as never },
  })
  stops.push(service.stop)
  return {
    ...service,
    open: (path = '/changes', init = {}) => fetch(`${service.url}/toy${path}`, init),
  }
}

async function* of(...events: StreamEvent<unknown>[]) {
  yield* events
}

/** Yields one event, and ends when its signal aborts. */
async function* untilAborted({ signal }: HandlerContext, ended: () => void = () => {}) {
  try {
    yield { data: { text: 'first' } }
    await once(signal, 'abort')
  } finally {
    ended()
  }
}

describe('an event stream', () => {
  it('writes id, name, pause and the declared members of the data', async () => {
    const data = { text: 'one\ntwo', secret: 1 }
    const { open } = await serve(() => of({ id: '7', event: 'change', retry: 100, data }))
    const response = await open()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const text = 'id: 7\nevent: change\nretry: 100\ndata: {"text":"one\\ntwo"}\n\n'
    expect(await response.text()).toBe(text)
  })

  it('writes text without a schema line by line', async () => {
    const { open } = await serve(() => of({ data: 'one\ntwo' }))
    expect(await (await open('/words')).text()).toBe('data: one\ndata: two\n\n')
  })

  it('gives its handler the Last-Event-ID', async () => {
    const { open } = await serve((_, { lastEventId }) => of({ data: String(lastEventId) }))
    const headers = { 'last-event-id': '7' }
    expect(await (await open('/words', { headers })).text()).toBe('data: 7\n\n')
  })

  it('answers HEAD without an event', async () => {
    const { open } = await serve((_, context) => untilAborted(context))
    expect((await open('/changes', { method: 'HEAD' })).status).toBe(200)
  })

  it.each([
    ['data that breaks the contract', { data: { text: 1 } }],
    ['an id of two lines', { id: '1\n2', data: { text: '' } }],
  ])('is cut off for %s, which is an internal error', async (_, event) => {
    const { open, errors } = await serve(() => of(event))
    await expect((await open()).text()).rejects.toThrow()
    expect(errors.splice(0)).toHaveLength(1)
  })
})

describe('a stream ends', () => {
  it('when its client leaves', async () => {
    let isEnded = false
    const { open } = await serve((_, context) => untilAborted(context, () => (isEnded = true)))
    const controller = new AbortController()
    await open('/changes', { signal: controller.signal })
    controller.abort()
    await until('the end of the handler', () => isEnded || undefined)
  })

  it('with a retry when the server stops', async () => {
    const server = new AbortController()
    const { open } = await serve((_, it) => untilAborted(it), { stopping: server.signal })
    const response = await open()
    setTimeout(() => server.abort(), 50)
    expect(await response.text()).toMatch(/^data: .*\n\nretry: \d+\n\n$/)
    expect(await (await open()).text()).toMatch(/^retry: \d+\n\n$/)
  })

  it('when the authorization of its caller expires', async () => {
    const { open } = await serve((_, it) => untilAborted(it), { expiresAt: Date.now() + 200 })
    const headers = { authorization: 'Bearer token' }
    expect(await (await open('/changes', { headers })).text()).toBe('data: {"text":"first"}\n\n')
  })

  it('when its client leaves more than 64 kB unread for 5 seconds', async () => {
    let sent = 0
    let isEnded = false
    async function* flood() {
      try {
        for (;;) {
          sent += 1
          yield { data: { text: 'x'.repeat(50_000) } }
        }
      } finally {
        isEnded = true
      }
    }
    const { url } = await serve(() => flood())
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause()
    socket.on('error', () => {})
    socket.write('GET /toy/changes HTTP/1.1\r\nHost: x\r\n\r\n')
    await until('a full buffer', async () => {
      const before = sent
      await new Promise((resolve) => setTimeout(resolve, 300))
      return (before > 0 && sent === before) || undefined
    })
    const full = sent
    expect(isEnded).toBe(false)
    await until('the end of the handler', () => isEnded || undefined)
    socket.resume()
    await once(socket, 'close')
    expect(sent).toBe(full)
  }, 20_000)
})

describe('too many streams', () => {
  it('of one caller are a 429, until one of them ends', async () => {
    const { open } = await serve((_, it) => untilAborted(it), { maxStreamsPerCaller: 1 })
    const controller = new AbortController()
    await open('/changes', { signal: controller.signal })
    const rejected = await open()
    expect([rejected.status, rejected.headers.get('retry-after')]).toEqual([429, '5'])
    controller.abort()
    await until('an open stream', async () => (await open()).status === 200 || undefined)
  })

  it('of one process are a 503', async () => {
    const { open } = await serve((_, it) => untilAborted(it), { maxStreams: 1 })
    await open()
    expect((await open()).status).toBe(503)
  })
})

describe('codegen', () => {
  it('types the handler’s body', () => {
    const types = generateTypes(toy)
    expect(types).toContain("readonly body: EventStream<Schemas['Change']>")
    expect(types).toContain('readonly body: EventStream<string>')
  })

  it.each([
    ['a cache', { 'x-cache': { unchanging: 'x' } }, '/x-cache an event stream has no x-cache'],
    ['a key', { 'x-idempotent': true }, '/x-idempotent an event stream cannot be repeated'],
  ])('refuses a stream with %s', (_, fields, message) => {
    const wrong = toyDocument({ '/c': { get: streamOf(item, fields as object) } }, { Change })
    expect(engineErrors(wrong).filter((it) => it.includes(message))).toHaveLength(1)
  })

  it('refuses the schema of an item elsewhere', () => {
    const content = { 'application/json': { schema: item['x-itemSchema'], ...item } }
    const responses = { 200: { description: 'x', content } }
    const wrong = toyDocument({ '/c': { get: toyOperation({ responses }) } }, { Change })
    expect(engineErrors(wrong).join('\n')).toContain('x-itemSchema belongs on text/event-stream')
  })
})

it('a response may be JSON or a stream, as the client accepts', async () => {
  const complete = (_: object, { accepts }: HandlerContext) => {
    const type = accepts('application/json', 'text/event-stream')
    const data = { text: 'hi' }
    return { status: 200, type, body: type === 'application/json' ? data : of({ data }) }
  }
  const handlers = { complete: complete as never }
  const service = await serveEngine({ ...(await compile(either)), ...plainEngine, handlers })
  stops.push(service.stop)
  const open = (accept: string) =>
    fetch(`${service.url}/toy/completion`, { method: 'POST', headers: { accept } })
  expect(await (await open('application/json')).json()).toEqual({ text: 'hi' })
  const stream = await open('text/event-stream')
  expect(stream.headers.get('vary')).toBe('Accept')
  expect(await stream.text()).toBe('data: {"text":"hi"}\n\n')
  expect((await open('text/html')).status).toBe(406)
  expect(generateTypes(either)).toContain(
    "readonly type: 'text/event-stream'; readonly body: EventStream<Schemas['Change']>",
  )
})

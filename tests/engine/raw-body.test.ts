// Text, bytes and streams as response bodies, on a small contract.
import { createReadStream } from 'node:fs'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { generateTypes } from '../../scripts/contract/operation-types.ts'
import type { RawBody } from '../../src/engine/raw-body.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { lint } from '../support/lint.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'
import { until } from '../support/until.ts'

const answering = (operationId: string, content: object) =>
  toyOperation({ operationId, responses: { 200: { description: '', content: content as never } } })
const text = { type: 'string', maxLength: 100 }
const toy = toyDocument({
  '/picture': { get: answering('getPicture', { 'image/png': {} }) },
  '/table': { get: answering('getTable', { 'text/csv': { schema: text } }) },
  '/any': { get: answering('getAny', { 'application/json': {} }) },
})
const contract = await compile(toy)

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** Serves one body for every operation. */
async function serve(body: () => unknown, headers?: Record<string, string>) {
  const answer = () => ({ status: 200, body: body(), ...(headers && { headers }) })
  const handlers = { getPicture: answer, getTable: answer, getAny: answer }
  const service = await serveEngine({ ...contract, ...plainEngine, handlers })
  stops.push(service.stop)
  return service
}

const bytes = new Uint8Array([137, 80, 78, 71])

describe('a body that is no JSON', () => {
  it('leaves as text in UTF-8, with an entity tag', async () => {
    const { url } = await serve(() => 'é,1\n')
    const response = await fetch(`${url}/toy/table`)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-length')).toBe('5')
    expect(await response.text()).toBe('é,1\n')
    const etag = response.headers.get('etag') ?? ''
    const again = await fetch(`${url}/toy/table`, { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
  })

  it.each<[string, () => RawBody]>([
    ['an array of bytes', () => bytes],
    ['a buffer', () => Buffer.from(bytes)],
    ['a stream', () => Readable.from([Buffer.from(bytes)], { objectMode: false })],
    ['a stream of chunks', () => Readable.from([bytes])],
    [
      'an async iterable',
      async function* () {
        yield bytes
      },
    ],
  ])('leaves byte by byte from %s', async (_, body) => {
    const { url, errors } = await serve(body)
    const response = await fetch(`${url}/toy/picture`)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('accept-ranges')).toBe('none')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    expect(errors).toEqual([])
  })

  it('has the headers of a download that its handler gives', async () => {
    const headers = { 'Content-Disposition': 'attachment; filename="a.png"', 'Content-Length': '4' }
    const { url } = await serve(() => Readable.from([bytes]), headers)
    const response = await fetch(`${url}/toy/picture`)
    expect(response.headers.get('content-disposition')).toContain('a.png')
    expect(response.headers.get('content-length')).toBe('4')
    expect(response.headers.get('etag')).toBeNull()
  })

  it('is closed, and not sent, where the request is a HEAD', async () => {
    const stream = Readable.from([bytes])
    const { url } = await serve(() => stream)
    const response = await fetch(`${url}/toy/picture`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    await until('the end of the stream', () => stream.destroyed || undefined)
  })

  it('is closed when the client has the version that the handler names', async () => {
    const stream = Readable.from([bytes])
    const { url } = await serve(() => stream, { ETag: '"1"' })
    const response = await fetch(`${url}/toy/picture`, { headers: { 'If-None-Match': '"1"' } })
    expect(response.status).toBe(304)
    await until('the end of the stream', () => stream.destroyed || undefined)
  })

  it.each([
    ['an object', () => ({ secret: 1 })],
    ['nothing', () => undefined],
    ['a file that does not exist', () => createReadStream('/does/not/exist')],
    ['a stream of objects', () => Readable.from([{ secret: 1 }])],
  ])('is an internal error where the handler returns %s', async (_, body) => {
    const { url, errors } = await serve(body)
    const response = await fetch(`${url}/toy/picture`)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(errors).toHaveLength(1)
  })

  it('breaks the connection, and is reported, where the stream fails in the middle', async () => {
    const { url, errors } = await serve(async function* () {
      yield bytes
      throw new Error('the disk is gone')
    })
    const response = await fetch(`${url}/toy/picture`)
    await expect(response.arrayBuffer()).rejects.toThrow()
    expect(errors.map(String)).toEqual(['Error: the disk is gone'])
  })

  it('waits for a client that reads slowly, and ends with a client that leaves', async () => {
    let chunks = 0
    let hasEnded = false
    const { url, errors } = await serve(async function* () {
      try {
        for (; chunks < 1000; chunks++) yield Buffer.alloc(1_048_576)
      } finally {
        hasEnded = true
      }
    })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write('GET /toy/picture HTTP/1.1\r\nHost: x\r\n\r\n')
    let before = 0
    await until('a stream that waits', () => {
      const isWaiting = chunks > 1 && chunks === before
      before = chunks
      return isWaiting || undefined
    })
    expect(chunks).toBeLessThan(50)
    socket.destroy()
    await until('the end of the stream', () => hasEnded || undefined)
    // Koa reports a reset of the connection, which the application leaves out of the log.
    expect(errors.filter((it) => !String(it).includes('ECONNRESET'))).toEqual([])
  })
})

it('a JSON response without a schema writes any value', async () => {
  const { url } = await serve(() => ({ a: [1, null] }))
  expect(await (await fetch(`${url}/toy/any`)).json()).toEqual({ a: [1, null] })
  expect(generateTypes(toy)).toContain('readonly status: 200; readonly body: unknown')
})

it('a handler of a body that is no JSON is typed by text, bytes and streams', () => {
  expect(generateTypes(toy)).toContain(
    '{ readonly status: 200; readonly headers?: RawHeaders; readonly body: RawBody }',
  )
})

it.each([
  [
    'an object as text',
    { 'application/xml': { schema: { type: 'object' } } },
    'its schema has type: string',
  ],
])('lint refuses %s in a response', (_, content, message) => {
  const document = toyDocument({ '/thing': { get: answering('getThing', content) } })
  expect(lint(document).join('\n')).toContain(`responses 200 content`)
  expect(lint(document).join('\n')).toContain(message)
})

it('lint refuses a cache of what may be a stream', () => {
  const get = {
    ...answering('getThing', { 'image/png': {} }),
    'x-cache': { unchanging: 'It is a picture.' },
  }
  expect(lint(toyDocument({ '/thing': { get } })).join('\n')).toContain(
    'x-cache and x-idempotent cannot keep',
  )
})

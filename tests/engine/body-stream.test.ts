// A body that its handler reads as it arrives: with the limit of every body, and dropped afterwards.
import { Agent, request } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const content = { 'image/*': {}, 'application/octet-stream': {} } as never
const upload = (operationId: string, responses = ok({ type: 'integer' }, 1)) =>
  toyOperation({ operationId, requestBody: { required: true, content }, responses })
const document = toyDocument({
  '/read': { post: upload('readAll') },
  '/ignored': { post: upload('ignoreAll', { 204: { description: 'Ignored' } }) },
})

let service: Awaited<ReturnType<typeof serveEngine>>
let failure: Promise<unknown> | undefined
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

beforeAll(async () => {
  service = await serveEngine({
    ...plainEngine,
    ...(await compile(document)),
    strict: false,
    bodyLimit: 1_000_000,
    handlers: {
      readAll: async ({ body }: { body: Readable }) => {
        const read = buffer(body)
        failure = read.then(
          () => undefined,
          (error: unknown) => error,
        )
        return { status: 200, body: (await read).length }
      },
      ignoreAll: () => ({ status: 204 }),
    },
  })
})
afterAll(() => {
  agent.destroy()
  return service.stop()
})

function send(path: string, body: Buffer, headers: Record<string, string> = {}) {
  return new Promise<string>((resolve, reject) => {
    const type = { 'content-type': 'image/png' }
    const options = { method: 'POST', agent, headers: { ...type, ...headers } }
    const outgoing = request(`${service.url}/toy${path}`, options, async (response) => {
      resolve(`${response.statusCode} ${await buffer(response)}`)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const chunked = { 'transfer-encoding': 'chunked' }
const gzip = { 'content-encoding': 'gzip' }

it.each([
  ['with a length', Buffer.alloc(500_000), {}, '200 500000'],
  ['in pieces', Buffer.alloc(500_000), chunked, '200 500000'],
  ['of nothing', Buffer.alloc(0), chunked, '200 0'],
  ['compressed', gzipSync(Buffer.alloc(500_000)), gzip, '200 500000'],
  ['whose declared length is too large', Buffer.alloc(1_000_001), {}, '413'],
  ['that grows too large', Buffer.alloc(3_000_000), chunked, '413'],
  ['that grows too large when decompressed', gzipSync(Buffer.alloc(9_000_000)), gzip, '413'],
  ['that is no gzip', Buffer.from('not gzip'), gzip, '400'],
  ['of another type', Buffer.from('a'), { 'content-type': 'text/plain' }, '415'],
])('a body %s is read', async (_, body, headers, expected) => {
  const answer = await send('/read', body, headers as Record<string, string>)
  expect(answer.slice(0, expected.length)).toBe(expected)
  expect(service.errors).toEqual([])
})

it('drops what the handler leaves, so that the connection takes the next request', async () => {
  expect(await send('/ignored', Buffer.alloc(900_000))).toBe('204 ')
  expect(await send('/read', Buffer.alloc(10))).toBe('200 10')
})

it('fails in the handler when the client goes away', async () => {
  failure = undefined
  const outgoing = request(`${service.url}/toy/read`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', ...chunked },
  })
  outgoing.on('error', () => {})
  outgoing.write(Buffer.alloc(1000))
  await expect.poll(() => failure !== undefined).toBe(true)
  outgoing.destroy()
  expect(await failure).toMatchObject({ kind: 'malformed_request' })
})

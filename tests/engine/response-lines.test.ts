// A response of JSON lines whose handler yields one value after the other.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'
import { until } from '../support/until.ts'

const item = { 'x-itemSchema': { $ref: '#/components/schemas/Item' } }
const success = { description: 'Items', content: { 'application/x-ndjson': item as never } }
const document = toyDocument(
  { '/items': { get: toyOperation({ operationId: 'listItems', responses: { 200: success } }) } },
  {
    Item: {
      type: 'object',
      properties: { id: { type: 'integer' }, text: { type: 'string' } },
    },
  },
)

let service: Awaited<ReturnType<typeof serveEngine>>
let yielded = 0
let hasEnded = false
/** What the handler yields after a thousand items. */
let last: unknown

beforeAll(async () => {
  service = await serveEngine({
    ...plainEngine,
    ...(await compile(document)),
    handlers: {
      listItems: () => ({ status: 200, body: items() }),
    },
  })
})
afterAll(() => service.stop())

async function* items() {
  yielded = 0
  hasEnded = false
  try {
    while (yielded < 100_000) {
      yielded += 1
      yield yielded === 1000 && last !== undefined ? last : { id: yielded, text: 'a'.repeat(900) }
    }
  } finally {
    hasEnded = true
  }
}

async function open(): Promise<IncomingMessage> {
  const [response] = await once(get(`${service.url}/toy/items`), 'response')
  return response
}

it('stops its handler while the client does not read, and ends it when the client leaves', async () => {
  const response = await open()
  await until('100 items', () => yielded > 100 || undefined)
  await wait(200)
  const held = yielded
  await wait(200)
  expect(yielded).toBe(held)
  expect(held).toBeLessThan(50_000)
  response.destroy()
  await until('the end of the handler', () => hasEnded || undefined)
  service.errors.splice(0)
})

it('breaks the connection at an item that does not fit, and reports it', async () => {
  last = { id: 'a' }
  const response = await open()
  response.resume()
  await expect(once(response, 'end')).rejects.toThrow('aborted')
  expect(String(service.errors.splice(0))).toContain('integer')
  last = undefined
})

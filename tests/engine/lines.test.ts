// A body of JSON lines that its handler reads one by one.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const item = { 'x-itemSchema': { $ref: '#/components/schemas/Item' } }
const document = toyDocument(
  {
    '/items': {
      post: toyOperation({
        operationId: 'createItems',
        requestBody: { 'x-body-limit': '1MB', content: { 'application/x-ndjson': item } } as never,
        responses: ok({ type: 'integer' }, 1),
      }),
    },
  },
  { Item: { type: 'object', properties: { id: { type: 'integer' } } } },
)

let service: Awaited<ReturnType<typeof serveEngine>>
let items: unknown[]
/** After how many items the handler stops. */
let wanted: number

beforeAll(async () => {
  service = await serveEngine({
    ...plainEngine,
    ...(await compile(document)),
    strict: false,
    bodyLimit: 1000,
    handlers: {
      createItems: async ({ body }: { body: AsyncIterable<unknown> | undefined }) => {
        for await (const it of body ?? []) {
          items.push(it)
          if (items.length === wanted) break
        }
        return { status: 200, body: items.length }
      },
    },
  })
})
afterAll(() => service.stop())
beforeEach(() => {
  items = []
  wanted = Number.POSITIVE_INFINITY
})

interface Problem {
  readonly errors?: readonly { readonly pointer: string }[]
}

async function send(body: string | Uint8Array<ArrayBuffer>) {
  const headers = { 'content-type': 'application/x-ndjson' }
  const response = await fetch(`${service.url}/toy/items`, { method: 'POST', headers, body })
  const { errors = [] } = (response.ok ? {} : await response.json()) as Problem
  const pointers = errors.map((it) => it.pointer)
  return [response.status, ...pointers].join(' ')
}

it.each([
  ['with a newline at its end', '{"id":1}\n{"id":2}\n'],
  ['without one', '{"id":1}\n{"id":2}'],
  ['with empty lines and carriage returns', '\n{"id":1}\r\n \r\n{"id":2}\r\n\n'],
  ['with members that nothing declares', '{"id":1,"more":true}\n{"id":2}'],
])('a body %s gives its values', async (_, body) => {
  expect(await send(body)).toBe('200')
  expect(items).toEqual([{ id: 1 }, { id: 2 }])
})

it('reads many lines that come in pieces', async () => {
  const lines = Array.from({ length: 30_000 }, (_, id) => `{"id":${id},"name":"ä"}\n`)
  expect(await send(lines.join(''))).toBe('200')
  expect(items).toHaveLength(30_000)
  expect(items.at(-1)).toEqual({ id: 29_999 })
})

it.each([
  ['of another type', '{"id":1}\n\n{"id":"x"}', '422 /body/3/id'],
  [
    'with a number that a double does not hold',
    '{"id":1}\n{"id":9007199254740993}',
    '422 /body/2/id',
  ],
  ['that is no JSON', '{"id":1}\n{"id"', '400'],
  ['that is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), '400'],
  ['that is nested too deep', `{"id":1}\n${'['.repeat(300)}${']'.repeat(300)}`, '400'],
  ['that is too long', `{"id":1}\n{"name":"${'a'.repeat(1000)}"}`, '413'],
])('rejects a line %s when it is read', async (_, body, expected) => {
  expect((await send(body)).slice(0, expected.length)).toBe(expected)
  expect(items.length).toBe(expected === '400' && typeof body !== 'string' ? 0 : 1)
  expect(service.errors).toEqual([])
})

it('rejects a body over its limit', async () => {
  expect(await send('{"id":1}\n'.repeat(120_000))).toBe('413')
})

it('lets the handler stop early', async () => {
  wanted = 1
  expect(await send('{"id":1}\n'.repeat(50_000))).toBe('200')
  expect(await send('{"id":1}\n')).toBe('200')
})

it('takes a body of nothing for none', async () => {
  expect(await send('')).toBe('200')
})

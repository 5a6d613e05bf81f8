// What leaves of a handler's result in production, where nothing is checked.
import { expect, it } from 'vitest'
import type { Operation } from '../../src/engine/operation.ts'
import { serialize } from '../../src/engine/response.ts'

const operation: Operation = {
  operationId: 'doThing',
  method: 'post',
  path: '/thing',
  security: [],
  parameters: { path: {}, query: {}, header: {}, cookie: {} },
  body: null,
  responses: {
    204: { type: null, headers: { Location: { type: 'string', required: false } } },
  },
}
const route = { operation, serializers: {}, current: undefined }

it('leaves out a header that the contract does not declare', () => {
  const headers = { location: '/a', 'X-Secret': 'b' }
  expect(serialize(route, { status: 204, headers }, false).headers).toEqual({
    Location: '/a',
    'Cache-Control': 'no-store',
  })
  expect(() => serialize(route, { status: 204, headers }, true)).toThrow(
    'doThing 204: the contract does not declare the header X-Secret',
  )
})

// Numbers of a JSON body stay what they are, and its depth is limited.
import { expect, it } from 'vitest'
import { isExact, parseJson } from '../../src/engine/json.ts'
import { plainEngine, serveEngine } from '../support/engine-service.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'

const pointersIn = (json: string) => parseJson(json, 200).errors.map((it) => it.pointer)

it.each(
  '0 -0 0.1 19.99 1.10 1e21 1.5E-7 -123456789012345 9007199254740992 0.1000000000000000 1e22 5e-324'.split(
    ' ',
  ),
)('takes %s as it is written', (written) => {
  expect(isExact(written)).toBe(true)
  expect(pointersIn(written)).toEqual([])
})

it.each(
  '9007199254740993 -9223372036854775807 0.10000000000000000001 1234567890.12345678 1e400 1e-400 3.141592653589793238'.split(
    ' ',
  ),
)('refuses %s, which a double changes', (written) => {
  expect(isExact(written)).toBe(false)
  expect(pointersIn(written)).toEqual(['/body'])
})

it('names the place of each number that a double changes', () => {
  const json =
    '{"a,\\"[": [1, {"b/c": 9007199254740993}, "9007199254740993"], "x": {"y": [[], [0.1, 1e999]]}, "z": -9007199254740993}'
  expect(pointersIn(json)).toEqual(['/body/a,"[/1/b~1c', '/body/x/y/1/1', '/body/z'])
})

it('reads nothing but numbers as numbers', () => {
  expect(pointersIn('{"1e999": "1e999", "e\\\\": "\\\\\\"9007199254740993"}')).toEqual([])
})

it.each([
  ['[', ']'],
  ['{"a":', '}'],
])('limits how deep %s may be nested', (open, close) => {
  const nested = (depth: number) => `${open.repeat(depth)}[]${close.repeat(depth)}`
  expect(() => parseJson(nested(199), 200)).not.toThrow()
  expect(() => parseJson(nested(200), 200)).toThrow('nested 200 levels deep')
  expect(() => parseJson(JSON.stringify({ text: '[{'.repeat(1000) }), 200)).not.toThrow()
})

it('answers 422 with the pointer of such a number, and 400 to a body that is too deep', async () => {
  const content = { 'application/json': { schema: { type: 'object', additionalProperties: true } } }
  const post = toyOperation({ operationId: 'createThing', requestBody: { content } })
  const { document: _, ...contract } = await compile(toyDocument({ '/thing': { post } }))
  const service = await serveEngine({
    ...plainEngine,
    ...contract,
    strict: false,
    handlers: { createThing: () => ({ status: 204 }) },
  })
  const send = async (body: string) => {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(`${service.url}/toy/thing`, { method: 'POST', headers, body })
    return { status: response.status, problem: (await response.json()) as { errors?: unknown } }
  }
  try {
    const detail = 'must be a number that a double holds exactly'
    expect(await send('{"id": 9007199254740993}')).toMatchObject({
      status: 422,
      problem: { errors: [{ pointer: '/body/id', detail }] },
    })
    expect(await send(`{"id": ${'['.repeat(300)}${']'.repeat(300)}}`)).toMatchObject({
      status: 400,
    })
  } finally {
    await service.stop()
  }
})

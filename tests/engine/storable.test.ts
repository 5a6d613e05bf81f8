// Text that PostgreSQL cannot store is refused in every part of a request, declared or not.
import { expect, it } from 'vitest'
import { parseJson } from '../../src/engine/json.ts'
import { parsePairs } from '../../src/engine/steps/parameters.ts'
import { useService } from '../support/service.ts'

const service = useService()
const pointersIn = (json: string) => parseJson(json, 200_000).errors.map((it) => it.pointer)

it.each([
  ['a NUL at the top', '"a\\u0000"', ['/body']],
  ['half of a surrogate pair in a list', '{"a":["ok","\\uD800"]}', ['/body/a/1']],
  ['a NUL in an unknown member', '{"a":{"b/c":"\\u0000"},"d":"x"}', ['/body/a/b~1c']],
  ['half of a surrogate pair in a name', '{"a":[{"\\uDC00":1}]}', ['/body/a/0']],
  ['whole pairs and other escapes', '{"a":"\\ud83d\\ude00 \\u00e9","b":"\\\\u0000"}', []],
])('finds %s in JSON', (_, json, pointers) => {
  expect(pointersIn(json)).toEqual(pointers)
})

it('reads a body that is nested as deeply as its size allows', () => {
  const depth = 100_000
  const json = `${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}`
  expect(pointersIn(json)[0]).toMatch(/^\/body\/0\/0/)
})

it('finds a NUL in a query and in a form', () => {
  expect(parsePairs('a=%00&b=1', {}, 'query').errors).toMatchObject([{ pointer: '/query/a' }])
  expect(parsePairs('a=x%00', {}, 'body').errors).toMatchObject([{ pointer: '/body/a' }])
})

it('answers 422 with the place, in the path, the query and the body', async () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const body = 'username=ada&password=Correct-horse-7&client_id=a%00'
  const sent = [
    fetch(`${service.url}/api/v1/users/a%00b`),
    fetch(`${service.url}/api/v1/health?x=%00`),
    fetch(`${service.url}/api/v1/login`, { method: 'POST', headers: form, body }),
  ]
  const answers = await Promise.all(
    (await Promise.all(sent)).map(async (it) => (await it.json()) as { errors: unknown[] }),
  )
  const detail = 'must be text without NUL characters or lone surrogates'
  for (const [index, pointer] of ['/path/username', '/query/x', '/body/client_id'].entries()) {
    expect(answers[index]).toMatchObject({ status: 422 })
    expect(answers[index]?.errors).toContainEqual({ pointer, detail })
  }
})

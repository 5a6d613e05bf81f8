// What the lint finds in the complete document is reported where it stands in `openapi/`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lintComplete, readContract } from '../../../scripts/contract/bundle.ts'
import { placesIn } from '../../../scripts/contract/lint/places.ts'
import { root } from '../../support/guides.ts'

const placeOf = placesIn(join(root, 'openapi/openapi.yaml'))

/** Returns the line of a file to which a place leads, from its column on. */
function textAt(place: string): string {
  const [path = '', line, column] = place.split(':')
  const text = readFileSync(path, 'utf8').split('\n')[Number(line) - 1]
  return text?.slice(Number(column) - 1) ?? ''
}

it.each([
  ['an operation', '#/paths/~1users~1{username}/get/operationId', 'operationId: getUser'],
  ['an item of a list', '#/paths/~1users~1{username}/get/tags/0', 'Users'],
  ['a component', '#/components/schemas/User/properties/username', 'username:'],
  ['the index', '#/components/securitySchemes/bearer/type', 'type: oauth2'],
])('a place in %s is found in its file', (_, pointer, text) => {
  const place = placeOf(pointer)
  expect(textAt(place).slice(0, text.length)).toBe(text)
})

it('a place that follows by rule is reported at the operation', () => {
  const pointer = '#/paths/~1users~1{username}/get/responses/200/headers/ETag'
  const place = placeOf(pointer)
  expect(place).toMatch(/^openapi\/paths\/users_\{username\}\.yaml:\d+:\d+$/)
  expect(textAt(place)).toMatch(/^'?200'?:/)
})

it('a response without a header that it has to have is reported once, in its own file', async () => {
  const document = await readContract()
  const { Unavailable } = document.components.responses as Record<string, { headers: object }>
  if (Unavailable)
    Unavailable.headers = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }
  const [message, ...others] = await lintComplete(document)
  expect(others).toEqual([])
  expect(message).toMatch(
    /^openapi\/components\/responses\/Unavailable\.yaml:\d+:\d+ .*"Retry-After".* \(response-contains-header\)$/,
  )
})

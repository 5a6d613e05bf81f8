// Places of findings in the files that a contract is written in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readContract } from '../../../scripts/contract/bundle.ts'
import { placesIn } from '../../../scripts/contract/lint/places.ts'

const folder = mkdtempSync(join(tmpdir(), 'places-'))
afterAll(() => rmSync(folder, { recursive: true }))

const swagger = `swagger: '2.0'
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      parameters:
        - name: color
          in: formData
          type: string
        - name: limit
          in: query
          type: integer
      responses:
        200:
          description: Things
          schema:
            type: array
definitions:
  Thing:
    type: object
`

it('a finding in a document of OpenAPI 2.0 has the line of that document', () => {
  const file = join(folder, 'swagger.yaml')
  writeFileSync(file, swagger)
  const placeOf = placesIn(file)
  const lineOf = (pointer: string) => Number(placeOf(pointer).split(':').at(-2))
  const get = '#/paths/~1things/get'
  const form = `${get}/requestBody/content/application~1x-www-form-urlencoded`
  expect(lineOf(`${form}/schema/properties/color/type`)).toBe(9)
  expect(lineOf('#/components/schemas/Thing/type')).toBe(20)
  expect(lineOf(`${get}/parameters/0/schema/type`)).toBe(12)
  expect(lineOf(`${get}/responses/200/content/application~1json/schema/type`)).toBe(17)
})

it('what is no OpenAPI 2.0 is named with its line', async () => {
  const file = join(folder, 'wrong.yaml')
  writeFileSync(file, swagger.replace('          in: query\n', ''))
  await expect(readContract(file, { expand: false })).rejects.toThrow(/wrong\.yaml:10:11 .*`in`/)
})

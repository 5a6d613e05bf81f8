// What cannot be read as a contract is refused with its file, line and rule.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readContract } from '../../scripts/contract/bundle.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'structure-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(text: string) {
  const file = join(folder, 'contract.yaml')
  await writeFile(file, text)
  return readContract(file, { expand: false })
}

/** Returns the message with the place in the file, such as `2:1`, in front. */
async function messageOf(text: string): Promise<string> {
  const error = await read(text).then(
    () => new Error('it was read'),
    (error: Error) => error,
  )
  return error.message.replaceAll(`${relative('', join(folder, 'contract.yaml'))}:`, '')
}

const head = 'openapi: 3.1.0\ninfo: { title: Toy, version: "1" }\n'

describe('a contract is refused with its place', () => {
  it.each([
    ['a member of another type', `${head}paths: []\n`, '3:1 Expected type `Paths` (object)'],
    [
      'a parameter without a name',
      `${head}paths:\n  /a:\n    get:\n      parameters:\n        - in: query\n      responses: {}\n`,
      '7:11 The field `name` must be present',
    ],
    [
      'an extension of ours with another type',
      `${head}paths:\n  /a:\n    get:\n      x-rate-limit: null\n      responses: {}\n`,
      '6:7 Expected type `object` but got `null`',
    ],
    [
      'a keyword of a schema with another type',
      `${head}components:\n  schemas:\n    A:\n      required: name\n`,
      '6:7 Expected type `array` but got `string`',
    ],
    [
      'a reference to nothing',
      `${head}paths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/components/parameters/B'\n      responses: {}\n`,
      "7:11 Can't resolve $ref",
    ],
    ['broken YAML', 'openapi: [3.1\n', '2:1 deficient indentation (struct)'],
    ['a name twice', `${head}info: {}\n`, 'duplicated mapping key'],
    ['no document of OpenAPI', 'name: Toy\n', '1:1 Unsupported specification (struct)'],
    ['another version', 'openapi: 4.0.0\n', '1:1 Unsupported OpenAPI version: 4.0.0'],
    ['an empty file', '', '1:1 Document must be JSON object'],
    ['a list', '[]', '1:1 Document must be JSON object'],
  ])('where it has %s', async (_, text, message) => {
    expect(await messageOf(text)).toContain(message)
  })
})

it('a field that OpenAPI does not know is left to other tools', async () => {
  const document = await read(
    `${head}paths:\n  /a:\n    get:\n      owner: me\n      responses: {}\n`,
  )
  expect(document.paths['/a']?.get).toMatchObject({ owner: 'me' })
})

// A mistake in a contract of several files is told with file, line and column, by codegen and by the lint.
// cspell:ignore cach sumary
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getLineColLocation, lint, loadConfig } from '@redocly/openapi-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generate } from '../../scripts/codegen.ts'
import { readContract } from '../../scripts/contract/bundle.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mistakes-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Files = Readonly<Record<string, string>>

const files = {
  'openapi.yaml': `openapi: 3.1.1
info: { title: Toy, version: '1' }
servers:
  - url: /
paths:
  /things:
    $ref: paths/things.yaml
  /others:
    $ref: paths/others.yaml
`,
  'paths/things.yaml': `get:
  operationId: listThings
  security: []
  responses:
    '200':
      description: All of them
      content:
        application/json:
          schema:
            $ref: ../components/schemas/Thing.yaml
`,
  'paths/others.yaml': `get:
  operationId: listOthers
  security: []
  responses:
    '200':
      description: None
`,
  'components/schemas/Thing.yaml': `type: object
properties:
  state:
    type: string
    maxLength: 9
`,
}

async function write(changed: Files): Promise<string> {
  const project = await mkdtemp(join(folder, 'project-'))
  for (const [name, text] of Object.entries({ ...files, ...changed })) {
    await mkdir(dirname(join(project, name)), { recursive: true })
    await writeFile(join(project, name), text)
  }
  return project
}

/** Returns the lines with which codegen ends; none where it succeeds. */
async function codegenLines(project: string): Promise<string[]> {
  const main = join(project, 'openapi.yaml')
  try {
    await generate(await readContract(main, { expand: false }), main)
    return []
  } catch (error) {
    const { message } = error as Error
    return message
      .replaceAll(`${relative('', project)}/`, '')
      .split('\n')
      .slice(1)
  }
}

async function lintLines(project: string): Promise<string[]> {
  const configPath = fileURLToPath(new URL('../../redocly.yaml', import.meta.url))
  const config = await loadConfig({ configPath })
  const problems = await lint({ ref: join(project, 'openapi.yaml'), config })
  return problems.map(({ location: [first], message, ruleId }) => {
    if (first === undefined) return message
    const { start } = getLineColLocation(first)
    const file = relative(project, first.source.absoluteRef)
    return `${file}:${start.line}:${start.col} ${message} (${ruleId})`
  })
}

const { 'paths/things.yaml': things, 'components/schemas/Thing.yaml': thing } = files

const notYaml = { 'components/schemas/Thing.yaml': 'type: object\n  title: : a\n' }
const mistakes: readonly (readonly [string, Files, string])[] = [
  ['broken YAML', notYaml, 'components/schemas/Thing.yaml:2:8 Failed to parse: bad indentation'],
  [
    'the same key twice',
    { 'paths/things.yaml': `${things}get: {}\n` },
    'paths/things.yaml:11:1 Failed to parse: duplicated mapping key',
  ],
  ['an empty file', { 'paths/things.yaml': '' }, "openapi.yaml:7:5 Can't resolve $ref"],
  [
    'a reference to a file that is missing',
    { 'paths/things.yaml': things.replace('Thing.yaml', 'Think.yaml') },
    "paths/things.yaml:10:13 Can't resolve $ref: ENOENT",
  ],
  [
    'a reference to a part that is missing',
    { 'paths/things.yaml': things.replace('Thing.yaml', 'Thing.yaml#/a') },
    "paths/things.yaml:10:13 Can't resolve $ref",
  ],
  [
    'a value of another type',
    { 'paths/things.yaml': things.replace('security: []', 'security: {}') },
    'paths/things.yaml:3:',
  ],
  [
    'an extension of another shape',
    { 'paths/things.yaml': things.replace('get:\n', 'get:\n  x-cache: { ttl: a }\n') },
    'paths/things.yaml:2:3 x-cache must be { ttl',
  ],
  [
    'what the engine does not support',
    { 'components/schemas/Thing.yaml': `${thing}    x-open-enum: true\n` },
    'components/schemas/Thing.yaml:3:3 x-open-enum: true belongs beside an enum',
  ],
]

describe('codegen and the lint name the place of', () => {
  it.each([...mistakes])('%s', async (_, changed, expected) => {
    const project = await write(changed)
    const told = await codegenLines(project)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(expected)
    const found = await lintLines(project)
    expect(found.filter((it) => it.startsWith(expected))).not.toEqual([])
  })
})

it('our rules report nothing of a contract with a part that cannot be read', async () => {
  const found = await lintLines(await write(notYaml))
  expect(found.filter((it) => /\((engine|style)\//.test(it))).toEqual([])
})

describe('the lint names the place of', () => {
  it.each<readonly [string, Files, string]>([
    [
      'an operationId that another operation has',
      { 'paths/things.yaml': things.replace('listThings', 'listOthers') },
      'paths/others.yaml:2:3 Every operation must have a unique `operationId`.',
    ],
    [
      'a misspelled extension',
      { 'paths/things.yaml': things.replace('get:\n', 'get:\n  x-cach: { ttl: 1 }\n') },
      'paths/things.yaml:2:3 x-cach does nothing; is x-cache meant?',
    ],
    [
      'a key that OpenAPI does not know',
      { 'paths/things.yaml': things.replace('get:\n', 'get:\n  sumary: a\n') },
      'paths/things.yaml:2:3 Property `sumary` is not expected here.',
    ],
    [
      'a file that nothing refers to',
      { 'paths/orphan.yaml': things },
      'openapi.yaml:5:1 paths/orphan.yaml is not used',
    ],
  ])('%s', async (_, changed, expected) => {
    const found = await lintLines(await write(changed))
    expect(found.filter((it) => it.includes(expected))).not.toEqual([])
  })
})

// The JSON schemas by which editors complete and check `openapi/`, as `.vscode/settings.json` names them.
// cspell:ignore cach sumary
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { editorFiles, fileKinds } from '../../scripts/contract/editor.ts'
import { keysOf } from '../../scripts/contract/extensions.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const ajv = new Ajv({ strict: false, allErrors: true })
const schemas = editorFiles()
ajv.addSchema(JSON.parse(schemas['openapi.json'] ?? ''), 'openapi.json')

const compiled = new Map<string, ValidateFunction>()

function validatorOf(kind: string): ValidateFunction {
  const validate = compiled.get(kind) ?? ajv.compile(JSON.parse(schemas[`${kind}.json`] ?? ''))
  compiled.set(kind, validate)
  return validate
}

/** Returns how a file of this kind breaks its schema; empty for a valid one. */
function errorsOf(kind: string, file: unknown): string[] {
  const validate = validatorOf(kind)
  validate(file)
  return (validate.errors ?? []).map((it) => `${it.instancePath} ${it.message}`)
}

const folderOf = (place: string) => place.replace(/[^/]*$/, '')

function kindOf(file: string): string {
  const place = Object.keys(fileKinds).find((it) => it === file || it === `${folderOf(file)}*.yaml`)
  return (place && fileKinds[place]) ?? `no kind for ${file}`
}

it('the settings of VS Code name the schema of each kind of file', () => {
  const settings: Record<string, Record<string, string | string[]>> = JSON.parse(
    read('.vscode/settings.json'),
  )
  const named = Object.entries(settings['yaml.schemas'] ?? {}).flatMap(([schema, places]) =>
    [places].flat().map((place) => [place, schema]),
  )
  const wanted = Object.entries(fileKinds).map(([place, kind]) => {
    return [`openapi/${place}`, `./generated/editor/${kind}.json`]
  })
  expect(named.sort()).toEqual(wanted.sort())
})

describe('the schema accepts the file', () => {
  const files = readdirSync(`${root}openapi`, { recursive: true, encoding: 'utf8' })
  it.each(files.filter((it) => it.endsWith('.yaml')))('%s', (file) => {
    expect(errorsOf(kindOf(file), parse(read(`openapi/${file}`)))).toEqual([])
  })
})

describe('an editor marks', () => {
  const get = { responses: { '200': { description: 'a' } } }
  const operation = (more: object) => ['PathItem', { get: { ...get, ...more } }] as const
  const body = (more: object) => operation({ requestBody: { content: {}, ...more } })
  it.each([
    [
      'an unknown key',
      ...operation({ unknownKey: 'a' }),
      '/get must NOT have additional properties',
    ],
    ['a missing key', 'Response', { content: {} }, "must have required property 'description'"],
    ['a wrong type', ...operation({ deprecated: 'yes' }), '/get/deprecated must be boolean'],
    ['a wrong method', 'PathItem', { fetch: get }, 'must NOT have additional properties'],
    ['a wrong status', ...operation({ responses: { ok: {} } }), '/get/responses must NOT have'],
    [
      'a wrong place',
      'Parameter',
      { name: 'a', in: 'body', schema: {} },
      '/in must be equal to one',
    ],
    ['a key beside $ref', 'Response', { $ref: 'a.yaml', content: {} }, 'must NOT have additional'],
    ['an unknown type', 'Schema', { items: { type: 'text' } }, '/items/type must be equal to one'],
    ['a wrong bound', 'Schema', { maxLength: -1 }, '/maxLength must be >= 0'],
    ['a scheme without its key', 'SecurityScheme', { type: 'http' }, "required property 'scheme'"],
    ['a root without info', 'Root', { openapi: '3.1.0', paths: {} }, "required property 'info'"],
    [
      'a misspelled policy',
      ...operation({ 'x-cache-': {} }),
      '/get/x-cache- boolean schema is false',
    ],
    ['a policy in another case', ...operation({ 'x-Owner': 'a' }), '/get/x-Owner boolean schema'],
    ['a wrong ttl', ...operation({ 'x-cache': { ttl: '60' } }), '/x-cache/ttl must be integer'],
    [
      'a wrong scope',
      ...operation({ 'x-cache': { scope: 'all' } }),
      '/x-cache/scope must be equal',
    ],
    [
      'an unknown member',
      ...operation({ 'x-cache': { age: 1 } }),
      '/x-cache must NOT have additional',
    ],
    ['a limit without window', ...operation({ 'x-rate-limit': { limit: 5 } }), "property 'window'"],
    ['x-idempotent: false', ...operation({ 'x-idempotent': false }), '/x-idempotent must be equal'],
    ['one read', ...operation({ 'x-invalidates': 'a' }), '/x-invalidates must be array'],
    ['a wrong size', ...body({ 'x-body-limit': '10 MB' }), '/x-body-limit must match pattern'],
    ['a wrong flag', 'Schema', { enum: ['a'], 'x-open-enum': 1 }, '/x-open-enum must be boolean'],
  ])('%s', (_, kind, file, message) => {
    expect(errorsOf(kind, file).join('\n')).toContain(message)
  })

  it('no key of another tool', () => {
    expect(errorsOf(...operation({ 'x-codegen': { any: 1 }, 'x-internal': true }))).toEqual([])
  })
})

it('an editor shows what each policy means', () => {
  const { Operation } = JSON.parse(schemas['openapi.json'] ?? '').definitions
  for (const key of keysOf('Operation'))
    expect(Operation.properties[key].description).toMatch(/^[A-Z].*\.$/)
})

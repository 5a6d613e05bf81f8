// The JSON schemas by which editors complete and check `openapi/`, as `.vscode/settings.json` names
// them. They accept the whole contract, and know the vocabulary of the lint.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { policyKeys } from '../../scripts/contract/lint/policies.ts'
import { keywords } from '../../scripts/contract/subschemas.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const settings: Record<string, Record<string, string>> = JSON.parse(read('.vscode/settings.json'))
const contract = JSON.parse(read('scripts/contract/editor/contract.json'))
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(contract, 'contract.json')

/** Returns how a file of this schema breaks it; empty for a valid one. */
function errorsOf(schema: string, file: unknown): string[] {
  const validate = ajv.compile(JSON.parse(read(schema)))
  validate(file)
  return (validate.errors ?? []).map((it) => `${it.instancePath} ${it.message}`)
}

const folders = Object.entries(settings['yaml.schemas'] ?? {}).map(
  ([schema, pattern]) => [dirname(pattern), schema] as const,
)

it('covers every folder of the contract', () => {
  const components = readdirSync(join(root, 'openapi/components'))
  const wanted = ['openapi/paths', ...components.map((it) => `openapi/components/${it}`)]
  expect(folders.map(([folder]) => folder).sort()).toEqual(wanted.sort())
})

describe.each(folders)('the files in %s', (folder, schema) => {
  it.each(readdirSync(join(root, folder)))('%s is valid', (file) => {
    expect(errorsOf(schema, parse(read(`${folder}/${file}`)))).toEqual([])
  })
})

it('knows the extensions and the keywords that the lint accepts', () => {
  const { operation, schema } = contract.definitions
  const extensions = Object.keys(operation.properties).filter((it) => it.startsWith('x-'))
  expect(extensions.sort()).toEqual([...policyKeys].sort())
  expect(Object.keys(schema.properties).sort()).toEqual([...keywords].sort())
})

it.each([
  [{ 'x-cash': {} }, 'must NOT have additional properties'],
  [{ 'x-cache': { ttl: '60' } }, '/x-cache/ttl must be integer'],
  [{ 'x-rate-limit': { limit: 5, window: 60, by: 'user' } }, 'must be equal to one of the allowed'],
  [{ 'x-idempotent': false }, '/x-idempotent must be equal to constant'],
])('marks the operation with %j', (policy, message) => {
  const { get } = parse(read('openapi/paths/health.yaml'))
  const errors = errorsOf('scripts/contract/editor/paths.json', { get: { ...get, ...policy } })
  expect(errors.join('\n')).toContain(message)
})

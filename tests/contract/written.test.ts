// Serializers of random schemas and values. What is written of a valid value is what a handler is given
// of it in a request, which other functions collect: the declared members, and no others. A value that
// does not fit is an error, or none of its undeclared members is written.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { engineErrors } from '../../scripts/contract/lint/rules.ts'
import { normalize } from '../../scripts/contract/normalize.ts'
import { anyValue, components, schema, withSecrets } from '../support/random-schemas.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const seed = Number(process.env.WRITTEN_SEED ?? 7)
const schemaCount = 25
const valuesPerSchema = 60

it(`what is written has the declared members, and no others (WRITTEN_SEED=${seed})`, async () => {
  const schemas = fc.sample(schema, { seed, numRuns: schemaCount })
  const operations = schemas.map((it, index) => {
    const requestBody = { required: true, content: { 'application/json': { schema: it } } }
    const operation = toyOperation({ operationId: `op${index}`, requestBody, responses: ok(it) })
    return [`/${index}`, { post: operation }] as const
  })
  const document = normalize(toyDocument(Object.fromEntries(operations), components))
  expect(engineErrors(document).filter((it) => !it.includes('engine/invalidates'))).toEqual([])
  const { validators, serializers } = await compile(document)
  const values = fc.sample(anyValue, { seed, numRuns: valuesPerSchema })
  let written = 0
  for (const [index, it] of schemas.entries()) {
    const body = validators[`op${index}`]?.body['application/json']
    const write = serializers[`op${index}`]?.[200]
    if (!body || !write) throw new Error(`op${index} is not compiled`)
    const isOpen = /"additionalProperties":(true|\{)|"prefixItems"|\{\}/.test(JSON.stringify(it))
    for (const value of [...values, ...values.map(withSecrets)]) {
      const shown = `${JSON.stringify(it)}\n${JSON.stringify(value)}`
      const declared = structuredClone(value)
      const isValid = body(declared)
      const text = textOf(() => write(value), isValid, shown)
      if (isValid) expect(JSON.parse(text ?? ''), shown).toEqual(declared)
      else if (!isOpen) expect(text ?? '', shown).not.toContain('secret')
      if (isValid) written++
    }
  }
  expect(written).toBeGreaterThan(schemaCount)
}, 60_000)

/** Returns what is written; undefined for an error, which a valid value must not be. */
function textOf(write: () => string, isValid: boolean, shown: string): string | undefined {
  try {
    return write()
  } catch (error) {
    if (isValid) throw new Error(`${shown}\n${error}`)
    return undefined
  }
}

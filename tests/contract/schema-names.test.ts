// Names of properties and the data of a schema are the author's choice: none is read as a keyword.
import { expect, it } from 'vitest'
import { createAjv, forAjv } from '../../scripts/contract/ajv.ts'
import { lint } from '../support/lint.ts'
import { toyDocument, toyRoundTrip } from '../support/toy-contract.ts'

const text = { type: 'string', maxLength: 9 }

it('validates properties that are called like keywords', () => {
  const names = ['$ref', 'discriminator', 'x-open-enum', "it's", 'a"b', 'a\\b', 'a.b-c']
  const validate = createAjv(toyDocument({})).compile(
    forAjv(toyDocument({}), {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(names.map((it) => [it, text])),
    }),
  )
  for (const name of names) {
    const valid: unknown = JSON.parse(`{${JSON.stringify(name)}: "fine"}`)
    const invalid: unknown = JSON.parse(`{${JSON.stringify(name)}: 1}`)
    expect([name, validate(valid)]).toEqual([name, true])
    expect([name, validate(invalid)]).toEqual([name, false])
  }
  expect(validate({ other: 'unknown' })).toBe(false)
})

it('keeps constants and enums as they are written', () => {
  const only = { $ref: '#/components/schemas/Thing', discriminator: null, 'x-open-enum': true }
  const validate = createAjv(toyDocument({})).compile(
    forAjv(toyDocument({}), { type: 'object', enum: [only] }),
  )
  expect(validate(structuredClone(only))).toBe(true)
  expect(validate({})).toBe(false)
})

it('passes over extensions', () => {
  const document = { ...toyRoundTrip({ type: 'integer' }), 'x-notes': { schema: null } }
  expect(lint(document).filter((it) => it.startsWith('engine/schema'))).toEqual([])
})

it('refuses properties that every JavaScript object inherits', () => {
  const properties = JSON.parse('{"__proto__": {"type": "integer"}, "a.b": {"type": "integer"}}')
  const schema = { type: 'object', additionalProperties: false, required: ['toString'], properties }
  const found = lint(toyRoundTrip(schema)).filter((it) => it.startsWith('engine/schema-keywords'))
  expect(found).toHaveLength(4)
  expect(found[0]).toContain('a property called __proto__ is not supported')
  expect(found[1]).toContain('a property called toString is not supported')
})

// Serializers of random schemas and values. What is written of a valid value is what a handler is given
// of it in a request, which other functions collect: the declared members, and no others. A value that
// does not fit is an error, or none of its undeclared members is written.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Schema } from '../../scripts/contract/document.ts'
import { engineErrors } from '../../scripts/contract/lint/rules.ts'
import { normalize } from '../../scripts/contract/normalize.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

const seed = Number(process.env.WRITTEN_SEED ?? 7)
const schemaCount = 25
const valuesPerSchema = 60

const names = ['a', 'b', 'kind']
const name = fc.constantFrom(...names)
const scalar = fc.constantFrom<Schema>(
  { type: 'string' },
  { type: 'integer' },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'null' },
  { type: ['string', 'integer', 'null'] },
  { const: 'a' },
  { enum: ['a', 1, null] },
  {},
)
const components: Record<string, Schema> = {
  Cat: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: 'cat' }, a: { type: 'integer' } },
  },
  Dog: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: 'dog' }, b: { type: 'string' } },
  },
  Tree: {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { $ref: '#/components/schemas/Tree' } },
  },
}
const reference = fc
  .constantFrom(...Object.keys(components))
  .map((it): Schema => ({ $ref: `#/components/schemas/${it}` }))

const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  object: fc.record<Schema>(
    {
      type: fc.constantFrom<string | string[]>('object', ['object', 'null']),
      properties: fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true }),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.constant(false), fc.constant(true), scalar),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), scalar, {
        maxKeys: 1,
        noNullPrototype: true,
      }),
    },
    { requiredKeys: ['type', 'properties'], noNullPrototype: true },
  ),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    reference,
    tie('object'),
    tie('object'),
    tie('schema').map((items): Schema => ({ type: 'array', items })),
    fc
      .array(tie('schema'), { minLength: 1, maxLength: 2 })
      .map((prefixItems): Schema => ({ type: 'array', prefixItems })),
    fc
      .array(fc.oneof(tie('object'), reference), { minLength: 1, maxLength: 3 })
      .map((allOf): Schema => ({ allOf })),
    fc
      .tuple(tie('object'), fc.array(tie('schema'), { minLength: 1, maxLength: 3 }))
      .map(([own, anyOf]): Schema => ({ ...own, anyOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf): Schema => ({ anyOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((oneOf): Schema => ({ oneOf })),
    fc.tuple(tie('object'), tie('object'), tie('object')).map(([own, then, otherwise]): Schema => {
      return { ...own, if: { required: ['a'] }, then, else: otherwise }
    }),
    fc
      .tuple(tie('object'), tie('object'))
      .map(([own, it]): Schema => ({ ...own, dependentSchemas: { a: it } })),
  ),
}))

/** Adds members that no schema declares. */
function withSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSecrets)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, it]) => [key, withSecrets(it)])
  return { ...Object.fromEntries(members), secret: { password: 'x' } }
}

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'cat', 'dog', 1, 1.5, null, true),
    fc.dictionary(name, tie('value'), { noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value

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

// Random schemas, and values for them.
import fc from 'fast-check'
import type { Schema } from '../../scripts/contract/document.ts'

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
/** The components that schemas refer to. */
export const components: Record<string, Schema> = {
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

/** Schemas of every kind, composed and nested. */
export const { schema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
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
export function withSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSecrets)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, it]) => [key, withSecrets(it)])
  return { ...Object.fromEntries(members), secret: { password: 'x' } }
}

/** Values of which some fit. */
export const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'cat', 'dog', 1, 1.5, null, true),
    fc.dictionary(name, tie('value'), { noNullPrototype: true }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value

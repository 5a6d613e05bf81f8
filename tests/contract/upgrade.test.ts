// Documents of OpenAPI 2.0 and 3.0 in the form of 3.1.
import { expect, it } from 'vitest'
import { upgradeDocument } from '../../scripts/contract/upgrade.ts'

const info = { title: 'Things', version: '1' }

/** Returns a schema of 3.0 as it is after the upgrade. */
function upgraded(schema: object): unknown {
  const components = { schemas: { Thing: schema } }
  const document = upgradeDocument({ openapi: '3.0.3', info, paths: {}, components })
  return (document as { components: typeof components }).components.schemas.Thing
}

const other = { $ref: '#/components/schemas/Other' }

it.each([
  ['a nullable type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  [
    'a nullable enum',
    { type: 'string', enum: ['a'], nullable: true },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  ['a nullable reference', { ...other, nullable: true }, { anyOf: [other, { type: 'null' }] }],
  [
    'a nullable composition',
    { allOf: [other], nullable: true },
    { anyOf: [{ allOf: [other] }, { type: 'null' }] },
  ],
  [
    'a nullable composition with a type',
    { type: 'object', allOf: [other], nullable: true },
    { anyOf: [{ type: 'object', allOf: [other] }, { type: 'null' }] },
  ],
  ['nullable without a type', { nullable: true }, {}],
  [
    'an exclusive limit',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 1 },
  ],
  [
    'a limit that is not exclusive',
    { type: 'number', maximum: 1, exclusiveMaximum: false },
    { type: 'number', maximum: 1 },
  ],
  [
    'an example',
    { type: 'object', example: { nullable: true, type: 'a' } },
    { type: 'object', examples: [{ nullable: true, type: 'a' }] },
  ],
])('%s of 3.0 is written as in 3.1', (_, schema, expected) => {
  expect(upgraded(schema)).toEqual(expected)
  expect(upgraded({ type: 'array', items: schema })).toEqual({ type: 'array', items: expected })
})

it('properties with the names of keywords keep their names', () => {
  const properties = Object.fromEntries(
    ['example', 'examples', 'nullable', 'format', 'x-cache', 'minimum'].map((it) => [
      it,
      { type: 'string' },
    ]),
  )
  expect(upgraded({ type: 'object', properties })).toEqual({ type: 'object', properties })
})

it('a document of 2.0 becomes one of 3.1', () => {
  const parameters = {
    Thing: { in: 'body', name: 'thing', schema: { $ref: '#/definitions/Thing' } },
  }
  const post = {
    parameters: [{ $ref: '#/parameters/Thing' }],
    responses: { 204: { description: '' } },
  }
  const definitions = { Thing: { type: 'object', 'x-nullable': true, properties: {} } }
  const document = upgradeDocument({
    swagger: '2.0',
    info,
    basePath: '/v1',
    paths: { '/things': { post } },
    parameters,
    definitions,
    consumes: ['application/json'],
  })
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1/),
    paths: {
      '/things': {
        post: {
          requestBody: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
        },
      },
    },
    components: { schemas: { Thing: { type: ['object', 'null'], properties: {} } } },
  })
})

it('a document of 3.1 stays as it is', () => {
  const document = { openapi: '3.1.0', info, paths: {} }
  expect(upgradeDocument(document)).toBe(document)
})

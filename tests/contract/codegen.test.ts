// From the contract to `generated/`: the same contract gives the same bytes, and a contract that
// breaks the rules gives nothing at all. `npm run check` finds files that are stale.
import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from '../../scripts/codegen.ts'
import { bundleContract } from '../../scripts/contract/bundle.ts'
import { checkContract } from '../../scripts/contract/check.ts'
import type { Document, OperationObject } from '../../scripts/contract/document.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

let document: Document

beforeAll(async () => {
  document = await bundleContract()
})

describe('codegen', () => {
  it('writes the same bytes each time', async () => {
    expect(await generate(document)).toEqual(await generate(structuredClone(document)))
  })

  it('refuses a contract that breaks the rules', async () => {
    const broken = toyDocument({ '/thing': { get: toyOperation({ summary: '' }) } })
    await expect(generate(broken)).rejects.toThrow('getThing: summary is missing')
  })

  it('refuses an example that the mock could not answer', async () => {
    const responses = ok({ type: 'boolean' }, 'yes')
    const fields = { operationId: 'createThing', 'x-invalidates': [], responses }
    const stale = toyDocument({ '/thing': { post: toyOperation(fields) } })
    const fault = 'createThing 200: the example one: must be boolean'
    await expect(generate(stale)).rejects.toThrow(fault)
  })
})

describe('the rules', () => {
  it('are kept by the contract', () => {
    expect(checkContract(document)).toEqual([])
  })

  const post = (fields: object) => ({
    post: toyOperation({ operationId: 'createThing', 'x-invalidates': [], ...fields }),
  })
  const get = (fields: object) => ({ get: toyOperation(fields) })
  const secured = { security: [{ bearer: [] }] }

  it.each([
    ['an unknown extension', get({ 'x-cached': true }), 'x-cached is not in the vocabulary'],
    [
      'an unknown key of a policy',
      get({ 'x-cache': { scope: 'public', vary: 1 } }),
      'x-cache must be',
    ],
    ['a cache on a write', post({ 'x-cache': { scope: 'public' } }), 'x-cache belongs on a GET'],
    ['an invalidation on a GET', get({ 'x-invalidates': [] }), 'x-invalidates belongs on a write'],
    [
      'a write that does not say what it invalidates',
      post({ 'x-invalidates': undefined }),
      'a write says what it invalidates',
    ],
    [
      'an invalidation of what does not exist',
      post({ 'x-invalidates': ['getNothing'] }),
      'x-invalidates names getNothing',
    ],
    [
      'an owner that is no parameter',
      get({ ...secured, 'x-owner': 'username' }),
      'x-owner names username',
    ],
    ['an owner of an open operation', get({ 'x-owner': 'username' }), 'x-owner needs security'],
    [
      'a rate limit without a window',
      get({ 'x-rate-limit': { limit: 1, by: 'ip' } }),
      'x-rate-limit must be',
    ],
    [
      'a limit by principal for anyone',
      get({ 'x-rate-limit': { limit: 1, window: 1, by: 'principal' } }),
      'needs security',
    ],
    ['an idempotent GET', get({ 'x-idempotent': true }), 'x-idempotent: true belongs on a POST'],
    ['keys of nobody', post({ 'x-idempotent': true }), 'x-idempotent needs security'],
    ['keys that nobody can send', post({ 'x-idempotent': true }), 'parameter Idempotency-Key'],
    ['keys that are never in use', post({ 'x-idempotent': true }), 'x-idempotent documents 409'],
    ['no security', get({ security: undefined }), 'security is missing'],
    ['a scheme that does not exist', get({ security: [{ cookie: [] }] }), 'the scheme cookie'],
    ['an unreviewed name', get({ operationId: 'fetchThing' }), 'operationId must begin with'],
    [
      'an inline error response',
      get({ responses: { 204: { description: '' }, 404: { description: '' } } }),
      'response 404 must be a $ref',
    ],
    [
      'a PATCH that does not answer the ETag of the new state',
      {
        ...get({ responses: ok({ type: 'string' }) }),
        patch: toyOperation({ operationId: 'updateThing', responses: ok({ type: 'string' }) }),
      },
      'its 200 documents the header ETag',
    ],
    [
      'a response without examples',
      get({
        responses: {
          200: {
            description: '',
            content: { 'application/json': { schema: { type: 'integer' } } },
          },
        },
      }),
      'content without examples',
    ],
  ] as [string, Record<string, OperationObject>, string][])('refuse %s', (_, operations, fault) => {
    expect(checkContract(toyDocument({ '/thing': operations })).join('\n')).toContain(fault)
  })

  it.each([
    ['an object that does not say whether it is closed', { type: 'object' }, 'an object is closed'],
    ['an open object', { type: 'object', additionalProperties: true }, 'true is for requests'],
    ['an unbounded string', { type: 'string' }, 'a string has maxLength'],
    ['an unknown format', { type: 'string', maxLength: 9, format: 'color' }, 'the format color'],
    ['a keyword outside the subset', { type: 'integer', not: {} }, 'not is outside'],
    ['a union without a discriminator', { oneOf: [] }, 'a union has a discriminator'],
    ['a type of two kinds', { type: ['string', 'integer'], maxLength: 9 }, 'type must be one type'],
    ['no type', {}, 'type is missing'],
    ['an open enum without values', { type: 'integer', 'x-open-enum': true }, 'beside an enum'],
  ])('refuse %s', (_, schema, fault) => {
    const responses = ok(schema)
    const faults = checkContract(toyDocument({ '/thing': get({ responses }) }))
    expect(faults.join('\n')).toContain(fault)
  })
})

describe('serializers', () => {
  const schemas = {
    Cat: {
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      properties: { kind: { type: 'string', const: 'cat' }, lives: { type: 'integer' } },
    },
    Dog: {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'names'],
      properties: {
        names: { type: 'array', items: { type: 'string', maxLength: 99 } },
        kind: { type: 'string', const: 'dog' },
      },
    },
    Pet: {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: {
        propertyName: 'kind',
        mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
      },
    },
    Home: {
      type: 'object',
      additionalProperties: false,
      properties: {
        pet: { $ref: '#/components/schemas/Pet' },
        rooms: { type: ['number', 'null'] },
      },
    },
  }
  const responses = ok({ $ref: '#/components/schemas/Home' })
  const write = async () => {
    const compiled = await compile(
      toyDocument({ '/thing': { get: toyOperation({ responses }) } }, schemas),
    )
    return compiled.serializers.getThing?.[200] as (value: unknown) => string
  }

  it('write unions by their discriminator, optional members, and every character', async () => {
    const serialize = await write()
    const awkward = [
      '',
      '"',
      '\\',
      '\n',
      '\u0000',
      '\u2028',
      '😀',
      '\ud800',
      'ß'.repeat(50),
      '"'.repeat(50),
    ]
    for (const value of [
      {},
      { rooms: null },
      { rooms: 1.5 },
      { pet: { kind: 'cat' } },
      { pet: { kind: 'cat', lives: -9 }, rooms: 0 },
      { pet: { kind: 'dog', names: [] } },
      { pet: { kind: 'dog', names: awkward } },
    ]) {
      expect(JSON.parse(serialize(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }
  })

  it('leave out what a branch of a union does not declare', async () => {
    const serialize = await write()
    expect(serialize({ pet: { kind: 'cat', names: ['secret'] } })).toBe('{"pet":{"kind":"cat"}}')
  })

  it.each([
    { pet: { kind: 'fish' } },
    { pet: null },
    { pet: { kind: 'dog', names: [1] } },
    { pet: { kind: 'dog', names: 'Rex' } },
    { pet: { kind: 'cat', lives: 1.5 } },
    { rooms: Number.POSITIVE_INFINITY },
    { rooms: '1' },
    [[]],
  ])('refuse %j', async (value) => {
    const serialize = await write()
    expect(() => serialize(value)).toThrow('breaks the contract')
  })
})

// From the contract to `generated/`: the same contract gives the same bytes, and a contract that the
// engine does not support gives nothing. `npm run check` finds files that are stale.
import { beforeAll, describe, expect, it } from 'vitest'
import { generate } from '../../scripts/codegen.ts'
import { readContract } from '../../scripts/contract/bundle.ts'
import type { Document } from '../../scripts/contract/document.ts'
import { servedDocument } from '../../scripts/contract/served.ts'
import { compile, ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

let document: Document

beforeAll(async () => {
  document = await readContract()
})

describe('codegen', () => {
  it('writes the same bytes each time', async () => {
    expect(await generate(document)).toEqual(await generate(structuredClone(document)))
  })

  it('generates nothing from a contract that the engine does not support', async () => {
    const broken = toyDocument({ '/thing': { get: toyOperation({ 'x-invalidates': [] }) } })
    const message = '#/paths/~1thing/get/x-invalidates x-invalidates belongs on a write'
    await expect(generate(broken)).rejects.toThrow(message)
  })
})

describe('the served document', () => {
  it('has no example that breaks its schema', () => {
    const schema = { type: 'boolean' }
    const examples = { right: { value: true }, wrong: { value: 'yes' } }
    Object.assign(examples, { shared: { $ref: '#/components/examples/wrong' } })
    const responses = {
      ...ok(schema, 'yes'),
      202: { description: 'Later', content: { 'application/json': { schema, examples } } },
    }
    const document = toyDocument({ '/thing': { post: toyOperation({ responses }) } })
    Object.assign(document.components, { examples: { wrong: { value: 1 } } })
    const served = servedDocument(document).paths['/thing']?.post?.responses
    expect(served?.[200]).toMatchObject({ content: { 'application/json': { schema } } })
    expect(JSON.stringify(served?.[200])).not.toContain('yes')
    expect(served?.[202]).toMatchObject({
      content: { 'application/json': { schema, examples: { right: { value: true } } } },
    })
    expect(JSON.stringify(served?.[202])).not.toContain('wrong')
  })

  const schemas = {
    Sent: {
      type: 'object',
      additionalProperties: false,
      properties: { both: { $ref: '#/components/schemas/Both' } },
    },
    Both: { type: 'object', additionalProperties: false, properties: {} },
    Inner: { type: 'object', additionalProperties: false, properties: {} },
    Answered: {
      type: 'object',
      additionalProperties: false,
      properties: {
        inner: { $ref: '#/components/schemas/Inner' },
        both: { $ref: '#/components/schemas/Both' },
      },
    },
  }
  const json = (name: string) => ({
    'application/json': { schema: { $ref: `#/components/schemas/${name}` }, example: {} },
  })
  const thing = toyDocument(
    {
      '/thing': {
        post: toyOperation({
          operationId: 'createThing',
          'x-invalidates': [],
          requestBody: { content: json('Sent') },
          responses: { 200: { description: 'The thing', content: json('Answered') } },
        }),
      },
    },
    schemas,
  )

  it('has open objects in responses, and closed ones in all that a request can hold', () => {
    const served = servedDocument(thing).components.schemas
    const isClosed = (name: string) => served[name]?.additionalProperties === false
    expect(['Sent', 'Both'].filter(isClosed)).toEqual(['Sent', 'Both'])
    expect(['Answered', 'Inner'].filter(isClosed)).toEqual([])
    expect(thing.components.schemas).toMatchObject(schemas)
  })

  it('keeps the examples that a media type refers to', () => {
    const kept = { value: { $ref: '#/components/schemas/Absent' } }
    const examples = { one: { $ref: '#/components/examples/kept' } } as never
    const content = { 'application/json': { schema: {}, examples } }
    const get = toyOperation({ responses: { 200: { description: 'A thing', content } } })
    const document = toyDocument({ '/thing': { get } })
    document.components.examples = { kept, unused: { value: 1 } }
    expect(servedDocument(document).components.examples).toEqual({ kept })
  })

  it('leaves the service as strict as the source', async () => {
    const { validators, serializers } = await compile(thing)
    const validate = validators.createThing?.responses[200]
    expect([validate?.({}), validate?.({ secret: 1 })]).toEqual([true, false])
    expect(serializers.createThing?.[200]?.({ secret: 1, inner: { secret: 1 } })).toBe(
      '{"inner":{}}',
    )
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
        weight: { type: ['number', 'null'] },
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
      { weight: null },
      { weight: 1.5 },
      { pet: { kind: 'cat' } },
      { pet: { kind: 'cat', lives: -9 }, weight: 0 },
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
    { weight: Number.POSITIVE_INFINITY },
    { weight: '1' },
    [[]],
  ])('throw for %j', async (value) => {
    const serialize = await write()
    expect(() => serialize(value)).toThrow('breaks the contract')
  })
})

// What our rules report of contracts in memory. `docs/rules.md` has an example of each rule, which
// tests/contract/rules/pages.test.ts lints as files.
import { describe, expect, it } from 'vitest'
import type { OperationObject } from '../../../scripts/contract/document.ts'
import { lint } from '../../support/lint.ts'
import { ok, toyDocument, toyOperation } from '../../support/toy-contract.ts'

// cspell:ignore cahce cach coche
describe('an x- key', () => {
  const warnings = (key: string) =>
    lint(toyDocument({ '/thing': { get: toyOperation({ [key]: true }) } })).filter((it) =>
      it.startsWith('engine/extensions'),
    )

  it.each(['x-cached', 'x-cahce', 'x-cach', 'x-ache', 'x-coche', 'x-Cache'])(
    'is taken for a typo when it is %s',
    (key) => {
      expect(warnings(key).join()).toContain(`${key} does nothing; is x-cache meant?`)
    },
  )

  it.each(['x-internal', 'x-cache-control', 'x-codeSamples', 'x-cache'])('may be %s', (key) => {
    expect(warnings(key)).toEqual([])
  })
})

describe('what is wrong with a parameter', () => {
  const list = (...names: string[]) => {
    const schema = { type: 'object', additionalProperties: { type: 'object' } }
    return names.map((name) => ({
      name,
      in: 'query' as const,
      schema: name === 'wrong' ? schema : {},
    }))
  }

  it('has the place where the parameter is listed, and is found there once', () => {
    const get = toyOperation({ parameters: list('right', 'wrong') })
    const put = toyOperation({ operationId: 'putThing' })
    const document = toyDocument({ '/thing': { parameters: list('wrong'), get, put } as never })
    const found = lint(document).filter((it) => it.startsWith('engine/parameter-type'))
    expect(found.map((it) => it.split(':')[0])).toEqual([
      'engine/parameter-type paths /thing parameters 0',
      'engine/parameter-type paths /thing get parameters 1',
    ])
  })
})

describe('the query of a list', () => {
  const query = (name: string, schema: object) => ({ name, in: 'query' as const, schema })
  const cursor = query('cursor', { type: 'string' })
  const sort = query('sort', { type: 'string', enum: ['title', '-title'] })
  const q = query('q', { type: 'string', format: 'searchable', minLength: 3 })
  const isDone = query('isDone', { type: 'boolean' })
  const item = (title: object) => ({ type: 'object', properties: { title } })
  const page = (title: object) => ({
    type: 'object',
    properties: { items: { type: 'array', items: item(title) } },
  })
  const said = (fields: object, title: object = { type: 'string', maxLength: 170 }) =>
    lint(
      toyDocument({ '/things': { get: toyOperation({ responses: ok(page(title)), ...fields }) } }),
    )
      .filter((it) => it.startsWith('style/list-'))
      .filter((it) => !it.startsWith('style/list-size'))
      .join()
  const indexes = { default: 'a', 'sort=title': 'b', isDone: ['c', 'd'], 'isDone&sort=title': 'e' }

  it('may have an order, a filter and a search whose indexes are named', () => {
    const parameters = [isDone, q, sort, cursor]
    expect(said({ parameters, 'x-indexes': { ...indexes, q: 'f' } })).toBe('')
    expect(said({ parameters: [cursor] })).toBe('')
    expect(said({ parameters: [sort] })).toBe('')
  })

  it.each([
    [[isDone, sort, cursor], { default: 'a', isDone: 'c' }, 'for sort=title, isDone&sort=title:'],
    [[isDone, cursor], undefined, 'for default, isDone:'],
    [[q, cursor], { default: 'a' }, 'for q:'],
    [[sort, cursor], indexes, 'x-indexes has isDone, which the query does not allow'],
    [[sort, cursor], { default: 'a', 'sort=title': [] }, 'has the name of an index, or a list'],
    [
      ['a', 'b', 'c', 'd', 'e', 'cursor'].map((it) => query(it, { type: 'boolean' })),
      {},
      'a list has at most 4 filters',
    ],
    [[query('sort', { type: 'string' }), cursor], {}, 'sort needs an enum of its orders'],
    [[query('sort', { enum: ['-size'] }), cursor], {}, 'sort has -size, which is no field'],
    [[query('q', { type: 'string', minLength: 3 }), cursor], {}, 'q needs the format searchable'],
  ])('%j with x-indexes %j is reported', (parameters, given, message) => {
    expect(said({ parameters, 'x-indexes': given })).toContain(message)
  })

  it('has no order by a text that is too long for a cursor', () => {
    const fields = { parameters: [sort, cursor], 'x-indexes': { default: 'a', 'sort=title': 'b' } }
    expect(said(fields, { type: 'string', maxLength: 171 })).toContain('the 170 characters of a')
  })
})

describe('the rules', () => {
  const post = (fields: object) => ({
    post: toyOperation({ operationId: 'createThing', 'x-invalidates': [], ...fields }),
  })
  const get = (fields: object) => ({ get: toyOperation(fields) })
  const secured = { security: [{ bearer: [] }] }

  it.each([
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
      'x-invalidates is missing',
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
      'a limit by principal on an open operation',
      get({ 'x-rate-limit': { limit: 1, window: 1, by: 'principal' } }),
      'needs security',
    ],
    ['an idempotent GET', get({ 'x-idempotent': true }), 'x-idempotent: true belongs on a POST'],
    ['an open idempotent operation', post({ 'x-idempotent': true }), 'x-idempotent needs security'],
    [
      'an idempotent operation without its parameter',
      post({ 'x-idempotent': true }),
      'parameter Idempotency-Key',
    ],
    [
      'an idempotent operation without a 409',
      post({ 'x-idempotent': true }),
      'x-idempotent documents 409',
    ],
    ['no security', get({ security: undefined }), 'security is missing'],
    ['an unknown verb', get({ operationId: 'fetchThing' }), 'operationId must begin with'],
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
      'the header ETag is not documented',
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
      'the body has no example: add one',
    ],
  ] as [string, Record<string, OperationObject>, string][])(
    'report %s',
    (_, operations, message) => {
      expect(lint(toyDocument({ '/thing': operations })).join('\n')).toContain(message)
    },
  )

  it.each([
    [
      'an object that does not say whether it is closed',
      { type: 'object' },
      'an object must say additionalProperties',
    ],
    [
      'an object that does not say whether it is closed, in a map',
      { type: 'object', additionalProperties: { type: 'object' } },
      'an object must say additionalProperties',
    ],
    ['an unbounded string', { type: 'string' }, 'a string must have maxLength'],
    ['an unknown format', { type: 'string', maxLength: 9, format: 'color' }, 'the format color'],
    ['a keyword outside the subset', { type: 'integer', $id: 'x' }, '$id is outside'],
    ['a keyword that JSON Schema does not have', { type: 'integer', min: 1 }, 'min does nothing'],
    [
      'an enum that refuses the null of its type',
      { type: ['string', 'null'], enum: ['a'] },
      'the type allows null and the enum does not',
    ],
    ['a default that its schema refuses', { type: 'integer', default: 'x' }, 'the default breaks'],
    ['an open enum without values', { type: 'integer', 'x-open-enum': true }, 'beside an enum'],
  ])('report %s', (_, schema, message) => {
    const responses = ok(schema)
    const messages = lint(toyDocument({ '/thing': get({ responses }) }))
    expect(messages.join('\n')).toContain(message)
  })

  it('report a default that stands in a branch and is not filled in', () => {
    const branch = (kind: string) => ({
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      properties: { kind: { type: 'string', const: kind } },
      default: { kind },
    })
    const union = {
      oneOf: [{ $ref: '#/components/schemas/Round' }],
      discriminator: { propertyName: 'kind', mapping: { round: '#/components/schemas/Round' } },
    }
    const schemas = {
      Round: branch('round'),
      Thing: {
        type: 'object',
        additionalProperties: false,
        properties: {
          hidden: union,
          repeated: { ...union, default: { kind: 'round' } },
          behind: { $ref: '#/components/schemas/Round' },
        },
      },
    }
    const responses = ok({ $ref: '#/components/schemas/Thing' })
    const found = lint(toyDocument({ '/thing': get({ responses }) }, schemas))
    expect(found.filter((it) => it.startsWith('engine/default-valid'))).toEqual([
      expect.stringContaining('Thing properties hidden: the default of a branch'),
    ])
  })
})

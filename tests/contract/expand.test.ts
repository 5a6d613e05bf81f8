// What `expand` adds to small contracts, rule by rule.
import { describe, expect, it } from 'vitest'
import ours from '../../generated/openapi.json' with { type: 'json' }
import {
  type Document,
  eachOperation,
  follow,
  type OperationObject,
  type ResponseObject,
} from '../../scripts/contract/document.ts'
import { rules } from '../../scripts/contract/expand/rules.ts'
import { expand } from '../../scripts/contract/expand.ts'

const schemas = {
  Thing: {
    type: 'object',
    required: ['id', 'kind'],
    properties: {
      id: { type: 'string', examples: ['t1'] },
      kind: { type: 'string', enum: ['big', 'small'] },
      note: { type: 'string' },
    },
  },
  ThingPage: {
    type: 'object',
    required: ['items', 'nextCursor'],
    properties: {
      items: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
      nextCursor: { type: ['string', 'null'], examples: ['c2'] },
    },
  },
}
const schema = { type: 'string' }
const id = { name: 'id', in: 'path', required: true, schema, example: 't1' } as const
const cursor = { name: 'cursor', in: 'query', schema, example: 'c1' } as const

const problem = (code: string): ResponseObject => ({
  description: `It is ${code}.`,
  content: {
    'application/problem+json': { schema: {}, examples: { [code]: { value: { code } } } },
  },
})

/** A component of its own for each name in the rules, so that each can be told apart. */
function componentsOfRules() {
  const names = (list: (string | undefined)[]) => [...new Set(list.flatMap((it) => it ?? []))]
  const responses = names(rules.flatMap((it) => Object.values(it.responses ?? {})))
  const headers = names(rules.flatMap((it) => Object.values(it.headers ?? {})))
  const parameters = names(rules.flatMap((it) => it.parameters ?? []))
  const header = (it: string) => [it, { description: it, schema: { type: 'string' } }]
  return {
    responses: Object.fromEntries(responses.map((it) => [it, problem(it)])),
    headers: Object.fromEntries(headers.map(header)),
    parameters: Object.fromEntries(
      parameters.map((it) => [it, { name: it, in: 'header', schema: { type: 'string' } }]),
    ),
  }
}

function contract(paths: Record<string, Record<string, Partial<OperationObject>>>): Document {
  return {
    openapi: '3.1.1',
    info: { title: 'Things', version: '1.0.0' },
    servers: [{ url: '/v1' }],
    paths: paths as unknown as Document['paths'],
    components: {
      ...componentsOfRules(),
      responses: { ...componentsOfRules().responses, Conflict: problem('conflict') },
      schemas: schemas as unknown as Document['components']['schemas'],
      securitySchemes: { bearer: {} },
    },
  }
}

const answers = (schema: string, media: object = {}) => ({
  description: 'It.',
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, ...media } },
})
const plain = { security: [], responses: { 204: { description: 'Done.' } } }

function only(document: Document) {
  const [found] = eachOperation(document)
  if (found === undefined) throw new Error('the contract has no operation')
  const { operation, parameters } = found
  const [status = ''] = Object.keys(operation.responses).filter((it) => it.startsWith('2'))
  const success = follow<ResponseObject>(document, operation.responses[status] ?? { $ref: '' })
  return {
    operation,
    statuses: Object.keys(operation.responses),
    parameters: parameters.map((it) => it.name),
    headers: Object.keys(success.headers ?? {}),
    success,
  }
}

const expanded = (fields: object, path = '/things', method = 'post') =>
  only(expand(contract({ [path]: { [method]: { ...plain, ...fields } } })))

describe('expand', () => {
  it('adds what every operation can answer', () => {
    const { statuses, headers } = expanded({})
    expect(statuses).toEqual(['204', '400', '422', 'default'])
    expect(headers).toEqual(['X-Request-Id'])
  })

  it.each([
    ['a path parameter', { parameters: [id] }, ['503']],
    ['a body', { requestBody: { content: {} } }, ['413', '415', '503']],
    ['content', { responses: { 200: answers('Thing') } }, ['406']],
    ['security', { security: [{ bearer: [] }] }, ['401', '503']],
    ['a scope', { security: [{ bearer: ['admin'] }] }, ['401', '403', '503']],
    ['a rate limit', { 'x-rate-limit': { limit: 1, window: 1, by: 'ip' } }, ['429']],
    ['idempotency keys', { 'x-idempotent': true }, ['409']],
  ])('adds the responses that follow from %s', (_, fields, added) => {
    const { statuses } = expanded(fields)
    const own = Object.keys((fields as Partial<OperationObject>).responses ?? { 204: {} })
    expect(statuses).toEqual([...[...own, '400', '422', ...added].sort(), 'default'])
  })

  it('adds 403 and 404 where the owner is in the path, and not where it is the caller', () => {
    const owned = { security: [{ bearer: [] }], 'x-owner': 'id', parameters: [id] }
    expect(expanded(owned, '/things/{id}').statuses).toEqual(expect.arrayContaining(['403', '404']))
    expect(expanded({ ...owned, parameters: [] }).statuses).not.toContain('404')
  })

  it('adds the headers that follow from policies', () => {
    const rate = { 'x-rate-limit': { limit: 1, window: 1, by: 'ip' } }
    expect(expanded(rate).headers).toEqual(['X-Request-Id', 'RateLimit', 'RateLimit-Policy'])
    const { headers } = expanded({ deprecated: true })
    expect(headers).toEqual(['X-Request-Id', 'Deprecation', 'Sunset'])
    expect(expanded({ 'x-idempotent': true }).parameters).toEqual(['IdempotencyKey'])
  })

  it('makes a GET conditional', () => {
    const responses = { 200: answers('Thing') }
    const { statuses, headers, parameters } = expanded({ responses, 'x-cache': {} }, '/it', 'get')
    expect(statuses).toContain('304')
    expect(parameters).toEqual(['IfNoneMatch'])
    const conditional = ['ETag', 'Cache-Control', 'Vary', 'Cache-Status']
    expect(headers).toEqual(['X-Request-Id', ...conditional])
  })

  it('guards a write on a path with a GET, and adds the ETag of what the GET shows', () => {
    const get = { ...plain, responses: { 200: answers('Thing') } }
    const document = expand(contract({ '/it': { get, patch: get, delete: plain } }))
    const { patch, delete: remove } = document.paths['/it'] ?? {}
    for (const it of [patch, remove]) {
      expect(it?.parameters).toEqual([{ $ref: '#/components/parameters/IfMatch' }])
      expect(it?.responses).toHaveProperty('412')
    }
    expect(patch?.responses[200]).toHaveProperty('headers.ETag')
    expect(remove?.responses[204]).not.toHaveProperty('headers.ETag')
  })

  it('gives Location and Link the URLs of the operation', () => {
    const item = { get: { ...plain, parameters: [id], responses: { 200: answers('Thing') } } }
    const post = { ...plain, responses: { 201: answers('Thing') } }
    const get = { ...plain, parameters: [cursor], responses: { 200: answers('ThingPage') } }
    const document = expand(
      contract({ '/things': { get, post }, '/things/{id}': item }) as Document,
    )
    const things = document.paths['/things']
    expect(things?.post?.responses[201]).toHaveProperty('headers.Location.example', '/v1/things/t1')
    expect(things?.get?.responses[200]).toHaveProperty(
      'headers.Link.example',
      '</v1/things?limit=1&cursor=c1>; rel="next"',
    )
  })

  it('composes a first and a last page, and fills in the examples that have no value', () => {
    const examplesOf = (media: object) =>
      expanded({ responses: { 200: answers('ThingPage', media) } }).success.content?.[
        'application/json'
      ]?.examples
    const item = { id: 't1', kind: 'big' }
    expect(examplesOf({})).toMatchObject({
      firstPage: { value: { items: [item], nextCursor: 'c2' } },
      lastPage: { value: { items: [item], nextCursor: null } },
    })
    const own = { value: { items: [], nextCursor: 'c9' } }
    expect(examplesOf({ examples: { empty: { summary: 'None' }, own } })).toEqual({
      empty: { summary: 'None', value: { items: [], nextCursor: null } },
      own,
    })
  })

  it('leaves what an operation says itself', () => {
    const header = { description: 'Mine.', schema: { type: 'string' } }
    const parameter = { name: 'IdempotencyKey', in: 'header', schema: { type: 'integer' } }
    const { success, parameters, operation } = expanded({
      'x-idempotent': true,
      parameters: [parameter],
      responses: { 201: { description: 'Made.', headers: { Own: header, Location: header } } },
    })
    expect(success.headers).toMatchObject({ Own: header, Location: header })
    expect(parameters).toEqual(['IdempotencyKey'])
    expect(operation.parameters).toEqual([parameter])
  })

  it('keeps the problem codes of a rule beside the operation’s own', () => {
    const responses = { ...plain.responses, 409: { $ref: '#/components/responses/Conflict' } }
    const post = { ...plain, 'x-idempotent': true as const, responses }
    const document = expand(contract({ '/things': { post } }))
    const { operation } = only(document)
    expect(operation.responses[409]).toEqual({ $ref: '#/components/responses/ConflictOrKeyInUse' })
    const merged = document.components.responses?.ConflictOrKeyInUse as ResponseObject
    const { examples } = merged.content?.['application/problem+json'] ?? {}
    expect(Object.keys(examples ?? {})).toEqual(['conflict', 'KeyInUse'])
    expect(document.components.responses).not.toHaveProperty('Conflict')
  })

  it('refers to a response that has the rule’s codes as it is', () => {
    const KeyInUse = { $ref: '#/components/responses/KeyInUse' }
    const responses = { ...plain.responses, 409: KeyInUse }
    const { operation } = expanded({ 'x-idempotent': true, responses })
    expect(operation.responses[409]).toEqual(KeyInUse)
  })

  it('leaves out components that nothing refers to', () => {
    const { components } = expand(contract({ '/things': { post: plain } }))
    expect(Object.keys(components)).toEqual(['securitySchemes', 'headers', 'responses', 'schemas'])
    expect(components.schemas).toEqual({})
    expect(Object.keys(components.responses ?? {})).toEqual([
      'MalformedRequest',
      'ValidationFailed',
      'UnexpectedError',
    ])
  })

  it('names the component that a rule needs and the contract lacks', () => {
    const document = contract({ '/things': { post: plain } })
    document.components.headers = {}
    expect(() => expand(document)).toThrow('refers to #/components/headers/RequestId')
  })

  it('changes neither its argument nor what is expanded already', () => {
    const document = contract({
      '/things': {
        get: { ...plain, parameters: [cursor], responses: { 200: answers('ThingPage') } },
        post: { ...plain, 'x-idempotent': true, responses: { 201: answers('Thing') } },
      },
    })
    const before = structuredClone(document)
    const once = expand(document)
    expect(document).toEqual(before)
    expect(JSON.stringify(expand(once))).toBe(JSON.stringify(once))
    const isSame = JSON.stringify(expand(ours as unknown as Document)) === JSON.stringify(ours)
    expect(isSame).toBe(true)
  })
})

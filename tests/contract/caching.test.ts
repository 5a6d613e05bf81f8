// What the rules say of caching, and what codegen makes of it.
import { describe, expect, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { outlineOperations } from '../../scripts/contract/operations.ts'
import { clientPolicy } from '../../src/engine/steps/conditional.ts'
import { lint } from '../support/lint.ts'
import { ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

type Fields = Partial<OperationObject>
type Paths = Record<string, Record<string, OperationObject>>

const name = { name: 'name', in: 'path', required: true, schema: { type: 'string' } } as const
const ifNoneMatch = { name: 'If-None-Match', in: 'header', schema: { type: 'string' } } as const

const read = (fields: Fields = {}) =>
  toyOperation({ parameters: [name, ifNoneMatch], 'x-cache': {}, ...fields })
const write = (operationId: string, fields: Fields = {}) =>
  toyOperation({ operationId, parameters: [name], 'x-invalidates': ['getThing'], ...fields })
const things = (path: Record<string, OperationObject>): Paths => ({ '/things/{name}': path })
const said = (paths: Paths) => lint(toyDocument(paths)).join('\n')

const body = (properties: Record<string, object>) => ({
  requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } },
})

describe('the rules report', () => {
  it.each([
    [
      'a cache of an unknown form',
      things({ get: read({ 'x-cache': { seconds: 5 } as object }) }),
      'x-cache must be {',
    ],
    [
      'a cache without a lifetime',
      things({ get: read({ 'x-cache': { ttl: 0 } }) }),
      'x-cache must be {',
    ],
    [
      'a cache whose maxAge is no number of seconds',
      things({ get: read({ 'x-cache': { maxAge: 'for ever' as 'default' } }) }),
      'x-cache must be {',
    ],
    [
      'a cache on a write',
      things({ delete: write('deleteThing', { 'x-cache': {} }) }),
      'x-cache belongs on a GET',
    ],
    [
      'an entry for each principal of an open read',
      things({ get: read({ 'x-cache': { scope: 'principal' } }) }),
      'x-cache with scope principal needs security',
    ],
    [
      'a cached read that no write invalidates',
      things({ get: read() }),
      'no write names this read in x-invalidates',
    ],
    [
      'a read that never changes, and is invalidated',
      things({
        get: read({ 'x-cache': { unchanging: 'is a constant' } }),
        delete: write('deleteThing'),
      }),
      'says that nothing changes this read, but a write invalidates it',
    ],
    [
      'a cached response that depends on a header',
      things({
        get: read({
          parameters: [name, ifNoneMatch, { ...ifNoneMatch, name: 'Accept-Language' }],
        }),
      }),
      'must not depend on the header Accept-Language',
    ],
    [
      'a delete that leaves a name behind in the cache',
      things({ get: read(), delete: write('deleteThing', { 'x-invalidates': [] }) }),
      'x-invalidates must name getThing, because this operation changes /things/{name}',
    ],
    [
      'a rename that leaves a name behind in the cache',
      things({
        get: read(),
        patch: write('updateThing', { 'x-invalidates': [], ...body({ name: {} }) }),
      }),
      'x-invalidates must name getThing, because this operation changes /things/{name}',
    ],
    [
      'a hard delete that invalidates less than the soft delete',
      {
        ...things({ get: read(), delete: write('deleteThing') }),
        '/admin/{id}': {
          delete: toyOperation({
            operationId: 'eraseThing',
            parameters: [{ ...name, name: 'id' }],
            'x-invalidates': [],
          }),
        },
      },
      'x-invalidates must name getThing, as deleteThing does',
    ],
    [
      'a GET that does not take If-None-Match',
      things({ get: toyOperation({ parameters: [name], responses: ok({ type: 'integer' }) }) }),
      'a GET has the header parameter If-None-Match',
    ],
    [
      'a change of what a GET shows that does not take If-Match',
      things({ get: read(), delete: write('deleteThing') }),
      'a change of what the GET of this path shows has the header parameter If-Match',
    ],
  ] as [string, Paths, string][])('%s', (_, paths, message) => {
    expect(said(paths)).toContain(message)
  })
})

describe('a write invalidates the resource that its path names', () => {
  const below = { '/things/{name}/parts': { get: read({ operationId: 'listParts' }) } }
  const elsewhere = { '/shops/{name}/orders': { get: read({ operationId: 'listOrders' }) } }
  const missing = (paths: Paths) => /must name (\w+), because/g[Symbol.matchAll](said(paths))
  const named = (paths: Paths) => [...missing(paths)].map(([, id]) => id)

  it('and the reads below it when it deletes it, whatever other paths call their parameters', () => {
    const paths = {
      ...things({ get: read(), delete: write('deleteThing') }),
      ...below,
      ...elsewhere,
    }
    expect(named(paths)).toEqual(['listParts'])
  })

  it('and the reads below it when it may rename it', () => {
    const rename = write('updateThing', body({ name: {} }))
    const note = write('updateThing', body({ note: {} }))
    expect(named({ ...things({ get: read(), patch: rename }), ...below })).toEqual(['listParts'])
    expect(named({ ...things({ get: read(), patch: note }), ...below })).toEqual([])
  })

  it("and the reads of the caller's resource when x-owner says that it is the caller's", () => {
    const own = write('deleteMine', {
      'x-owner': 'name',
      'x-invalidates': ['listParts'],
      security: [{ bearer: [] }],
    })
    const paths = {
      ...things({ get: read() }),
      '/things/me': { delete: own },
      ...below,
      ...elsewhere,
    }
    expect(named(paths)).toEqual(['getThing'])
  })
})

describe('codegen', () => {
  it('fills in what a policy leaves out', () => {
    const secured = { security: [{ bearer: [] }] }
    const { getThing, getOther, getShared } = outlineOperations(
      toyDocument({
        '/things/{name}': { get: read({ 'x-cache': { ttl: 5, maxAge: 0 } }) },
        '/others/{name}': { get: read({ operationId: 'getOther', ...secured }) },
        '/shared/{name}': {
          get: read({ operationId: 'getShared', ...secured, 'x-cache': { scope: 'public' } }),
        },
      }),
    )
    expect(getThing?.cache).toMatchObject({ ttl: 5, scope: 'public', maxAge: 0 })
    expect(getOther?.cache).toMatchObject({ ttl: 3600, scope: 'principal' })
    expect(getShared?.cache?.scope).toBe('public')
  })

  it('tags a read by every subset of its path, whether or not a write of this build names it', () => {
    const id = { ...name, name: 'id' }
    const { getThing, deleteThing, eraseThing, createThing } = outlineOperations(
      toyDocument({
        '/users/{name}/things/{id}': {
          get: read({ parameters: [name, id] }),
          delete: write('deleteThing', { parameters: [name, id] }),
        },
        '/users/{name}/things': { post: write('createThing') },
        '/admin/things/{id}': { delete: write('eraseThing', { parameters: [id] }) },
      }),
    )
    expect(getThing?.cache?.tags).toEqual([[], ['name'], ['id'], ['id', 'name']])
    expect(deleteThing?.invalidates).toEqual({ getThing: ['id', 'name'] })
    expect(createThing?.invalidates).toEqual({ getThing: ['name'] })
    expect(eraseThing?.invalidates).toEqual({ getThing: ['id'] })
  })

  it('keeps no page of a list that is asked for by one of endlessly many values', () => {
    const schemas = {
      ...{ limit: { type: 'integer' }, sort: { enum: ['name'] }, isDone: { type: 'boolean' } },
      ...{ q: { type: 'string' }, size: { type: 'integer' } },
      states: { type: 'array', items: { enum: ['a', 'b'] } },
    }
    const query = Object.entries(schemas).map(([it, schema]) => ({ name: it, in: 'query', schema }))
    const set = { ...query.at(-1), name: 'set', 'x-set': true }
    const endlessOf = (...parameters: object[]) => {
      const get = read({ parameters: [name, ...query, set, ...parameters] as never })
      return outlineOperations(toyDocument(things({ get }))).getThing?.cache?.endless
    }
    const cursor = { name: 'cursor', in: 'query', schema: { type: 'string' } }
    expect(endlessOf(cursor)).toEqual(['q', 'size', 'states'])
    expect(endlessOf()).toBeUndefined()
  })

  it('narrows what a write drops of a read that is not cached in the same way', () => {
    const { 'x-cache': _, ...uncached } = read()
    const { deleteThing } = outlineOperations(
      toyDocument(things({ get: uncached as OperationObject, delete: write('deleteThing') })),
    )
    expect(deleteThing?.invalidates).toEqual({ getThing: ['name'] })
  })

  it('gives a read another shape when its serializer or its headers change, and not for words', () => {
    const object = (properties: Record<string, object>) => ({
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'integer' }, ...properties },
    })
    const shape = (properties: Record<string, object>, headers = {}) => {
      const schema = { $ref: '#/components/schemas/Thing' }
      const [response] = Object.values(ok(schema))
      const responses = { 200: { ...response, description: 'x', headers } }
      const document = toyDocument(things({ get: read({ responses }) }), {
        Thing: object(properties),
      })
      return outlineOperations(document).getThing?.cache?.shape
    }
    const plain = shape({ note: { type: 'string' } })
    expect(plain).toMatch(/^[\w-]{11}$/)
    expect(shape({ note: { type: 'string', description: 'What it says.' } })).toBe(plain)
    const others = [
      shape({}),
      shape({ note: { type: ['string', 'null'] } }),
      shape({ note: { type: 'string' }, secret: { type: 'string' } }),
      shape({ note: { type: 'string' } }, { Link: { schema: { type: 'string' } } }),
    ]
    expect(new Set([plain, ...others]).size).toBe(5)
  })
})

describe('a client asks each time whether an answer is current', () => {
  const told = (cache?: object, security: Record<string, string[]>[] = []) => {
    const fields = {
      security,
      ...(cache && { 'x-cache': { unchanging: 'it never does', ...cache } }),
    }
    const { getThing } = outlineOperations(toyDocument(things({ get: read(fields) })))
    return getThing && clientPolicy(getThing, 60, {})['Cache-Control']
  }
  const secured = [{ bearer: [] }]

  it('unless its operation opts in', () => {
    expect([told({}), told({ maxAge: 0 }), told({}, secured)]).toEqual([
      'no-cache',
      'no-cache',
      'private, no-cache',
    ])
  })

  it('and uses it for as long as the operation says, or the configuration where that is left to it', () => {
    expect([told({ maxAge: 5 }), told({ maxAge: 'default' })]).toEqual([
      'public, max-age=5',
      'public, max-age=60',
    ])
    expect(told({ maxAge: 'default' }, secured)).toBe('private, max-age=60')
  })
})

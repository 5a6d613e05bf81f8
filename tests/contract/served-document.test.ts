// Policies and problem codes in words, for the docs: from operations that have one of each.
import { expect, it } from 'vitest'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { outlineOperations } from '../../scripts/contract/operations.ts'
import { documentUnder, pageDocument, servedDocument } from '../../src/http/served-document.ts'
import { ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

/** What stands below the description of an operation, line by line. */
function words(fields: Partial<OperationObject>, { path = '/things/{name}', method = 'get' } = {}) {
  const parameters = [
    { name: 'name', in: 'path' as const, required: true, schema: { type: 'string' } },
  ]
  const read = toyOperation({ operationId: 'getOther', 'x-cache': {}, parameters })
  const document = toyDocument({
    '/others/{name}': { get: read },
    [path]: { [method]: toyOperation({ parameters, ...fields }) },
  })
  const before = structuredClone(document)
  const served = servedDocument(document, outlineOperations(document), { info: {}, maxAge: 60 })
  expect(document).toEqual(before)
  const { paths } = served as { paths: Record<string, Record<string, { description: string }>> }
  const [first, second = ''] = paths[path]?.[method]?.description.split('\n\n') ?? []
  expect(first).toBe('Answers the thing.')
  return second.split('\n')
}

it('says who may call an operation', () => {
  expect(words({})).toEqual(['- **Access:** anyone.'])
  expect(words({ security: [{ bearer: [] }, {}] })).toEqual([
    '- **Access:** `bearer`, or no credentials.',
  ])
  expect(words({ security: [{ bearer: ['superuser'] }] })).toEqual([
    '- **Access:** `bearer` with scope `superuser`.',
  ])
  expect(words({ security: [{ bearer: [] }], 'x-owner': 'name' })).toEqual([
    '- **Access:** `bearer`; the user that `name` names, or a superuser.',
  ])
})

it('says what is cached, for whom and for how long', () => {
  const kept =
    '- **Cache:** the server keeps one response for all callers for 3600 seconds; clients'
  expect(words({ 'x-cache': {} })[1]).toBe(`${kept} revalidate each time.`)
  expect(words({ 'x-cache': { maxAge: 'default' } })[1]).toBe(`${kept} keep it for 60 seconds.`)
  expect(words({ 'x-cache': { maxAge: 5 } })[1]).toBe(`${kept} keep it for 5 seconds.`)
  const own = { 'x-cache': { ttl: 1, maxAge: 0 }, security: [{ bearer: [] }] }
  expect(words(own)[1]).toBe(
    '- **Cache:** the server keeps a response per caller for 1 second; clients revalidate each time.',
  )
})

it('says what a write invalidates', () => {
  const write = { operationId: 'createThing', 'x-invalidates': ['getOther'] }
  expect(words(write, { method: 'post' })[1]).toBe(
    '- **Invalidates:** cached responses of `getOther` of the same `name`.',
  )
  const all = { ...write, parameters: [] }
  expect(words(all, { method: 'post', path: '/things' })[1]).toBe(
    '- **Invalidates:** cached responses of `getOther`.',
  )
})

it('says how often it may be called, and whether it may be repeated', () => {
  expect(words({ 'x-rate-limit': { limit: 5, window: 60, by: 'ip' } })[1]).toBe(
    '- **Rate:** 5 requests in 60 seconds per address; 429 beyond that.',
  )
  expect(words({ 'x-rate-limit': { limit: 1, window: 1, by: 'principal' } })[1]).toBe(
    '- **Rate:** 1 request in 1 second per caller; 429 beyond that.',
  )
  expect(words({ 'x-idempotent': true }, { method: 'post' })[1]).toBe(
    '- **Retries:** requests with the same `Idempotency-Key` take effect once.',
  )
})

it('lists the problem codes by status, and no status that shows none', () => {
  const schema = { $ref: '#/components/schemas/Problem' }
  const problem = (...codes: string[]) => ({
    description: 'An error',
    content: {
      'application/problem+json': {
        schema,
        examples: Object.fromEntries(codes.map((code, at) => [at, { value: { code } }])),
      },
    },
  })
  const responses = {
    ...ok({ type: 'integer' }, 1),
    404: problem('not_found', 'not_found'),
    409: problem('name_taken', 'place_taken'),
    503: problem(),
  }
  expect(words({ responses })).toEqual([
    '- **Access:** anyone.',
    '- **Problems:** 404 `not_found`; 409 `name_taken`, `place_taken`.',
  ])
})

it('has the docs page ask its own host, wherever the contract says that the service is', () => {
  const at = (...urls: string[]) => ({ servers: urls.map((url) => ({ url })), paths: {} })
  const { servers } = at('/toy')
  expect(pageDocument(at('/toy'), '/toy')).toMatchObject({ servers })
  expect(pageDocument(at('https://api.example.com/toy'), '/toy')).toMatchObject({ servers })
  expect(pageDocument(at('https://api.example.com'), '')).toMatchObject({ servers: [{ url: '/' }] })
})

it('treats the servers of a path and of an operation like those of the document', () => {
  const own = (url: string) => ({ servers: [{ url }] })
  const withServers = (url: string) => ({
    ...own(url),
    paths: { '/thing': { ...own(url), get: { operationId: 'getThing', ...own(url) } } },
    components: {},
  })
  expect(documentUnder(withServers('/toy'), '/shop')).toEqual(withServers('/shop/toy'))
  const { paths } = pageDocument(withServers('/toy'), '/toy') as ReturnType<typeof withServers>
  expect(paths).toEqual({ '/thing': { get: { operationId: 'getThing' } } })
})

it('moves the examples of optional parameters into their descriptions, for the docs page', () => {
  const schema = { type: 'string' }
  const parameter = { name: 'tag', in: 'query', description: 'A tag.', schema }
  const page = (fields: object) => {
    const parameters = { Tag: { ...parameter, ...fields } }
    const before = { servers: [{ url: '/' }], components: { parameters } }
    const after = pageDocument(before, '') as typeof before
    return after.components.parameters.Tag
  }
  const description = 'A tag.\n\nExample: `a`'
  expect(page({ example: 'a' })).toEqual({ ...parameter, description })
  expect(page({ examples: { one: { value: 'a' } } })).toEqual({ ...parameter, description })
  expect(page({ example: 'a', required: true })).toMatchObject({ example: 'a' })
  const withDefault = { ...parameter, schema: { ...schema, default: 'b' } }
  expect(page({ ...withDefault, example: 'a' })).toEqual(withDefault)
})

// What a change of who may call an operation means, and of its policies. Each rule has its row.
import { expect, it } from 'vitest'
import { accessRules } from '../../scripts/contract/diff/access-rules.ts'
import type { OperationObject } from '../../scripts/contract/document.ts'
import { type Either, expectMeanings, meanings, type Way } from '../support/contract-changes.ts'
import { toyDocument, toyOperation } from '../support/toy-contract.ts'

type Json = Record<string, unknown>

const operation = (fields: Json) => toyOperation(fields as Partial<OperationObject>)
const get = (fields: Json = {}, path = '/{user}/{thing}') =>
  toyDocument({ [path]: { get: operation(fields) } })
const calledBy = (...security: Record<string, string[]>[]) => get({ security })
const owned = (owner?: string, path?: string) => get({ 'x-owner': owner }, path)
const limited = (limit: number, window: number, by = 'ip') =>
  get({ 'x-rate-limit': { limit, window, by } })
const cached = (fields: Json) => get({ 'x-cache': fields })
const scheme = (fields: Json) => {
  const document = calledBy({ bearer: [] })
  return {
    ...document,
    components: { ...document.components, securitySchemes: { bearer: fields } },
  }
}
const password = (tokenUrl: string, scopes: Json = {}) =>
  scheme({ type: 'oauth2', flows: { password: { tokenUrl, scopes } } })
/** A write beside a read, whose answers are kept or not. */
const write = (targets: string[], read: Json = { 'x-cache': { ttl: 9 } }) =>
  toyDocument({
    '/thing': {
      get: operation(read),
      put: operation({ operationId: 'updateThing', 'x-invalidates': targets }),
    },
  })

const open = get()
const bearer = calledBy({ bearer: [] })
const admin = calledBy({ bearer: ['admin'] })
const oneOfTwo = calledBy({ bearer: [] }, { cookie: [] })
const bothOfTwo = calledBy({ bearer: [], cookie: [] })

/** What the one becoming the other means, and what the way back means. */
const ways: Way[] = [
  ['security tightened: breaking', 'security loosened: compatible', open, bearer],
  ['security tightened: breaking', 'security loosened: compatible', bearer, admin],
  ['security tightened: breaking', 'security loosened: compatible', oneOfTwo, bearer],
  ['security tightened: breaking', 'security loosened: compatible', bearer, bothOfTwo],
  ['owner added: breaking', 'owner removed: compatible', open, owned('user')],
  [
    ...(['token URL added: compatible', 'token URL changed: breaking'] as const),
    ...([scheme({ type: 'http', scheme: 'bearer' }), password('/login')] as const),
  ],
  ['rate limit tightened: breaking', 'rate limit loosened: compatible', open, limited(9, 60)],
  [
    ...(['rate limit tightened: breaking', 'rate limit loosened: compatible'] as const),
    ...([limited(9, 60), limited(8, 60)] as const),
  ],
  [
    ...(['rate limit tightened: breaking', 'rate limit loosened: compatible'] as const),
    ...([limited(9, 60), limited(9, 90)] as const),
  ],
  [
    ...(['idempotency added: compatible', 'idempotency removed: breaking'] as const),
    ...([open, get({ 'x-idempotent': true })] as const),
  ],
  [
    ...(['invalidation added: compatible', 'invalidation removed: breaking'] as const),
    ...([write([]), write(['getThing'])] as const),
  ],
  [
    ...([
      'invalidation added: compatible',
      'invalidation not needed any more: compatible',
    ] as const),
    ...([write([], {}), write(['getThing'], {})] as const),
  ],
]

/** What means the same both ways. */
const either: Either[] = [
  ['security scheme changed: breaking', scheme({ type: 'http' }), scheme({ type: 'apiKey' })],
  ['description changed: documentation', scheme({}), scheme({ description: 'b' })],
  ['owner changed: breaking', owned('user'), owned('thing')],
  ['rate limit tightened: breaking', limited(9, 60), limited(9, 60, 'principal')],
  ['cache changed: compatible', open, cached({ ttl: 9 })],
  ['cache changed: compatible', cached({ scope: 'public' }), cached({ scope: 'principal' })],
  ['cache changed: compatible', cached({ maxAge: 1 }), cached({ maxAge: 2 })],
  [
    'cache reason changed: documentation',
    ...([cached({ unchanging: 'a' }), cached({ unchanging: 'b' })] as const),
  ],
]

expectMeanings(ways, either, accessRules)

it('other credentials instead of the present ones are both: less for some, more for others', () => {
  expect(meanings(bearer, calledBy({ cookie: [] }))).toEqual([
    'security tightened: breaking',
    'security loosened: compatible',
  ])
})

it('finds a token URL that became another one', () => {
  expect(meanings(password('/login'), password('/token'))).toContain('token URL changed: breaking')
})

it.each([
  ['a scope that no operation names', password('/login'), password('/login', { admin: 'All' })],
  ['an open operation that says so in another way', open, calledBy({})],
  ['the order of the ways in', oneOfTwo, calledBy({ cookie: [] }, { bearer: [] })],
  ['the order of what is invalidated', write(['a', 'b']), write(['b', 'a'])],
])('%s is no change', (_, before, after) => {
  expect(meanings(before, after)).toEqual([])
})

it('an owner whose parameter is renamed is the same one', () => {
  const found = meanings(owned('user'), owned('name', '/{name}/{thing}'))
  expect(found).toEqual(['path parameter renamed: compatible'])
})

// What a change of an operation means: where it is, what is sent to it and what it answers. Schemas
// are in `diff.test.ts`, callers and policies in `diff-access.test.ts`. Each rule has its row.
import { expect, it } from 'vitest'
import { compareContracts } from '../../scripts/contract/diff/compare.ts'
import {
  operationDocumentation,
  operationRules,
} from '../../scripts/contract/diff/operation-rules.ts'
import {
  bodyRules,
  contentRules,
  headerRules,
  mediaTypeRules,
  parameterRules,
  responseRules,
} from '../../scripts/contract/diff/part-rules.ts'
import type { OperationObject, Schema } from '../../scripts/contract/document.ts'
import { type Either, expectMeanings, meanings, type Way } from '../support/contract-changes.ts'
import { toyDocument, toyOperation } from '../support/toy-contract.ts'

type Json = Record<string, unknown>

const operation = (fields: Json = {}) => toyOperation(fields as Partial<OperationObject>)
const get = (fields: Json = {}, path = '/thing') =>
  toyDocument({ [path]: { get: operation(fields) } })
const put = operation({ operationId: 'updateThing' })
const type = 'string'
const parameter = (fields: Json = {}) =>
  get({ parameters: [{ name: 'limit', in: 'query', schema: { type }, ...fields }] })
const takes = (content: Json, fields: Json = {}) => get({ requestBody: { content, ...fields } })
const body = (fields: Json = {}) => takes({ 'text/plain': { schema: { type } } }, fields)
const media = (fields: Json = {}) => takes({ 'text/plain': { schema: { type }, ...fields } })
const answer = (fields: Json = {}) => get({ responses: { 200: { description: 'Yes', ...fields } } })
const says = (content: Json) => answer({ content })
const header = (fields: Json = {}) => answer({ headers: { Link: { schema: { type }, ...fields } } })
const answers = (...status: number[]) =>
  get({ responses: Object.fromEntries(status.map((it) => [it, { description: 'Yes' }])) })

const open = get()
const both = toyDocument({ '/thing': { get: operation(), put } })
const moved = toyDocument({ '/thing': { put: operation() } })
const short = { schema: { type, maxLength: 3 } }
const required = { required: true }
const deprecated = { deprecated: true }
const reserved = { allowReserved: true }
const large = { 'x-body-limit': '10MB' }
const otherServer = { ...open, servers: [...(open.servers ?? []), { url: '/api' }] }
/** What refers to its schema, so that nothing changes but the component. */
const Item = { $ref: '#/components/schemas/Item' }
const withItem = (holder: object, { schema = { type } }: Json) =>
  toyDocument({ '/thing': { get: holder as OperationObject } }, { Item: schema as Schema })
const takesLines = (fields: Json = {}) => {
  const content = { 'application/x-ndjson': { 'x-itemSchema': Item } }
  return withItem(operation({ requestBody: { content } }), fields)
}
const takesJson = (fields: Json = {}) => {
  const content = { 'application/json': { schema: Item } }
  return withItem(operation({ parameters: [{ name: 'filter', in: 'query', content }] }), fields)
}
const plain = { 'text/plain': { schema: { type } } }

/** What the one becoming the other means, and what the way back means. */
const ways: Way[] = [
  ['operation removed: breaking', 'operation added: compatible', both, open],
  ['required parameter added: breaking', 'parameter removed: breaking', open, parameter(required)],
  ['optional parameter added: compatible', 'parameter removed: breaking', open, parameter()],
  ['became required: breaking', 'became optional: compatible', parameter(), parameter(required)],
  ['bound tightened: breaking', 'bound loosened: compatible', parameter(), parameter(short)],
  ['required body added: breaking', 'body removed: breaking', open, body(required)],
  ['optional body added: compatible', 'body removed: breaking', open, body()],
  ['became required: breaking', 'became optional: compatible', body(), body(required)],
  ['media type added: compatible', 'media type removed: breaking', takes({}), takes(plain)],
  ['media type added: compatible', 'media type removed: breaking', says({}), says(plain)],
  ['success added: breaking', 'success removed: breaking', answers(200), answers(200, 202)],
  ['error added: compatible', 'error removed: compatible', answers(200), answers(200, 404)],
  ['error added: compatible', 'error removed: compatible', answers(200), answers(200, 304)],
  ['header added: compatible', 'header removed: breaking', answer(), header()],
  ['became required: compatible', 'became optional: breaking', header(), header(required)],
  ['bound tightened: compatible', 'bound loosened: breaking', header(), header(short)],
  ['leniency added: compatible', 'leniency removed: breaking', parameter(), parameter(reserved)],
  ['body limit raised: compatible', 'body limit lowered: breaking', body(), body(large)],
  ['bound tightened: breaking', 'bound loosened: compatible', takesLines(), takesLines(short)],
  ['bound tightened: breaking', 'bound loosened: compatible', takesJson(), takesJson(short)],
]

/** What means the same both ways. */
const either: Either[] = [
  ['path changed: breaking', open, get({}, '/things')],
  ['path parameter renamed: compatible', get({}, '/{user}'), get({}, '/{username}')],
  ['method changed: breaking', open, moved],
  ['operationId changed: breaking', open, get({ operationId: 'getIt' })],
  ['schema introduced or dropped: breaking', media(), media({ schema: undefined })],
  ['base path changed: breaking', open, { ...open, servers: [{ url: '/v2' }] }],
  ['operation deprecated: compatible', open, get(deprecated)],
  ['parameter deprecated: compatible', parameter(), parameter(deprecated)],
  ['header deprecated: compatible', header(), header(deprecated)],
  ['title changed: documentation', open, { ...open, info: { ...open.info, title: 'b' } }],
  ['summary changed: documentation', open, get({ summary: 'b' })],
  ['description changed: documentation', open, get({ description: 'b' })],
  ['tags changed: documentation', open, get({ tags: ['Others'] })],
  ['description changed: documentation', parameter(), parameter({ description: 'b' })],
  ['example changed: documentation', parameter(), parameter({ example: 'b' })],
  ['description changed: documentation', body(), body({ description: 'b' })],
  ['examples changed: documentation', media(), media({ examples: {} })],
  ['description changed: documentation', answer(), answer({ description: 'b' })],
  ['description changed: documentation', header(), header({ description: 'b' })],
  ['anything else changed: breaking', open, get({ 'x-new': 1 })],
  ['style changed: breaking', parameter(), parameter({ style: 'pipeDelimited' })],
  ['anything else changed: breaking', parameter(), parameter({ 'x-new': 1 })],
  ['anything else changed: breaking', body(), body({ 'x-new': 1 })],
  ['anything else changed: breaking', media(), media({ encoding: {} })],
  ['anything else changed: breaking', answer(), answer({ links: {} })],
  ['style changed: breaking', header(), header({ explode: true })],
  ['anything else changed: breaking', header(), header({ 'x-new': 1 })],
  ['schema introduced or dropped: breaking', media(), media({ 'x-itemSchema': { type } })],
  ['other servers changed: documentation', open, otherServer],
]

expectMeanings(ways, either, [
  ...[...operationRules, ...operationDocumentation, ...parameterRules, ...bodyRules],
  ...[...contentRules, ...mediaTypeRules, ...responseRules, ...headerRules],
])

it.each([
  ['a default of OpenAPI', parameter(), parameter({ style: 'form', explode: true })],
  ['a header in other letters', header(), answer({ headers: { link: { schema: { type } } } })],
  ['another version', open, { ...open, info: { ...open.info, version: '2.0.0' } }],
])('%s is no change', (_, before, after) => {
  expect(meanings(before, after)).toEqual([])
})

it('says where and what, with the words of the side', () => {
  expect(compareContracts(open, parameter())).toEqual([
    {
      operationId: 'getThing',
      side: 'request',
      at: '#/paths/~1thing/get/parameters/0',
      what: 'the query parameter limit is new, optional',
      class: 'compatible',
      rule: 'optional parameter added',
    },
  ])
})

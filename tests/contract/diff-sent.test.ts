// What a change of a webhook or a callback means: clients receive what the service sends, and answer it.
import { sentRules } from '../../scripts/contract/diff/sent.ts'
import type { OperationObject, Schema } from '../../scripts/contract/document.ts'
import { type Either, expectMeanings, type Way } from '../support/contract-changes.ts'
import { toyDocument, toyOperation } from '../support/toy-contract.ts'

type Json = Record<string, unknown>

const done = { description: 'Taken' }
const text = { type: 'string' }
const short = { Event: { type: 'string', maxLength: 3 } as Schema }
const media = { 'application/json': { schema: { $ref: '#/components/schemas/Event' } } }
const sends = (fields: Json = {}, schemas: Record<string, Schema> = { Event: text }) => {
  const post = { responses: { 204: done }, ...fields } as unknown as OperationObject
  return {
    ...toyDocument({ '/thing': { get: toyOperation() } }, schemas),
    webhooks: { made: { post } },
  }
}
const calls = (fields: Json = {}, schemas: Record<string, Schema> = { Event: text }) => {
  const post = { responses: { 204: done }, ...fields } as unknown as OperationObject
  const callbacks = { done: { '{$request.body#/url}': { post } } }
  return toyDocument({ '/thing': { get: toyOperation({ callbacks }) } }, schemas)
}
const none = toyDocument({ '/thing': { get: toyOperation() } }, { Event: text })
const body = { requestBody: { required: true, content: media } }
const answers = { responses: { 200: { ...done, content: media } } }
const either200 = { responses: { 204: done, 200: done } }
const signed = { parameters: [{ name: 'X-Signature', in: 'header', schema: text }] }

const ways: Way[] = [
  ['webhook added: compatible', 'webhook removed: breaking', none, sends()],
  ['webhook added: compatible', 'webhook removed: breaking', none, calls()],
  ['bound tightened: compatible', 'bound loosened: breaking', sends(body), sends(body, short)],
  ['bound tightened: compatible', 'bound loosened: breaking', calls(body), calls(body, short)],
  [
    'bound tightened: breaking',
    'bound loosened: compatible',
    sends(answers),
    sends(answers, short),
  ],
  [
    'accepted status added: compatible',
    'accepted status removed: breaking',
    sends(),
    sends(either200),
  ],
  ['sent parameter added: compatible', 'sent parameter removed: breaking', sends(), sends(signed)],
]
const either: Either[] = [
  ['sent body added or removed: breaking', sends(), sends(body)],
  ['anything else changed: breaking', sends(), sends({ security: [] })],
  ['operationId changed: documentation', sends(), sends({ operationId: 'made' })],
  ...['summary', 'description', 'tags', 'deprecated'].map(
    (key): Either => [`${key} changed: documentation`, sends(), sends({ [key]: 'b' })],
  ),
]

expectMeanings(ways, either, sentRules)

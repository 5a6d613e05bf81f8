// What the lint says of the size of lists, computed from their schemas.
import { expect, it } from 'vitest'
import { checkContract } from '../../scripts/contract/check.ts'
import type { Schema } from '../../scripts/contract/document.ts'
import { ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

/** What is said of a page of such items. */
function said(items: Schema | Record<string, unknown>, bounds: object = { maxItems: 100 }) {
  const list = { type: 'array', items, ...bounds }
  const Page = { type: 'object', additionalProperties: false, properties: { items: list } }
  const responses = ok({ $ref: '#/components/schemas/Page' })
  const document = toyDocument({ '/things': { get: toyOperation({ responses }) } }, {
    Page,
  } as Record<string, Schema>)
  return checkContract(document).filter((it) => /items (may|needs)/.test(it))
}

const item = (properties: object) => ({ type: 'object', additionalProperties: false, properties })

it('a list of long texts is refused, with the size of its largest page', () => {
  const long = item({
    id: { type: 'string', format: 'uuid' },
    text: { type: 'string', maxLength: 63_206 },
  })
  expect(said(long)).toEqual([
    'getThing: items may be 37930 kB, and at most 2000: show a part of each long text',
  ])
})

it('a list of short texts keeps the rule', () => {
  expect(said(item({ title: { type: ['string', 'null'], maxLength: 2048 } }))).toEqual([])
  expect(said({ type: 'string', enum: ['one', 'two'] })).toEqual([])
  expect(
    said({ oneOf: [item({ count: { type: 'integer' } }), { const: 'x'.repeat(5000) }] }),
  ).toEqual([])
})

it.each([
  ['without maxItems', { type: 'integer' }, {}],
  ['of texts without maxLength', { type: 'string' }, undefined],
])('a list %s is refused', (_, items, bounds) => {
  expect(said(items, bounds)[0]).toContain('items needs maxItems, and maxLength on each text in it')
})

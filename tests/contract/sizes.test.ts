// What the rule for the size of lists says, computed from their schemas.
import { expect, it } from 'vitest'
import type { Schema } from '../../scripts/contract/document.ts'
import { lint } from '../support/lint.ts'
import { ok, toyDocument, toyOperation } from '../support/toy-contract.ts'

/** Returns what the rule says of a page of such items. */
function said(items: Schema | Record<string, unknown>, bounds: object = { maxItems: 100 }) {
  const list = { type: 'array', items, ...bounds }
  const Page = { type: 'object', additionalProperties: false, properties: { items: list } }
  const responses = ok({ $ref: '#/components/schemas/Page' })
  const document = toyDocument({ '/things': { get: toyOperation({ responses }) } }, {
    Page,
  } as Record<string, Schema>)
  return lint(document).filter((it) => it.startsWith('style/list-size'))
}

const item = (properties: object) => ({ type: 'object', additionalProperties: false, properties })

it('a list of long texts is reported with the size of its largest page', () => {
  const long = item({
    id: { type: 'string', format: 'uuid' },
    text: { type: 'string', maxLength: 63_206 },
  })
  expect(said(long)).toEqual([
    'style/list-size paths /things get responses 200: items may be 37930 kB, and at most 2000: show a part of each long text',
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
])('a list %s is reported', (_, items, bounds) => {
  expect(said(items, bounds)[0]).toContain('items needs maxItems, and maxLength on each text in it')
})

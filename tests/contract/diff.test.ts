// What a change of a schema means: each rule of the tables, in a request and in a response. The same
// schema stands on both sides of one operation, so that each row shows both meanings.
import { describe, expect, it } from 'vitest'
import { compareContracts } from '../../scripts/contract/diff/compare.ts'
import { compositionRules } from '../../scripts/contract/diff/composition-rules.ts'
import { kindRules, valueRules } from '../../scripts/contract/diff/schema-rules.ts'
import { structureRules } from '../../scripts/contract/diff/structure-rules.ts'
import type { Document, Schema } from '../../scripts/contract/document.ts'
import { toyRoundTrip as toy } from '../support/toy-contract.ts'

type Json = Record<string, unknown>

/** What is found, as [side, rule, class]. */
const compare = (before: Document, after: Document) =>
  compareContracts(before, after).map((it) => [it.side, it.rule, it.class])

const text = (fields: Json = {}): Json => ({ type: 'string', ...fields })
const array = (fields: Json = {}): Json => ({ type: 'array', items: text(), ...fields })
const object = (fields: Json = {}, properties: Json = { name: text() }): Json => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...fields,
})
const union = (...kinds: string[]): Json => ({
  oneOf: kinds.map((it) => ({ $ref: `#/components/schemas/${it}` })),
  discriminator: {
    propertyName: 'kind',
    mapping: Object.fromEntries(kinds.map((it) => [it, `#/components/schemas/${it}`])),
  },
})
const branches = Object.fromEntries(
  ['Cat', 'Dog'].map((it) => [it, object({}, { kind: text({ const: it }) })]),
) as Record<string, Schema>

const cat = { $ref: '#/components/schemas/Cat' }
const dog = { $ref: '#/components/schemas/Dog' }

type Row = [rule: string, before: Json, after: Json]

/** Fewer values pass; turned round, by the second name, more of them do. */
const narrowing: [narrower: string, wider: string, wide: Json, narrow: Json][] = [
  ['type narrowed', 'type widened', { type: 'number' }, { type: 'integer' }],
  ['type narrowed', 'type widened', { type: ['string', 'integer'] }, text()],
  ['null removed', 'null allowed', { type: ['string', 'null'] }, text()],
  ['value removed', 'value added', text({ enum: ['a', 'b'] }), text({ enum: ['a'] })],
  ['value removed', 'value added', text({ enum: ['a', 'b'] }), text({ const: 'a' })],
  ['enum closed', 'enum opened', text({ enum: ['a'], 'x-open-enum': true }), text({ enum: ['a'] })],
  ['values listed', 'values no longer listed', text(), text({ enum: ['a', 'b'] })],
  ['values listed', 'values no longer listed', text(), text({ const: 'a' })],
  ...(['maxLength', 'maxItems', 'maxProperties', 'maximum', 'exclusiveMaximum'] as const).flatMap(
    (key): typeof narrowing => [
      ['bound tightened', 'bound loosened', text({ [key]: 3 }), text({ [key]: 2 })],
      ['bound tightened', 'bound loosened', text(), text({ [key]: 2 })],
    ],
  ),
  ...(['minLength', 'minItems', 'minProperties', 'minimum', 'exclusiveMinimum'] as const).flatMap(
    (key): typeof narrowing => [
      ['bound tightened', 'bound loosened', text({ [key]: 2 }), text({ [key]: 3 })],
      ['bound tightened', 'bound loosened', text(), text({ [key]: 2 })],
    ],
  ),
  ['pattern introduced', 'pattern dropped', text(), text({ pattern: '^a' })],
  ['format introduced', 'format dropped', text(), text({ format: 'uuid' })],
  ['multipleOf introduced', 'multipleOf dropped', text(), text({ multipleOf: 2 })],
  ['uniqueItems introduced', 'uniqueItems dropped', array(), array({ uniqueItems: true })],
  ['items introduced', 'items dropped', { type: 'array' }, array()],
  [
    'property became required',
    'property became optional',
    object(),
    object({ required: ['name'] }),
  ],
  ['branch removed', 'branch added', union('Cat', 'Dog'), union('Cat')],
  ['branch removed', 'branch added', { anyOf: [cat, dog] }, { anyOf: [cat] }],
  ['part added', 'part removed', { allOf: [cat] }, { allOf: [cat, dog] }],
  ['part added', 'part removed', {}, { prefixItems: [text()] }],
  ['part added', 'part removed', {}, { patternProperties: { '^a': text() } }],
  ['part added', 'part removed', {}, { dependentSchemas: { name: cat } }],
  ...['contains', 'propertyNames', 'then', 'else', 'contentSchema', 'unevaluatedItems'].map(
    (key): (typeof narrowing)[number] => ['part added', 'part removed', {}, { [key]: cat }],
  ),
  ['part added', 'part removed', { unevaluatedProperties: cat }, { unevaluatedProperties: false }],
  ['not introduced', 'not dropped', {}, { not: cat }],
  [
    'additional properties limited',
    'additional properties no longer limited',
    object({ additionalProperties: true }),
    object({ additionalProperties: text() }),
  ],
  ['bound tightened', 'bound loosened', array(), array({ maxContains: 2 })],
  ['bound tightened', 'bound loosened', array(), array({ minContains: 2 })],
]

/** The same meaning on both sides, whichever way round. */
const breaking: Row[] = [
  ['type replaced', text(), { type: 'integer' }],
  ['union made or dissolved', object(), union('Cat')],
  ['pattern replaced', text({ pattern: '^a' }), text({ pattern: '^b' })],
  ['format replaced', text({ format: 'uuid' }), text({ format: 'email' })],
  ['multipleOf replaced', text({ multipleOf: 2 }), text({ multipleOf: 3 })],
  [
    'discriminator changed',
    union('Cat'),
    {
      ...union('Cat'),
      discriminator: { ...(union('Cat').discriminator as Json), propertyName: 'type' },
    },
  ],
  ['union made or dissolved', object(), { ...object(), anyOf: [cat] }],
  ['condition changed', {}, { if: cat }],
  ['anything else changed', text(), text({ contentEncoding: 'base64' })],
]
const documentation: Row[] = [
  ['title changed', text(), text({ title: 'Name' })],
  ['description changed', text({ description: 'a' }), text({ description: 'b' })],
  ['examples changed', text({ examples: ['a'] }), text({ examples: ['b'] })],
  ['example changed', text(), text({ example: 'b' })],
]

describe('a schema that accepts less', () => {
  it.each(narrowing)(
    '%s: breaks requests; %s: breaks responses',
    (narrower, wider, wide, narrow) => {
      const [before, after] = [toy(wide, branches), toy(narrow, branches)]
      expect(compare(before, after).filter(([, rule]) => rule === narrower)).toEqual([
        ['request', narrower, 'breaking'],
        ['response', narrower, 'compatible'],
      ])
      expect(compare(after, before).filter(([, rule]) => rule === wider)).toEqual([
        ['request', wider, 'compatible'],
        ['response', wider, 'breaking'],
      ])
      expect(compare(before, after)).toHaveLength(2)
      expect(compare(after, before)).toHaveLength(2)
    },
  )
})

describe('a change that means the same on both sides', () => {
  const both = (rule: string, meaning: string) => [
    ['request', rule, meaning],
    ['response', rule, meaning],
  ]
  it.each(breaking)('%s: is breaking', (rule, before, after) => {
    const [old, now] = [toy(before, branches), toy(after, branches)]
    expect(compare(old, now)).toEqual(both(rule, 'breaking'))
    expect(compare(now, old)).toEqual(both(rule, 'breaking'))
  })
  it.each(documentation)('%s: is documentation', (rule, before, after) => {
    expect(compare(toy(before), toy(after))).toEqual(both(rule, 'documentation'))
    expect(compare(toy(after), toy(before))).toEqual(both(rule, 'documentation'))
  })
  it('deprecated changed: is compatible', () => {
    const found = compare(toy(text()), toy(text({ deprecated: true })))
    expect(found).toEqual(both('deprecated changed', 'compatible'))
  })
})

describe('an open enum', () => {
  const open = (...values: string[]) => text({ enum: values, 'x-open-enum': true })
  it('takes new values without breaking a client', () => {
    expect(compare(toy(open('a')), toy(open('a', 'b')))).toEqual([
      ['request', 'value added to an open enum', 'compatible'],
      ['response', 'value added to an open enum', 'compatible'],
    ])
  })
  it('loses them like any other', () => {
    expect(compare(toy(open('a', 'b')), toy(open('a')))).toEqual([
      ['request', 'value removed', 'breaking'],
      ['response', 'value removed', 'compatible'],
    ])
  })
  it('excuses no value that comes with the opening', () => {
    const found = compare(toy(text({ enum: ['a'] })), toy(open('a', 'b')))
    expect(found).toContainEqual(['response', 'value added', 'breaking'])
  })
})

describe('a property', () => {
  const two = { name: text(), age: { type: 'integer' } }
  const open = object({ additionalProperties: true })
  it.each([
    ['property removed', object({}, two), object(), 'breaking', 'breaking'],
    ['optional property added', object(), object({}, two), 'compatible', 'compatible'],
    ['object closed', open, object(), 'breaking', 'compatible'],
    ['object opened', object(), open, 'compatible', 'compatible'],
    [
      'required property added',
      object(),
      object({ required: ['age'] }, two),
      'breaking',
      'compatible',
    ],
    [
      'default changed',
      text({ default: 'a' }),
      text({ default: 'b' }),
      'breaking',
      'documentation',
    ],
    ['default changed', text(), text({ default: 'b' }), 'breaking', 'documentation'],
  ])('%s', (rule, before, after, request, response) => {
    expect(compare(toy(before), toy(after))).toEqual([
      ['request', rule, request],
      ['response', rule, response],
    ])
  })

  it('has its place in both contracts', () => {
    const [before, after] = [toy(object({}, two)), toy(object())]
    const at = '#/paths/~1thing/post/requestBody/content/application~1json/schema/properties/age'
    expect(compareContracts(before, after)[0]).toMatchObject({ operationId: 'createThing', at })
    expect(compareContracts(after, before)[0]).toMatchObject({ operationId: 'createThing', at })
  })
})

it('each rule for schemas is shown above', () => {
  const shown = [
    ...narrowing.map(([narrower]) => narrower),
    ...narrowing.map(([, wider]) => wider),
    ...[...breaking, ...documentation].map(([rule]) => rule),
    ...['property removed', 'optional property added', 'required property added'],
    ...['object closed', 'object opened'],
    ...['default changed', 'deprecated changed', 'value added to an open enum'],
  ]
  const all = [...kindRules, ...valueRules, ...structureRules, ...compositionRules].map(
    ({ name }) => name,
  )
  expect([...new Set(shown)].sort()).toEqual([...new Set(all)].sort())
})

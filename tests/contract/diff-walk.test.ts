// How two contracts are walked: references are followed and end, only what a client sees counts, and
// nothing is passed over. What a change means is shown by `diff.test.ts` and its sibling.
import { describe, expect, it } from 'vitest'
import ours from '../../generated/openapi.json' with { type: 'json' }
import { compareContracts } from '../../scripts/contract/diff/compare.ts'
import type { Document, Schema } from '../../scripts/contract/document.ts'
import { toyRoundTrip as toy } from '../support/toy-contract.ts'

type Json = Record<string, unknown>

const rules = (before: Document, after: Document) =>
  compareContracts(before, after).map((it) => it.rule)

const text = (fields: Json = {}): Json => ({ type: 'string', ...fields })
const object = (properties: Json): Json => ({
  type: 'object',
  additionalProperties: false,
  properties,
})

describe('references', () => {
  const Name = text({ maxLength: 9 }) as Schema
  const $ref = '#/components/schemas/Name'

  it('are followed into items, properties, branches and additional properties', () => {
    const longer = { Name: { ...Name, maxLength: 10 } as Schema }
    for (const schema of [
      { $ref },
      { type: 'array', items: { $ref } },
      object({ name: { $ref } }),
      { type: 'object', additionalProperties: { $ref } },
      { oneOf: [{ $ref }], discriminator: { propertyName: 'kind', mapping: { name: $ref } } },
    ]) {
      const found = compareContracts(toy(schema, { Name }), toy(schema, longer))
      expect(found.map((it) => it.at)).toEqual([`${$ref}/maxLength`, `${$ref}/maxLength`])
    }
  })

  it('are followed into all that a schema is composed of', () => {
    const longer = { Name: { ...Name, maxLength: 10 } as Schema }
    for (const schema of [
      { allOf: [{ $ref }] },
      { anyOf: [{ $ref }, { type: 'integer' }] },
      { prefixItems: [text(), { $ref }] },
      { patternProperties: { '^a': { $ref } } },
      { dependentSchemas: { name: { $ref } } },
      ...['contains', 'propertyNames', 'then', 'else', 'contentSchema'].map((key) => ({
        [key]: { $ref },
      })),
      ...['unevaluatedItems', 'unevaluatedProperties'].map((key) => ({ [key]: { $ref } })),
    ]) {
      const found = compareContracts(toy(schema, { Name }), toy(schema, longer))
      expect(found.map((it) => it.class)).toEqual(['compatible', 'breaking'])
    }
  })

  it('change what a condition tests either way', () => {
    const other = { Name: { ...Name, maxLength: 8, description: 'Short.' } as Schema }
    for (const schema of [{ not: { $ref } }, { if: { $ref } }]) {
      const found = compareContracts(toy(schema, { Name }), toy(schema, other))
      const onOneSide = ['condition changed: breaking', 'description changed: documentation']
      const shown = found.map((it) => `${it.rule}: ${it.class}`)
      expect(shown).toEqual([...onOneSide, ...onOneSide])
    }
  })

  it('may be put in the place of what they refer to, and components renamed', () => {
    const Other = Name
    const after = toy(object({ name: { $ref: '#/components/schemas/Other' } }), { Other })
    expect(rules(toy(object({ name: Name })), after)).toEqual([])
    expect(rules(toy(object({ name: { $ref } }), { Name }), after)).toEqual([])
  })

  it('count with what stands beside them', () => {
    const after = toy({ $ref, maxLength: 5 }, { Name })
    expect(rules(toy({ $ref }, { Name }), after)).toEqual(['bound tightened', 'bound tightened'])
  })

  it('of a schema to itself end', () => {
    const tree = (fields: Json) => {
      const beside = { $ref: '#/components/schemas/Tree', description: 'The next one.' }
      return { Tree: object({ name: text(fields), next: beside }) as Schema }
    }
    const root = { $ref: '#/components/schemas/Tree' }
    const found = rules(toy(root, tree({})), toy(root, tree({ maxLength: 3 })))
    expect(new Set(found)).toContain('bound tightened')
  })

  it('that lead nowhere are named', () => {
    expect(() => rules(toy({ $ref }), toy({ $ref }))).toThrow($ref)
  })
})

it('no value of the contract changes unseen', () => {
  const { components, ...rest } = ours as unknown as Document
  const unseen: string[] = []
  for (const [path, item] of Object.entries(rest.paths)) {
    const before = { ...rest, components, paths: { [path]: structuredClone(item) } }
    const after = { ...rest, components, paths: { [path]: item } }
    for (const at of mutations(item, path)) {
      if (compareContracts(before, after).length === 0) unseen.push(at)
    }
  }
  expect(unseen).toEqual([])
})

/** Changes one value after another, each as long as its place is looked at. */
function* mutations(holder: object, at: string): Generator<string> {
  for (const [key, value] of Object.entries(holder)) {
    const here = `${at}/${key}`
    if (key === '$ref' || key === 'examples') continue
    if (typeof value === 'object' && value !== null) yield* mutations(value, here)
    else {
      const fields = holder as Json
      fields[key] = typeof value === 'number' ? value + 1 : value === true ? false : `${value}x`
      yield here
      fields[key] = value
    }
  }
}

// Values that the mock and the stubs make up.
import { expect, it } from 'vitest'
import type { Schema } from '../../scripts/contract/document.ts'
import { Values } from '../../scripts/mock/values.ts'
import { toyDocument } from '../support/toy-contract.ts'

const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})

/** How a schema holds the one below it. */
const shapes: Readonly<Record<string, (next: Schema) => Schema>> = {
  'alternatives that differ by a constant': (next) => ({
    anyOf: ['a', 'b', 'c'].map((it) => object({ kind: { const: it }, next })),
  }),
  'alternatives that an allOf narrows': (next) => ({
    allOf: [object({ next }), object({ next: { oneOf: [next, object({ id: {} })] } })],
  }),
  'alternatives of which only the last has a value': (next) => ({
    oneOf: [object({ id: { not: {} }, next }), object({ id: { not: {} }, next }), object({ next })],
  }),
}

it.each(
  Object.keys(shapes).flatMap((it) => [
    [it, undefined],
    [it, 1],
  ]),
)(
  'finds a value 20 levels deep in %s (seed %s)',
  (name, seed) => {
    const shape = shapes[name as string]
    if (shape === undefined) throw new Error(`there is no shape ${name}`)
    const schemas = Object.fromEntries(
      Array.from({ length: 20 }, (_, level) => [
        `Level${level}`,
        shape({ $ref: `#/components/schemas/Level${level + 1}` }),
      ]),
    )
    const values = new Values(
      toyDocument({}, { ...schemas, Level20: { type: 'integer' } }),
      'response',
    )
    const root = { $ref: '#/components/schemas/Level0' }
    expect(values.fits(root, values.compose(root, seed as number | undefined))).toBe(true)
  },
  20_000,
)

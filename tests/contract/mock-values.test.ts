// The values that the mock and stubs compose for schemas that few values fit.
import { describe, expect, it } from 'vitest'
import type { Document, Schema } from '../../scripts/contract/document.ts'
import { Values } from '../../scripts/mock/values.ts'

function valuesOf(schemas: Record<string, unknown>) {
  const document: Document = {
    openapi: '3.1.0',
    info: { title: 'Things', version: '1.0.0' },
    paths: {},
    components: { schemas: schemas as Record<string, Schema>, securitySchemes: {} },
  }
  return new Values(document, 'response')
}

describe('a composed value', () => {
  it('fits one of several open objects alone', () => {
    const values = valuesOf({})
    const members = (name: string) => ({
      type: 'object',
      properties: { [name]: { type: 'string' } },
    })
    const schema = { oneOf: [members('a'), members('b')] }
    expect(values.fits(schema, values.compose(schema))).toBe(true)
  })

  it('leaves out a member that no value fits', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        none: { allOf: [{ type: 'string' }, { type: 'integer' }] },
      },
    }
    expect(valuesOf({}).compose(schema)).toEqual({ name: expect.any(String) })
  })

  it('is given up soon where a schema requires itself', () => {
    const $ref = '#/components/schemas/Node'
    const node = { type: 'object', required: ['above'], properties: { above: { $ref } } }
    const values = valuesOf({
      Node: { ...node, properties: { ...node.properties, below: { $ref } } },
    })
    const start = performance.now()
    expect(() => values.compose({ $ref })).toThrow('no end')
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

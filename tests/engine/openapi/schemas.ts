// Rows: JSON Schema 2020-12, each in a request and in a response.
import { type Row, schemaRow } from './row.ts'

export const schemas: readonly Row[] = [
  schemaRow({
    feature: '`properties`, `required`, `additionalProperties: false`',
    schema: '{ $ref: "#/components/schemas/Thing" }',
    schemas: `
      Thing:
        type: object
        additionalProperties: false
        required: [name]
        properties: { name: { type: string, maxLength: 5 }, count: { type: integer } }
    `,
    takes: [{ name: 'Ada' }, { name: 'Ada', count: 3 }],
    rejects: [
      [{}, '/name'],
      [{ name: 1 }, '/name'],
      [{ name: 'Ada', color: 'red' }, '/color'],
    ],
    types: [
      'const name: string = body.name',
      '! const count: number = body.count',
      'return { status: 200, body: { name: "Ada" } }',
      '! return { status: 200, body: { name: 1 } }',
    ],
  }),
]

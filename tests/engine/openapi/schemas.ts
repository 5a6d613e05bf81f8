// Rows: JSON Schema 2020-12, each in a request and in a response.
import { type Row, schemaRow } from './row.ts'

const required = ["it's", '"', '\\', 'line\nbreak']
const names = [...required, '$ref', 'discriminator', 'a-b', 'é', '']

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
  schemaRow({
    feature: 'An object inside another schema, and in a list',
    schema: `
      type: object
      additionalProperties: false
      properties:
        size:
          type: [object, 'null']
          additionalProperties: false
          required: [width]
          properties: { width: { type: number }, unit: { type: string, maxLength: 5 } }
        parts:
          type: array
          items:
            type: object
            additionalProperties: false
            properties: { id: { type: integer } }
    `,
    takes: [
      {},
      { size: null },
      { size: { width: 1.5 }, parts: [] },
      { size: { width: 2, unit: 'm' }, parts: [{}, { id: 1 }] },
    ],
    rejects: [
      [{ size: {} }, '/size/width'],
      [{ parts: [{ name: 1 }] }, '/parts/0/name'],
    ],
    types: [
      'const width: number | undefined = body.size?.width',
      '! const unit: string = body.size.unit',
      'return { status: 200, body: { parts: [{ id: 1 }] } }',
      "! return { status: 200, body: { parts: [{ id: '1' }] } }",
    ],
  }),
  schemaRow({
    feature: '`additionalProperties` with a schema: a map',
    schema: '{ $ref: "#/components/schemas/Counts" }',
    schemas: `
      Counts: { type: object, additionalProperties: { type: integer } }
    `,
    takes: [{}, { a: 1, "it's": 2, '"': 3, '\\': 4 }],
    rejects: [[{ a: 'x' }, '/a']],
    types: [
      'const count: number | undefined = body.a',
      '! const count: string | undefined = body.a',
      '! return { status: 200, body: { a: "1" } }',
    ],
  }),
  schemaRow({
    feature: 'A map of objects beside declared members',
    schema: `
      type: object
      required: [id]
      properties: { id: { type: object, additionalProperties: false, properties: {} } }
      additionalProperties:
        type: object
        additionalProperties: false
        properties: { x: { type: integer }, y: { type: 'null' } }
    `,
    takes: [{ id: {} }, { id: {}, a: { x: 1 }, b: {} }],
    rejects: [[{ id: {}, a: { z: 1 } }, '/a/z']],
  }),
  schemaRow({
    feature: '`additionalProperties: true`: an open object',
    schema: `
      type: object
      additionalProperties: true
      properties: { id: { type: integer }, name: { type: string, maxLength: 5 } }
    `,
    takes: [{}, { id: 1 }, { more: [{ a: null }, 'text', 1.5] }, { id: 1, name: 'Ada', x: {} }],
    rejects: [[{ id: 'x' }, '/id']],
    types: [
      'const id: number | undefined = body.id',
      'const more: unknown = body.more',
      'return { status: 200, body: { id: 1, more: [true] } }',
    ],
  }),
  schemaRow({
    feature: '`multipleOf`, compared as decimals',
    schema: `
      type: object
      additionalProperties: false
      properties:
        price: { type: number, multipleOf: 0.01 }
        dozens: { type: integer, multipleOf: 12 }
        share: { type: number, multipleOf: 0.123456789 }
    `,
    takes: [
      { price: 19.99, dozens: 24 },
      { price: -1e9 - 0.01, dozens: -12 },
      { price: 0, dozens: 0, share: 0.246913578 },
      { price: 1e21, share: 123456789e200 },
    ],
    rejects: [
      [{ price: 19.995 }, '/price'],
      [{ price: 1e9 + 0.001 }, '/price'],
      [{ dozens: 23 }, '/dozens'],
      [{ share: 1e308 }, '/share'],
      [{ share: -1e17 }, '/share'],
    ],
    types: ['const price: number | undefined = body.price'],
  }),
  schemaRow({
    feature: 'Properties of any name',
    schema: JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required,
      properties: Object.fromEntries(names.map((it) => [it, { type: 'integer' }])),
    }),
    takes: [
      Object.fromEntries(names.map((it, index) => [it, index])),
      Object.fromEntries(required.map((it, index) => [it, index])),
    ],
    rejects: [[{ "it's": 1, '"': 1, '\\': 1 }, '/line\nbreak']],
  }),
  schemaRow({
    feature: 'Components of any name',
    schema: '{ $ref: "#/components/schemas/Thing.v2" }',
    schemas: `
      Thing.v2:
        type: object
        additionalProperties: false
        properties: { next: { $ref: '#/components/schemas/Thing.v2' }, id: { $ref: '#/components/schemas/the-id' } }
      the-id: { type: integer }
      Thing_v2: { type: integer }
      class: { type: integer }
    `,
    takes: [{}, { next: { id: 1, next: {} } }],
    rejects: [[{ next: { id: 'x' } }, '/next/id']],
    types: ['const id: number | undefined = body.next?.id', '! const id: string = body.next?.id'],
  }),
]

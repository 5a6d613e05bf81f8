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
    feature: '`format: date`, `time`, `date-time` and `duration`',
    schema: `
      type: object
      additionalProperties: false
      properties:
        day: { type: string, format: date }
        at: { type: string, format: time }
        start: { type: string, format: date-time }
        length: { type: [string, integer], format: duration }
    `,
    takes: [
      { day: '2024-02-29', at: '12:00:00Z', start: '2030-01-31T12:00:00Z', length: 'P1DT12H' },
      { length: 5 },
    ],
    rejects: [
      [{ day: '2023-02-29' }, '/day'],
      [{ at: '25:00:00Z' }, '/at'],
      [{ start: '2030-01-31 12:00' }, '/start'],
      [{ length: 'P' }, '/length'],
    ],
    types: ['const day: string | undefined = body.day'],
  }),
  schemaRow({
    feature:
      '`format: uri`, `uri-reference`, `uri-template`, `hostname`, `email`, `ipv4` and `ipv6`',
    schema: `
      type: object
      additionalProperties: false
      properties:
        home: { type: string, format: uri }
        next: { type: string, format: uri-reference }
        search: { type: string, format: uri-template }
        host: { type: string, format: hostname }
        contact: { type: string, format: email }
        from: { type: string, format: ipv4 }
        to: { type: string, format: ipv6 }
    `,
    takes: [
      {
        home: 'https://example.com/a?b#c',
        next: '../a',
        search: '/things{?tag}',
        host: 'api.example.com',
        contact: 'ada@example.com',
        from: '192.0.2.1',
        to: '2001:db8::1',
      },
      { home: 'urn:isbn:0451450523', next: '' },
    ],
    rejects: [
      [{ home: '/a' }, '/home'],
      [{ next: 'a b' }, '/next'],
      [{ search: '/things{' }, '/search'],
      [{ host: '-a.example.com' }, '/host'],
      [{ contact: 'ada' }, '/contact'],
      [{ from: '192.0.2.256' }, '/from'],
      [{ to: '2001:db8:::1' }, '/to'],
    ],
  }),
  schemaRow({
    feature:
      '`format: uuid`, `byte`, `base64url`, `json-pointer`, `relative-json-pointer`, `regex`',
    schema: `
      type: object
      additionalProperties: false
      properties:
        id: { type: string, format: uuid }
        bytes: { type: string, format: byte }
        token: { type: string, format: base64url }
        place: { type: string, format: json-pointer }
        below: { type: string, format: relative-json-pointer }
        pattern: { type: string, format: regex }
    `,
    takes: [
      {
        id: '3FA85F64-5717-4562-b3fc-2c963f66afa6',
        bytes: 'AAE=',
        token: '-_8',
        place: '/a~1b/0',
        below: '1/a',
        pattern: '^a|b$',
      },
      { id: '00000000-0000-0000-0000-000000000000', bytes: '', place: '' },
    ],
    rejects: [
      [{ id: '3fa85f6457174562b3fc2c963f66afa6' }, '/id'],
      [{ bytes: 'AAE=\n!' }, '/bytes'],
      [{ token: '+/8=' }, '/token'],
      [{ place: 'a' }, '/place'],
      [{ below: '/a' }, '/below'],
      [{ pattern: '(' }, '/pattern'],
    ],
  }),
  schemaRow({
    feature: '`format: int32`, `int64`, `uint8`, `float` and `double` of numbers',
    schema: `
      type: object
      additionalProperties: false
      properties:
        count: { type: integer, format: int32 }
        offset: { type: [number, 'null'], format: int32, minimum: -5 }
        total: { type: integer, format: int64 }
        level: { type: integer, format: uint8, maximum: 1000 }
        share: { type: number, format: float }
        size: { type: number, format: double }
    `,
    takes: [
      { count: 2147483647, offset: -5, total: 2 ** 53 - 1, level: 255, share: 1.5e38, size: 1e308 },
      { count: -2147483648, offset: null, total: -5, level: 0, share: -0.1 },
    ],
    rejects: [
      [{ count: 2147483648 }, '/count'],
      [{ count: -2147483649 }, '/count'],
      [{ offset: 1.5 }, '/offset'],
      [{ offset: -6 }, '/offset'],
      [{ total: 2 ** 63 }, '/total'],
      [{ level: 256 }, '/level'],
      [{ level: -1 }, '/level'],
      [{ share: 1e39 }, '/share'],
    ],
    types: ['const count: number | undefined = body.count'],
  }),
  schemaRow({
    feature: '`format: int64` of a text',
    schema: '{ type: array, items: { type: string, format: int64 } }',
    takes: [['9223372036854775807', '-9223372036854775808', '0']],
    rejects: [
      [['9223372036854775808'], '/0'],
      [['01'], '/0'],
      [['1.5'], '/0'],
    ],
    types: ['const id: string | undefined = body[0]'],
    note: 'for ids that a JavaScript number cannot hold',
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

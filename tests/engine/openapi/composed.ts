// Rows: schemas that are put together from others, each in a request and in a response.
import { type Row, schemaRow } from './row.ts'

const animals = `
  Cat:
    type: object
    required: [kind, lives]
    properties: { kind: { type: string, const: cat }, lives: { type: integer } }
  Dog:
    type: object
    required: [kind]
    properties: { kind: { type: string, const: dog }, tricks: { type: array, items: { type: string } } }
`

export const composed: readonly Row[] = [
  schemaRow({
    feature: 'Several types',
    schema: '{ type: [string, integer, array, "null"], items: { type: boolean } }',
    takes: ['text', 3, [true], [], null],
    rejects: [
      [1.5, ''],
      [{}, ''],
      [[1], '/0'],
    ],
    types: [
      'const value: string | number | boolean[] | null = body',
      '! const text: string = body',
      '! return { status: 200, body: true }',
    ],
  }),
  schemaRow({
    feature: 'No type: `enum` and `const` of any value',
    schema: `
      type: object
      required: [a, b]
      properties: { a: { enum: [x, 1, null, true] }, b: { const: 5 }, c: { enum: [[1], { d: 1 }] } }
    `,
    takes: [
      { a: 'x', b: 5 },
      { a: null, b: 5, c: [1] },
      { a: true, b: 5, c: { d: 1 } },
    ],
    rejects: [
      [{ a: 2, b: 5 }, '/a'],
      [{ a: 1, b: '5' }, '/b'],
      [{ a: 1, b: 5, c: { d: 1, e: 1 } }, '/c'],
    ],
    types: ["const a: 'x' | 1 | null | true = body.a", 'const b: 5 = body.b'],
  }),
  schemaRow({
    feature: 'No type: `properties` and `items` limit objects and lists only',
    schema: '{ properties: { a: { type: integer } }, items: { type: integer } }',
    note: 'types have the object only',
    takes: [{ a: 1 }],
    rejects: [
      [{ a: 'x' }, '/a'],
      [['x'], '/0'],
    ],
  }),
  schemaRow({
    feature: 'An empty schema, and `true`: any value',
    schema: '{ type: object, required: [a], properties: { a: {}, b: true, c: { items: true } } }',
    takes: [{ a: 1 }, { a: null, b: [{ c: 'x' }], c: [1, 'x'] }],
    rejects: [[{}, '/a']],
    types: ['const a: unknown = body.a'],
  }),
  schemaRow({
    feature: '`false`: no value',
    schema: '{ type: object, additionalProperties: { type: integer }, properties: { a: false } }',
    takes: [{}, { b: 1 }],
    rejects: [[{ a: 1 }, '/a']],
  }),
  schemaRow({
    feature: 'Annotations: `title`, `$comment`, `contentMediaType`, unknown formats and keywords',
    schema: `
      title: Thing
      $comment: Internal
      type: string
      format: of-our-own
      contentMediaType: text/html
      examples: [x]
      externalDocs: { url: 'https://example.com' }
      xml: { name: thing }
      x-internal: { schema: 1 }
      unknownKeyword: true
    `,
    takes: ['<b>', ''],
    rejects: [[1, '']],
    types: ['const text: string = body'],
  }),
  schemaRow({
    feature: '`$defs`, and `$ref` to a place inside a component',
    schema: `
      type: object
      properties:
        a: { $ref: '#/components/schemas/Thing/properties/size' }
        b: { $ref: '#/components/schemas/Thing/$defs/Color' }
    `,
    schemas: `
      Thing:
        type: object
        properties: { size: { type: object, required: [x], properties: { x: { type: integer } } } }
        $defs: { Color: { type: string, enum: [red, green] } }
    `,
    takes: [{ a: { x: 1 }, b: 'red' }],
    rejects: [
      [{ a: {} }, '/a/x'],
      [{ b: 'blue' }, '/b'],
    ],
    types: [
      'const x: number | undefined = body.a?.x',
      "const b: 'red' | 'green' | undefined = body.b",
    ],
  }),
  {
    feature: '`$ref` to a schema of a path',
    contract: `
      post /things:
        requestBody: { json: { type: object, required: [n], properties: { n: { type: integer } } } }
        responses:
          200: { json: { $ref: '#/paths/~1things/post/requestBody/content/application~1json/schema' } }
    `,
    cases: [
      {
        send: 'POST /things',
        body: { n: 1 },
        gets: { body: { n: 1 } },
        returns: { status: 200, body: { n: 1, secret: 2 } },
        answers: { body: { n: 1 } },
      },
    ],
    types: ['return { status: 200, body: { n: 1 } }', "! return { status: 200, body: { n: 'x' } }"],
  },
  schemaRow({
    feature: '`$ref` with other keywords beside it',
    schema: `
      type: object
      required: [a]
      properties:
        a: { $ref: '#/components/schemas/Base', required: [more], properties: { more: { type: integer } } }
        b: { $ref: '#/components/schemas/Name', description: A name, maxLength: 3 }
    `,
    schemas: `
      Base: { type: object, required: [id], properties: { id: { type: integer } } }
      Name: { type: string, minLength: 1 }
    `,
    takes: [{ a: { id: 1, more: 2 } }, { a: { id: 1, more: 2 }, b: 'abc' }],
    rejects: [
      [{ a: { id: 1 } }, '/a/more'],
      [{ a: { more: 1 } }, '/a/id'],
      [{ a: { id: 1, more: 2 }, b: 'abcd' }, '/b'],
    ],
    types: ['const id: number = body.a.id', 'const more: number = body.a.more'],
  }),
  schemaRow({
    feature: '`allOf`',
    schema: `
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          required: [name]
          properties: { name: { type: string }, base: { $ref: '#/components/schemas/Base' } }
    `,
    schemas: `
      Base:
        type: object
        required: [id]
        properties: { id: { type: integer }, note: { type: [string, 'null'] } }
    `,
    takes: [
      { id: 1, name: 'x' },
      { id: 1, note: null, name: 'x', base: { id: 2 } },
    ],
    rejects: [
      [{ id: 1 }, '/name'],
      [{ name: 'x' }, '/id'],
    ],
    types: [
      'const { id, name }: { id: number; name: string } = body',
      '! const note: string = body.note',
    ],
  }),
  schemaRow({
    feature: '`allOf` with `unevaluatedProperties: false`',
    schema: `
      allOf: [{ $ref: '#/components/schemas/Base' }]
      properties: { name: { type: string } }
      unevaluatedProperties: false
    `,
    schemas: 'Base: { type: object, required: [id], properties: { id: { type: integer } } }',
    takes: [{ id: 1 }, { id: 1, name: 'x' }],
    rejects: [[{ id: 1, other: 1 }, '/other']],
  }),
  schemaRow({
    feature: '`oneOf` with a discriminator, branches by the names of the schemas',
    schema: `
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
      discriminator: { propertyName: kind }
    `,
    schemas: `
      Cat: { type: object, required: [kind], properties: { kind: { type: string }, lives: { type: integer } } }
      Dog: { type: object, required: [kind], properties: { kind: { type: string }, size: { type: integer } } }
    `,
    takes: [
      { kind: 'Cat', lives: 9 },
      { kind: 'Dog', size: 1 },
    ],
    rejects: [
      [{ kind: 'Bird' }, '/kind'],
      [{ kind: 'Cat', lives: 'x' }, '/lives'],
    ],
  }),
  schemaRow({
    feature: '`oneOf` with a discriminator and a mapping of names and references',
    schema: `
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
      discriminator:
        propertyName: kind
        mapping: { c: Cat, d: '#/components/schemas/Dog', dog: Dog }
    `,
    schemas: `
      Cat: { type: object, properties: { kind: { type: string }, lives: { type: integer } } }
      Dog: { type: object, properties: { kind: { type: string }, size: { type: integer } } }
    `,
    takes: [{ kind: 'c', lives: 9 }, { kind: 'd', size: 1 }, { kind: 'dog' }],
    rejects: [
      [{ kind: 'Cat' }, '/kind'],
      [{}, '/kind'],
    ],
  }),
  schemaRow({
    feature: '`oneOf` without a discriminator, told apart by constants',
    schema:
      '{ oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }] }',
    schemas: animals,
    takes: [{ kind: 'cat', lives: 9 }, { kind: 'dog' }, { kind: 'dog', tricks: ['roll'] }],
    rejects: [[{ kind: 'bird' }, '']],
    types: [
      'if (body.kind === "cat") { const lives: number = body.lives }',
      '! const lives: number = body.lives',
      'return { status: 200, body: { kind: "dog" } }',
      '! return { status: 200, body: { kind: "cat" } }',
    ],
  }),
  schemaRow({
    feature: '`anyOf` and `oneOf` told apart by types',
    schema: `
      type: object
      properties:
        a: { anyOf: [{ $ref: '#/components/schemas/Cat' }, { type: 'null' }] }
        b: { oneOf: [{ type: string }, { type: integer }, { type: array, items: { $ref: '#/components/schemas/Cat' } }] }
    `,
    schemas: animals,
    takes: [
      { a: null, b: 'x' },
      { a: { kind: 'cat', lives: 1 }, b: 3 },
      { b: [{ kind: 'cat', lives: 1 }] },
    ],
    rejects: [
      [{ a: { kind: 'cat' } }, '/a/lives'],
      [{ b: true }, '/b'],
    ],
    types: ['const lives: number | undefined = body.a?.lives', '! const a: object = body.a'],
  }),
  schemaRow({
    feature: '`oneOf` of closed objects, told apart by what they require',
    schema: `
      oneOf:
        - { type: object, additionalProperties: false, required: [url], properties: { url: { type: string } } }
        - { type: object, additionalProperties: false, required: [path], properties: { path: { type: string } } }
    `,
    takes: [{ url: 'x' }, { path: 'x' }],
    rejects: [
      [{}, '/url'],
      [{ url: 'x', path: 'x' }, ''],
    ],
  }),
  schemaRow({
    feature: '`anyOf` of objects that may fit together: a generic writer',
    note: 'the value is validated before it is written',
    schema: `
      type: object
      required: [id]
      properties: { id: { type: integer } }
      anyOf:
        - { required: [name], properties: { name: { type: string } } }
        - { required: [size], properties: { size: { type: integer } } }
    `,
    takes: [
      { id: 1, name: 'x' },
      { id: 1, size: 1 },
      { id: 1, name: 'x', size: 1 },
    ],
    rejects: [[{ id: 1 }, '/name']],
  }),
  schemaRow({
    feature: '`anyOf` that only requires',
    schema: `
      type: object
      properties: { a: { type: integer }, b: { type: integer } }
      anyOf: [{ required: [a] }, { required: [b] }]
    `,
    takes: [{ a: 1 }, { b: 1 }, { a: 1, b: 2 }],
    rejects: [[{}, '/a']],
  }),
  schemaRow({
    feature: 'Inheritance: a parent with a discriminator, and children that have it in `allOf`',
    schema: '{ type: array, items: { $ref: "#/components/schemas/Pet" } }',
    schemas: `
      Pet:
        type: object
        required: [kind]
        discriminator: { propertyName: kind, mapping: { cat: Cat } }
        properties: { kind: { type: string }, name: { type: string } }
      Cat:
        allOf:
          - $ref: '#/components/schemas/Pet'
          - { type: object, properties: { lives: { type: integer } } }
      Dog:
        allOf: [{ $ref: '#/components/schemas/Pet' }]
        properties: { friend: { $ref: '#/components/schemas/Pet' } }
    `,
    takes: [
      [
        { kind: 'cat', name: 'Tom', lives: 9 },
        { kind: 'Dog', friend: { kind: 'cat', lives: 1 } },
        { kind: 'Pet', name: 'x' },
      ],
    ],
    rejects: [
      [[{ kind: 'cat', lives: 'x' }], '/0/lives'],
      [[{ kind: 'bird' }], '/0/kind'],
    ],
  }),
  schemaRow({
    feature: '`not`',
    schema:
      '{ type: object, properties: { a: { type: string, not: { const: x } } }, not: { required: [b] } }',
    takes: [{ a: 'y' }],
    rejects: [
      [{ a: 'x' }, '/a'],
      [{ b: 1 }, ''],
    ],
  }),
  schemaRow({
    feature: '`if`, `then`, `else`',
    schema: `
      type: object
      required: [kind]
      properties: { kind: { type: string } }
      if: { properties: { kind: { const: a } } }
      then: { required: [x], properties: { x: { type: integer } } }
      else: { properties: { y: { type: integer } } }
    `,
    takes: [
      { kind: 'a', x: 1 },
      { kind: 'b', y: 1 },
    ],
    rejects: [
      [{ kind: 'a' }, '/x'],
      [{ kind: 'b', y: 'x' }, '/y'],
    ],
  }),
  schemaRow({
    feature: '`patternProperties` and `propertyNames`',
    schema: `
      type: object
      properties: { id: { type: integer } }
      patternProperties:
        '^n-': { type: integer }
        'o$': { type: [object, integer], properties: { a: { type: integer } } }
      additionalProperties: false
      propertyNames: { maxLength: 5 }
    `,
    takes: [{ id: 1, 'n-a': 1, 'n-o': 2, foo: { a: 1 } }, {}],
    rejects: [
      [{ 'n-a': 'x' }, '/n-a'],
      [{ other: 1 }, '/other'],
      [{ 'n-abcd': 1 }, ''],
    ],
  }),
  schemaRow({
    feature: '`prefixItems`: a tuple',
    schema: `
      type: object
      properties:
        open: { type: array, prefixItems: [{ type: string }, { type: integer }] }
        closed: { type: array, prefixItems: [{ type: string }], items: false }
        rest: { type: array, prefixItems: [{ type: string }], items: { type: integer } }
    `,
    takes: [
      { open: ['a', 1, true], closed: ['a'], rest: ['a', 1, 2] },
      { open: [], closed: [], rest: [] },
    ],
    rejects: [
      [{ open: [1] }, '/open/0'],
      [{ closed: ['a', 1] }, '/closed/1'],
      [{ rest: ['a', 'b'] }, '/rest/1'],
    ],
  }),
  schemaRow({
    feature: '`contains`, `minContains`, `maxContains`',
    schema:
      '{ type: array, items: { type: integer }, contains: { const: 1 }, minContains: 1, maxContains: 2 }',
    takes: [[1], [1, 2, 1]],
    rejects: [
      [[2], ''],
      [[1, 1, 1], ''],
    ],
    types: ['const all: number[] = body'],
  }),
  schemaRow({
    feature: '`dependentRequired` and `dependentSchemas`',
    schema: `
      type: object
      properties: { a: { type: integer }, b: { type: integer } }
      dependentRequired: { a: [b] }
      dependentSchemas: { b: { properties: { c: { type: integer } } } }
    `,
    takes: [{}, { b: 1 }, { a: 1, b: 1, c: 1 }],
    rejects: [
      [{ a: 1 }, '/b'],
      [{ b: 1, c: 'x' }, '/c'],
    ],
  }),
  schemaRow({
    feature: 'A schema that refers to itself',
    schema: '{ $ref: "#/components/schemas/Tree" }',
    schemas: `
      Tree:
        type: object
        required: [value]
        properties:
          value: { anyOf: [{ type: integer }, { $ref: '#/components/schemas/Tree' }] }
          children: { type: array, items: { $ref: '#/components/schemas/Tree' } }
    `,
    takes: [{ value: 1 }, { value: { value: 2 }, children: [{ value: 1, children: [] }] }],
    rejects: [
      [{ value: 1, children: [{}] }, '/children/0/value'],
      [{ value: {} }, '/value/value'],
    ],
    types: [
      'const value: number | undefined = typeof body.value === "number" ? body.value : undefined',
    ],
  }),
  {
    feature: 'A schema that is itself, without a member or item between',
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/A' } } } }
      schemas:
        A: { anyOf: [{ type: string }, { $ref: '#/components/schemas/B' }] }
        B: { allOf: [{ $ref: '#/components/schemas/A' }] }
    `,
    refused: 'engine/schema-keywords: refers to itself',
  },
  ...['$id', '$anchor', '$dynamicRef', '$dynamicAnchor'].map((key) => ({
    feature: `\`${key}\``,
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/A' } } } }
      schemas: { A: { type: string, ${key}: name } }
    `,
    refused: `engine/schema-keywords: ${key}`,
  })),
  {
    feature: '`unevaluatedItems` with `contains`',
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/A' } } } }
      schemas: { A: { type: array, contains: { const: 1 }, unevaluatedItems: false } }
    `,
    refused: 'engine/schema-keywords: unevaluatedItems',
  },
  {
    feature: '`patternProperties` in a contract with `unevaluatedProperties`',
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/A' } } } }
      schemas:
        A: { type: object, patternProperties: { '^a': { type: integer } }, unevaluatedProperties: false }
    `,
    refused: 'engine/schema-keywords: patternProperties',
  },
  {
    feature: '`unevaluatedProperties` beside `if` without `then` and `else`',
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/A' } } } }
      schemas:
        A:
          type: object
          if: { required: [a], properties: { a: true } }
          else: { properties: { b: true } }
          unevaluatedProperties: false
    `,
    refused: 'engine/schema-keywords: then and else',
  },
  {
    feature: 'A discriminator whose mapping leads nowhere',
    contract: `
      get /things: { responses: { 200: { json: { $ref: '#/components/schemas/Pet' } } } }
      schemas:
        Pet:
          oneOf: [{ $ref: '#/components/schemas/Cat' }]
          discriminator: { propertyName: kind, mapping: { cat: Tiger } }
        Cat: { type: object, properties: { kind: { type: string } } }
    `,
    refused: 'engine/union: Tiger',
  },
]

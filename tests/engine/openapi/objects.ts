// Rows: which members of objects reach handlers and clients.
import { type Case, type Row, schemaRow } from './row.ts'

/** Returns a case in which the handler gets `gets` of the body. */
const takes = (body: unknown, gets: unknown): Case => ({
  send: 'POST /things',
  body,
  gets: { body: gets },
  client: 'the types do not have all members',
})

const rejects = (body: unknown, pointer: string): Case => ({
  send: 'POST /things',
  body,
  answers: 422,
  at: `/body${pointer}`,
})

/** Returns a case in which the handler returns one body and the client gets another. */
const answers = (returned: unknown, body: unknown): Case => ({
  send: 'GET /things',
  returns: { status: 200, body: returned },
  answers: { status: 200, body },
})

export const objects: readonly Row[] = [
  {
    feature: 'no `additionalProperties`, in a request',
    note: 'handlers get the declared members only',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      schemas:
        Thing:
          type: object
          required: [name]
          properties:
            name: { type: string }
            size: { type: [object, 'null'], properties: { width: { type: number } } }
            parts: { type: array, items: { $ref: '#/components/schemas/Thing' } }
            byId: { type: object, additionalProperties: { $ref: '#/components/schemas/Thing' } }
            closed: { type: object, additionalProperties: false, properties: { x: { type: number } } }
            open:
              type: object
              additionalProperties: true
              properties: { of: { type: object, properties: { x: { type: number } } } }
    `,
    cases: [
      takes({ name: 'Ada' }, { name: 'Ada' }),
      takes({ name: 'Ada', color: 'red', toString: 1 }, { name: 'Ada' }),
      takes({ name: '', size: { width: 1, depth: 2 } }, { name: '', size: { width: 1 } }),
      takes({ name: '', size: null }, { name: '', size: null }),
      takes(
        {
          name: '',
          parts: [
            { name: 'a', x: 1 },
            { name: 'b', parts: [{ name: 'c', y: {} }] },
          ],
        },
        { name: '', parts: [{ name: 'a' }, { name: 'b', parts: [{ name: 'c' }] }] },
      ),
      takes(
        { name: '', byId: { one: { name: 'a', x: 1 } }, x: 1 },
        { name: '', byId: { one: { name: 'a' } } },
      ),
      takes(
        { name: '', open: { any: { x: 1, y: 2 }, of: { x: 1, y: 2 } } },
        { name: '', open: { any: { x: 1, y: 2 }, of: { x: 1 } } },
      ),
      rejects({ color: 'red' }, '/name'),
      rejects({ name: '', closed: { x: 1, y: 2 } }, '/closed/y'),
    ],
    types: ['const name: string = body.name', '! const color = body.color'],
  },
  {
    feature: 'no `additionalProperties`, in a response',
    note: 'clients get the declared members only',
    contract: `
      get /things:
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          type: object
          properties:
            name: { type: string }
            size: { type: object, properties: { width: { type: number } } }
            parts: { type: array, items: { $ref: '#/components/schemas/Thing' } }
    `,
    cases: [
      answers({}, {}),
      answers({ name: 'Ada', password: 'x' }, { name: 'Ada' }),
      answers(
        { size: { width: 1, y: 1 }, parts: [{ x: 1, parts: [{ name: 'a', x: 1 }] }] },
        { size: { width: 1 }, parts: [{ parts: [{ name: 'a' }] }] },
      ),
    ],
  },
  {
    feature: '`type: object` without any member: a free-form object',
    contract: `
      post /things:
        requestBody: { json: { type: object, properties: { data: { type: object } } } }
        responses: { 200: { json: { type: object } } }
    `,
    cases: [
      {
        send: 'POST /things',
        body: { data: { a: [{ b: 1 }] } },
        gets: { body: { data: { a: [{ b: 1 }] } } },
        returns: { status: 200, body: { any: { thing: null } } },
      },
      rejects({ data: [] }, '/data'),
    ],
    types: ['const all: unknown = body.data?.anything'],
  },
  {
    feature: 'no `additionalProperties`, in parameters and forms',
    contract: `
      post /things:
        parameters:
          - { name: at, in: query, style: deepObject, schema: { type: object, properties: { x: { type: integer } } } }
        requestBody:
          content:
            application/x-www-form-urlencoded:
              schema: { type: object, properties: { name: { type: string } } }
    `,
    cases: [
      {
        send: 'POST /things?at[x]=1&at[y]=2',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'name=Ada&color=red',
        gets: { query: { at: { x: 1 } }, body: { name: 'Ada' } },
        client: 'the types do not have all members',
      },
    ],
  },
  {
    feature: '`default` of a member',
    note: 'filled in for handlers, also behind a `$ref`',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties:
            name: { type: string, default: anonymous }
            size: { $ref: '#/components/schemas/Size' }
            parts: { type: array, items: { $ref: '#/components/schemas/Thing' } }
            at: { type: object, properties: { x: { type: integer, default: 0 } }, default: {} }
            color: { $ref: '#/components/schemas/Size', default: 7 }
        Size: { type: integer, default: 5, maximum: 9 }
    `,
    cases: [
      takes({}, { name: 'anonymous', size: 5, at: { x: 0 }, color: 7 }),
      takes({ at: {}, size: 1, name: '', color: 0 }, { at: { x: 0 }, size: 1, name: '', color: 0 }),
      takes(
        { name: '', size: 1, at: { x: 1 }, color: 1, parts: [{ name: 'a', y: undefined }] },
        {
          ...{ name: '', size: 1, at: { x: 1 }, color: 1 },
          parts: [{ name: 'a', size: 5, at: { x: 0 }, color: 7 }],
        },
      ),
      rejects({ size: 10 }, '/size'),
    ],
    types: [
      'const name: string = body.name',
      'const size: number = body.size',
      'const x: number = body.at.x',
      'const sizes: number[] | undefined = body.parts?.map((it) => it.size)',
      'client.POST("/things", { body: {} })',
      'client.POST("/things", { body: { at: {}, parts: [{}] } })',
    ],
  },
  {
    feature: '`default` of a member that is required',
    note: 'callers have to send it',
    contract: `
      post /things:
        requestBody:
          json: { type: object, required: [size], properties: { size: { type: integer, default: 5 } } }
    `,
    cases: [takes({ size: 1 }, { size: 1 }), rejects({}, '/size')],
    types: ['const size: number = body.size', '! client.POST("/things", { body: {} })'],
  },
  {
    feature: '`default` of a member of a merge patch',
    contract: `
      patch /things:
        requestBody: { content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/Thing' } } } }
      schemas: { Thing: { type: object, properties: { size: { type: integer, default: 5 } } } }
    `,
    refused: 'engine/default-valid: a merge patch has no defaults',
  },
  {
    feature: '`default` and `readOnly` of members of parameters and forms',
    contract: `
      post /things:
        parameters:
          - name: at
            in: query
            style: deepObject
            schema:
              type: object
              properties:
                x: { type: integer, default: 3 }
                y: { type: integer }
                id: { type: integer, readOnly: true }
        requestBody:
          content:
            application/x-www-form-urlencoded:
              schema:
                type: object
                properties:
                  count: { $ref: '#/components/schemas/Count' }
                  id: { type: integer, readOnly: true }
      schemas: { Count: { type: integer, default: 5 } }
    `,
    cases: [
      {
        send: 'POST /things?at[y]=1&at[id]=4',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'id=1&other=2',
        gets: { query: { at: { x: 3, y: 1 } }, body: { count: 5 } },
        client: 'the types do not have all members',
      },
    ],
    types: ['const count: number = body.count', 'const x: number | undefined = query.at?.x'],
  },
  {
    feature: '`readOnly`: a member that only responses have',
    note: 'requests need not send it; a closed object refuses it, any other ignores it',
    contract: `
      put /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Id: { type: integer, readOnly: true }
        Thing:
          type: object
          required: [id, name]
          properties:
            id: { $ref: '#/components/schemas/Id' }
            name: { type: string }
            at: { type: string, readOnly: true }
            parts: { type: array, items: { $ref: '#/components/schemas/Part' } }
            closed: { $ref: '#/components/schemas/Closed' }
            open:
              type: object
              additionalProperties: { type: integer }
              required: [id]
              properties: { id: { $ref: '#/components/schemas/Id' } }
        Part:
          type: object
          required: [id]
          properties: { id: { $ref: '#/components/schemas/Id' }, name: { type: string } }
        Closed:
          type: object
          additionalProperties: false
          required: [id]
          properties: { id: { $ref: '#/components/schemas/Id' }, x: { type: integer } }
    `,
    cases: [
      {
        send: 'PUT /things',
        body: { name: 'Ada', open: { n: 1 }, closed: { x: 1 } },
        gets: { body: { name: 'Ada', open: { n: 1 }, closed: { x: 1 } } },
        returns: { status: 200, body: { id: 1, name: 'Ada', closed: { id: 2 }, open: { id: 3 } } },
      },
      {
        send: 'PUT /things',
        body: {
          id: 'x',
          at: 1,
          name: 'Ada',
          parts: [{ id: 1, name: 'a' }],
          open: { id: 'x', n: 1 },
        },
        gets: { body: { name: 'Ada', parts: [{ name: 'a' }], open: { n: 1 } } },
        returns: { status: 200, body: { id: 1, name: 'Ada', at: 'now' } },
        client: 'the types do not have all members',
      },
      {
        send: 'PUT /things',
        body: { name: 'Ada', closed: { id: 1 } },
        answers: 422,
        at: '/body/closed/id',
        client: 'the types do not have all members',
      },
    ],
    types: [
      '! const id = body.id',
      'const name: string = body.name',
      '! const id = body.closed?.id',
      'return { status: 200, body: { id: 1, name: "Ada" } }',
      '! return { status: 200, body: { name: "Ada" } }',
      'client.PUT("/things", { body: { name: "Ada" } })',
      '! client.PUT("/things", { body: { id: 1, name: "Ada" } })',
      'client.PUT("/things", { body: { name: "" } }).then((it): number | undefined => it.data?.id)',
    ],
  },
  {
    feature: '`writeOnly`: a member that only requests have',
    note: 'it leaves in no response',
    contract: `
      put /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Password: { type: string, writeOnly: true }
        Thing:
          type: object
          required: [password]
          properties:
            password: { $ref: '#/components/schemas/Password' }
            code: { type: integer, writeOnly: true }
            parts: { type: array, items: { $ref: '#/components/schemas/Thing' } }
            open:
              type: object
              additionalProperties: true
              properties: { password: { $ref: '#/components/schemas/Password' } }
    `,
    cases: [
      {
        send: 'PUT /things',
        body: { password: 'x', code: 1, parts: [{ password: 'y' }], open: { password: 'z' } },
        gets: {
          body: { password: 'x', code: 1, parts: [{ password: 'y' }], open: { password: 'z' } },
        },
        returns: { status: 200, body: {} },
      },
      {
        send: 'PUT /things',
        body: { password: 'x' },
        returns: {
          status: 200,
          body: { password: 'x', code: 1, parts: [], open: { password: 'z', a: 1 } },
        },
        answers: { body: { parts: [], open: { a: 1 } } },
      },
      { send: 'PUT /things', body: { code: 1 }, answers: 422, at: '/body/password' },
    ],
    types: [
      'const password: string = body.password',
      'return { status: 200, body: {} }',
      '! client.PUT("/things", { body: {} })',
      'client.PUT("/things", { body: { password: "x", code: 1 } })',
      '! client.PUT("/things", { body: { password: "" } }).then((it) => it.data?.password)',
    ],
  },
  {
    feature: 'a member that a response does not declare, in what a handler returns',
    note: 'it compiles, and does not leave',
    contract: `
      get /things:
        responses:
          200: { json: { type: object, additionalProperties: false, properties: { name: { type: string } } } }
    `,
    cases: [answers({ name: 'Ada', password: 'x' }, { name: 'Ada' })],
  },
  schemaRow({
    feature: '`enum` of each type',
    schema: `
      type: object
      additionalProperties: false
      properties:
        text: { type: string, enum: [a, it's, ''] }
        count: { type: integer, enum: [1, 2] }
        size: { type: number, enum: [0.5] }
        isOn: { type: boolean, enum: [true] }
        maybe: { type: [string, 'null'], enum: [a, null] }
        list: { type: array, items: { type: integer }, enum: [[1, 2]] }
    `,
    takes: [
      { text: "it's", count: 1, size: 0.5, isOn: true, maybe: null, list: [1, 2] },
      { text: '', count: 2, maybe: 'a' },
    ],
    rejects: [
      [{ text: 'b' }, '/text'],
      [{ count: 3 }, '/count'],
      [{ isOn: false }, '/isOn'],
      [{ maybe: 'b' }, '/maybe'],
      [{ list: [1] }, '/list'],
    ],
    types: [
      "const text: 'a' | \"it's\" | '' | undefined = body.text",
      'const count: 1 | 2 | undefined = body.count',
      "const maybe: 'a' | null | undefined = body.maybe",
      'const isOn: true | undefined = body.isOn',
      '! return { status: 200, body: { count: 3 } }',
    ],
  }),
  schemaRow({
    feature: 'Components with the names of members of every JavaScript object',
    schema: '{ $ref: "#/components/schemas/constructor" }',
    schemas: `
      constructor:
        type: object
        additionalProperties: false
        properties: { next: { $ref: '#/components/schemas/toString' } }
      toString: { type: integer }
    `,
    takes: [{}, { next: 1 }],
    rejects: [[{ next: 'x' }, '/next']],
  }),
  ...['__proto__', 'constructor'].map((name) => ({
    feature: `a property called \`${name}\``,
    contract: `
      post /things:
        requestBody: { json: { type: object, properties: { ${name}: { type: integer } } } }
    `,
    refused: `engine/schema-keywords: a property called ${name}`,
  })),
  {
    feature: 'no `additionalProperties` in `allOf`: what any of its schemas declares',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      get /things:
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Base: { type: object, properties: { a: { type: integer }, size: { type: object, properties: { x: { type: integer } } } } }
        Thing:
          allOf:
            - $ref: '#/components/schemas/Base'
            - { properties: { b: { type: integer }, size: { type: object, properties: { y: { type: integer } } } } }
    `,
    cases: [
      takes({ a: 1, b: 2, c: 3, size: { x: 1, y: 2, z: 3 } }, { a: 1, b: 2, size: { x: 1, y: 2 } }),
      answers(
        { a: 1, b: 2, c: 3, size: { x: 1, y: 2, z: 3 } },
        { a: 1, b: 2, size: { x: 1, y: 2 } },
      ),
      rejects({ size: { x: 'a' } }, '/size/x'),
    ],
  },
  {
    feature: 'no `additionalProperties` in `anyOf`: what the branches declare that the value fits',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      get /things:
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          type: object
          properties: { id: { type: integer } }
          anyOf:
            - { required: [a], properties: { a: { type: integer } } }
            - { required: [b], properties: { b: { type: integer, default: 1 }, c: { type: integer, default: 3 } } }
    `,
    cases: [
      takes({ id: 1, a: 1, x: 1 }, { id: 1, a: 1 }),
      takes({ a: 1, b: 2, x: 1 }, { a: 1, b: 2, c: 3 }),
      takes({ a: 1, b: 'x' }, { a: 1 }),
      answers({ a: 1, b: 2, x: 1 }, { a: 1, b: 2 }),
      rejects({ id: 1 }, '/a'),
    ],
  },
  {
    feature: 'no `additionalProperties` in `oneOf` with a discriminator',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      get /things:
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
          discriminator: { propertyName: kind }
        Cat:
          type: object
          required: [kind]
          properties: { kind: { type: string }, lives: { type: integer, default: 9 } }
        Dog:
          type: object
          required: [kind, id]
          properties: { kind: { type: string }, id: { type: integer, readOnly: true } }
    `,
    cases: [
      takes({ kind: 'Cat', tricks: 1 }, { kind: 'Cat', lives: 9 }),
      takes({ kind: 'Dog', lives: 1, id: 2 }, { kind: 'Dog' }),
      answers({ kind: 'Dog', id: 1, lives: 2 }, { kind: 'Dog', id: 1 }),
      rejects({ kind: 'Cow' }, '/kind'),
    ],
  },
  {
    feature: 'no `additionalProperties` beside `patternProperties` and `if`',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      get /things:
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          type: object
          properties: { kind: { type: string } }
          patternProperties: { '^n_': { type: object, properties: { x: { type: integer } } } }
          if: { properties: { kind: { const: a } } }
          then: { properties: { a: { type: integer } } }
          else: { properties: { b: { type: integer } } }
    `,
    cases: [
      takes({ kind: 'a', a: 1, b: 2, n_1: { x: 1, y: 2 } }, { kind: 'a', a: 1, n_1: { x: 1 } }),
      takes({ kind: 'b', a: 1, b: 2 }, { kind: 'b', b: 2 }),
      answers({ kind: 'b', a: 1, b: 2, n_1: { x: 1, y: 2 } }, { kind: 'b', b: 2, n_1: { x: 1 } }),
    ],
  },
  {
    feature: '`readOnly` and `writeOnly` in `allOf`',
    note: 'also beside a schema that keeps all members',
    contract: `
      put /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Base:
          type: object
          properties: { id: { type: integer, readOnly: true }, password: { type: string, writeOnly: true } }
        Thing:
          allOf:
            - $ref: '#/components/schemas/Base'
            - { type: object, required: [id, password], properties: { name: { type: string } } }
            - { type: object, additionalProperties: true }
    `,
    cases: [
      {
        send: 'PUT /things',
        body: { id: 'x', password: 'p', name: 'Ada', more: 1 },
        gets: { body: { password: 'p', name: 'Ada', more: 1 } },
        returns: { status: 200, body: { id: 1, password: 'p', name: 'Ada', more: 1 } },
        answers: { body: { id: 1, name: 'Ada', more: 1 } },
        client: 'the types do not have all members',
      },
      { send: 'PUT /things', body: { name: 'Ada' }, answers: 422, at: '/body/password' },
    ],
  },
  {
    feature: 'a `readOnly` discriminator',
    contract: `
      post /things:
        requestBody:
          json:
            oneOf: [{ $ref: '#/components/schemas/Cat' }]
            discriminator: { propertyName: kind }
      schemas:
        Cat:
          type: object
          required: [kind]
          properties: { kind: { type: string, const: cat, readOnly: true } }
    `,
    refused: 'engine/union: the member kind must be neither readOnly nor writeOnly',
  },
  {
    feature: '`required` names a member that `properties` does not have',
    note: 'it may have any value',
    contract: `
      put /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
        responses: { 200: { json: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          allOf:
            - { $ref: '#/components/schemas/Base' }
            - { required: [id, size], properties: { name: { type: string } } }
        Base: { type: object, properties: { id: { type: integer } } }
    `,
    cases: [
      {
        send: 'PUT /things',
        body: { id: 1, size: { x: 1 }, name: 'Ada' },
        gets: { body: { id: 1, size: { x: 1 }, name: 'Ada' } },
        returns: { status: 200, body: { id: 1, size: [1] } },
      },
      { send: 'PUT /things', body: { id: 1 }, answers: 422, at: '/body/size' },
    ],
    types: ['const id: number | undefined = body.id', 'const size: unknown = body.size'],
  },
]

// Rows: the document around the operations.
import { type Row, schemaRow } from './row.ts'

const pet = `
      schemas:
        Pet:
          type: object
          required: [id]
          additionalProperties: false
          properties: { id: { type: integer, readOnly: true }, name: { type: string } }
`

export const documents: readonly Row[] = [
  {
    feature: '`webhooks`: types of what they send and get back',
    contract: `
      get /things: null
      webhooks:
        new-pet:
          post:
            requestBody:
              required: true
              content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
            responses:
              200:
                description: Taken
                content: { application/json: { schema: { type: object, required: [ok], properties: { ok: { type: boolean } } } } }
              4XX: { description: Refused }
${pet}`,
    cases: [{ send: 'GET /things', gets: {} }],
    types: [
      "const sent: Webhooks['new-pet']['body'] = { id: 1, name: 'Rex' }",
      "! const unnamed: Webhooks['new-pet']['body'] = { name: 'Rex' }",
      "const got: Webhooks['new-pet']['responses'][200] = { ok: true }",
      "! const wrong: Webhooks['new-pet']['responses'][200] = { ok: 'yes' }",
      "const refused: undefined = null as unknown as Webhooks['new-pet']['responses']['4XX']",
      "const method: 'post' = null as unknown as Webhooks['new-pet']['method']",
    ],
    note: '`Webhooks` in `generated/types.d.ts`; the service sends none by itself',
  },
  {
    feature: '`callbacks`: types of what they send and get back',
    contract: `
      post /subscriptions:
        requestBody: { json: { type: object, required: [url], properties: { url: { type: string } } } }
        callbacks:
          onPet:
            '{$request.body#/url}':
              post:
                operationId: receivePet
                requestBody: { content: { application/json: { schema: { type: object, required: [age], properties: { age: { type: integer } } } } } }
                responses: { 204: { description: Taken } }
    `,
    cases: [
      {
        send: 'POST /subscriptions',
        body: { url: 'https://a.example' },
        gets: { body: { url: 'https://a.example' } },
      },
    ],
    types: [
      "const sent: Webhooks['postSubscriptions.onPet']['body'] = { age: 3 }",
      "const none: Webhooks['postSubscriptions.onPet']['body'] = undefined",
      "! const wrong: Webhooks['postSubscriptions.onPet']['body'] = { age: 'three' }",
    ],
    note: '`Webhooks` has them by operation and name',
  },
  {
    feature: '`components.pathItems` of paths and webhooks',
    contract: `
      paths:
        /things/{id}: { $ref: '#/components/pathItems/Thing' }
        /copies/{id}: { $ref: '#/components/pathItems/Thing' }
      webhooks:
        changed: { $ref: '#/components/pathItems/Changed' }
      components:
        pathItems:
          Thing:
            parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
            get: { operationId: getThing, responses: { 204: { description: Done } } }
          Changed:
            post:
              operationId: getThing
              requestBody: { required: true, content: { application/json: { schema: { type: string } } } }
              responses: { 204: { description: Taken } }
    `,
    cases: [
      { send: 'GET /things/7', gets: { params: { id: 7 } } },
      { send: 'GET /copies/8', gets: { params: { id: 8 } } },
      { send: 'GET /copies/a', answers: 422, at: '/path/id' },
    ],
    types: [
      'const id: number = params.id',
      "const sent: Webhooks['changed']['body'] = 'a'",
      "! const wrong: Webhooks['changed']['body'] = 1",
    ],
  },
  schemaRow({
    feature: '`pattern`, `patternProperties`: escapes without a meaning, and missing ones',
    schema: String.raw`
      type: object
      additionalProperties: false
      properties:
        email: { type: string, pattern: '^[\w-.]+\@[\w\-]+\.org$' }
        guid: { type: string, pattern: '^{[0-9a-f]{4}\-[0-9a-f]{2,}}$' }
      patternProperties: { '^\_\_[a-z]$': { type: string, maxLength: 3 } }
    `,
    takes: [{ email: 'ada-b.c@a-b.org', guid: '{01ab-01}', __a: 'b' }],
    rejects: [
      [{ email: 'ada@b@c.org' }, '/email'],
      [{ guid: '01ab-01' }, '/guid'],
      [{ __a: 'abcd' }, '/__a'],
    ],
  }),
  schemaRow({
    feature: 'items with members called `required`, `properties` and `items`',
    schema: `
      type: array
      items:
        type: object
        additionalProperties: false
        required: [required]
        properties:
          required: { type: boolean }
          properties: { type: object, additionalProperties: { type: integer } }
          items: { type: array, items: { type: integer } }
          added: { type: integer, readOnly: true }
    `,
    takes: [[{ required: true, properties: { a: 1 }, items: [1] }], [{ required: false }]],
    rejects: [[[{ required: 'yes' }], '/0/required']],
  }),
  {
    feature: 'a pattern of another dialect',
    contract: String.raw`
      get /things: { parameters: [{ name: name, in: query, schema: { $ref: '#/components/schemas/Name' } }] }
      schemas: { Name: { type: string, pattern: '^\h+\Z' } }
    `,
    refused: 'engine/schema-compiles: the schema does not compile: Invalid regular expression',
  },
]

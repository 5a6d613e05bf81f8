// Rows: documents of OpenAPI 2.0. What 3.1 says in the same words is in the other topics.
import type { Row } from './row.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const parts = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, it]) => `--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n${it}\r\n`)
    .join('')
    .concat('--b--\r\n')

export const swagger: readonly Row[] = [
  {
    feature: '`in: formData`: types, limits, values and defaults of fields',
    contract: `
swagger: '2.0'
post /things:
  parameters:
    - { name: count, in: formData, type: integer, minimum: 3, exclusiveMinimum: true, required: true }
    - { name: color, in: formData, type: string, enum: [red, blue], default: red }
`,
    cases: [
      {
        send: 'POST /things',
        headers: form,
        body: 'count=4',
        gets: { body: { count: 4, color: 'red' } },
      },
      { send: 'POST /things', headers: form, body: 'count=3', answers: 422, at: '/body/count' },
      {
        send: 'POST /things',
        headers: form,
        body: 'count=4&color=x',
        answers: 422,
        at: '/body/color',
      },
      { send: 'POST /things', headers: form, body: 'color=red', answers: 422, at: '/body/count' },
      { send: 'POST /things', answers: 422, client: 'the types require the body' },
    ],
    types: ["const color: 'red' | 'blue' = body.color", 'const count: number = body.count'],
  },
  {
    feature: '`in: formData`: `collectionFormat` of a field, by default `csv`',
    contract: `
swagger: '2.0'
post /things:
  parameters:
    - { name: csv, in: formData, type: array, items: { type: integer } }
    - { name: multi, in: formData, type: array, items: { type: string }, collectionFormat: multi }
    - { name: pipes, in: formData, type: array, items: { type: string }, collectionFormat: pipes }
`,
    cases: [
      {
        send: 'POST /things',
        headers: form,
        body: 'csv=1,2&multi=a,b&multi=c&pipes=a|b',
        gets: { body: { csv: [1, 2], multi: ['a,b', 'c'], pipes: ['a', 'b'] } },
        client: 'openapi-fetch knows no encoding',
      },
      { send: 'POST /things', headers: form, body: 'csv=1,a', answers: 422, at: '/body/csv/1' },
    ],
  },
  {
    feature: '`type: file` among fields, some in `parameters` of the path and of the document',
    contract: `
swagger: '2.0'
consumes: [application/json]
parameters:
  Upload: { name: upload, in: formData, type: file, required: true }
paths:
  /things:
    parameters: [{ name: note, in: formData, type: string, maxLength: 3 }]
    post:
      operationId: postThings
      security: []
      parameters: [{ $ref: '#/parameters/Upload' }]
      responses: { 204: { description: Done } }
`,
    cases: [
      {
        send: 'POST /things',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: parts({ 'name="note"': 'abc', 'name="upload"; filename="a.txt"': 'text' }),
        client: 'it sends a file',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: parts({ 'name="note"': 'abcd', 'name="upload"; filename="a.txt"': 'text' }),
        answers: 422,
        at: '/body/note',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: parts({ 'name="note"': 'abc' }),
        answers: 422,
        at: '/body/upload',
      },
    ],
  },
  {
    feature: '`collectionFormat` of a query: `csv` by default, `ssv`, `pipes`, `multi`',
    contract: `
swagger: '2.0'
get /things:
  parameters:
    - { name: csv, in: query, type: array, items: { type: integer } }
    - { name: ssv, in: query, type: array, items: { type: string }, collectionFormat: ssv }
    - { name: pipes, in: query, type: array, items: { type: string }, collectionFormat: pipes }
    - { name: multi, in: query, type: array, items: { type: string }, collectionFormat: multi }
`,
    cases: [
      {
        send: 'GET /things?csv=1,2&ssv=a%20b&pipes=a|b&multi=a,b&multi=c',
        gets: {
          query: { csv: [1, 2], ssv: ['a', 'b'], pipes: ['a', 'b'], multi: ['a,b', 'c'] },
        },
      },
      { send: 'GET /things?csv=1,a', answers: 422, at: '/query/csv/1' },
    ],
  },
  {
    feature: '`collectionFormat: tsv`, and another than `csv` outside of queries and forms',
    contract: `
swagger: '2.0'
get /things:
  parameters: [{ name: tag, in: query, type: array, items: { type: string }, collectionFormat: tsv }]
`,
    refused: 'engine/parameter-type: the query parameter tag has the collectionFormat tsv',
  },
  {
    feature: '`consumes` and `produces` of an operation replace those of the document',
    contract: `
swagger: '2.0'
consumes: [application/json]
produces: [application/json]
responses: { Lost: { description: Lost, schema: { type: object, properties: { code: { type: integer } } } } }
post /things:
  consumes: [text/plain]
  produces: [text/csv]
  parameters: [{ name: anything, in: body, required: true, schema: { type: string, maxLength: 3 } }]
  responses:
    200: { description: Done, schema: { type: string } }
    404: { $ref: '#/responses/Lost' }
`,
    cases: [
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/plain' },
        body: 'abc',
        gets: { body: 'abc' },
        client: 'openapi-fetch writes JSON',
        returns: { status: 200, body: 'a,b' },
        answers: { headers: { 'content-type': 'text/csv; charset=utf-8' } },
      },
      {
        send: 'POST /things',
        body: 'abc',
        headers: { 'content-type': 'application/json' },
        answers: 415,
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/plain' },
        body: 'abc',
        client: 'openapi-fetch writes JSON',
        returns: { status: 404, body: { code: 1 } },
        answers: { headers: { 'content-type': 'application/json' } },
      },
    ],
    note: 'An error with an object, where no type of the list can hold one, is JSON.',
  },
  {
    feature: '`type: file` as a response',
    contract: `
swagger: '2.0'
get /things:
  responses: { 200: { description: Done, schema: { type: file } } }
`,
    cases: [
      {
        send: 'GET /things',
        returns: { status: 200, body: 'bytes' },
        answers: { body: 'bytes', headers: { 'content-type': 'application/octet-stream' } },
      },
    ],
    types: ['return { status: 200, body: new Uint8Array([1]) }'],
  },
  {
    feature: '`discriminator`: the names of the children, in any characters',
    contract: `
swagger: '2.0'
post /pets:
  parameters: [{ name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }]
definitions:
  Pet: { type: object, discriminator: kind, required: [kind], properties: { kind: { type: string } } }
  'Cat«Indoor»':
    allOf: [{ $ref: '#/definitions/Pet' }, { type: object, required: [claws], properties: { claws: { type: integer } } }]
`,
    cases: [
      {
        send: 'POST /pets',
        body: { kind: 'Cat«Indoor»', claws: 3 },
        gets: { body: { kind: 'Cat«Indoor»', claws: 3 } },
      },
      { send: 'POST /pets', body: { kind: 'Cat«Indoor»' }, answers: 422, at: '/body/claws' },
      { send: 'POST /pets', body: { kind: 'Cat_Indoor_', claws: 3 }, answers: 422 },
    ],
  },
]

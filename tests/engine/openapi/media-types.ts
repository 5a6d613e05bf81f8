// Rows: the media types of request bodies.
import type { Row } from './row.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }
const chunked = { 'transfer-encoding': 'chunked' }
const client = 'it sends application/json'

export const mediaTypes: readonly Row[] = [
  {
    feature: 'a media type that ends in `+json`, and its parameters',
    contract: `
      patch /things:
        requestBody:
          required: true
          content: { application/merge-patch+json: { schema: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties: { name: { type: string, maxLength: 5 } }
    `,
    cases: [
      {
        send: 'PATCH /things',
        headers: { 'content-type': 'application/merge-patch+json; charset=utf-8' },
        body: '{"name":"Ada"}',
        gets: { body: { name: 'Ada' } },
        client: 'it sends application/json',
      },
      { send: 'PATCH /things', headers: json, body: '{"name":"Ada"}', answers: 415 },
    ],
  },
  {
    feature: 'media ranges in `content`',
    contract: `
      post /things:
        requestBody:
          required: true
          content:
            application/*: { schema: { type: object, additionalProperties: false } }
            text/*: { schema: { type: string, maxLength: 5 } }
    `,
    cases: [
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/vnd.thing+json' },
        body: '{}',
        gets: { body: {} },
        client: 'it sends application/json',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/csv' },
        body: 'a,b',
        gets: { body: 'a,b' },
        client: 'it sends application/json',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/csv' },
        body: 'a,b,c,d',
        answers: 422,
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/*' },
        body: '{}',
        answers: 415,
      },
      { send: 'POST /things', headers: { 'content-type': 'image/png' }, body: 'x', answers: 415 },
    ],
  },
  {
    feature: 'several media types in `content`',
    contract: `
      post /things:
        requestBody:
          required: true
          content:
            application/json: { schema: { $ref: '#/components/schemas/Thing' } }
            application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Thing' } }
            text/plain: { schema: { type: string, maxLength: 5 } }
            image/*: {}
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties: { count: { type: integer } }
    `,
    cases: [
      {
        send: 'POST /things',
        body: { count: 1 },
        gets: { bodyType: 'application/json', body: { count: 1 } },
      },
      {
        send: 'POST /things',
        headers: form,
        body: 'count=1',
        gets: { bodyType: 'application/x-www-form-urlencoded', body: { count: 1 } },
        client: 'it sends application/json',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'Text/Plain; charset=utf-8' },
        body: 'hello',
        gets: { bodyType: 'text/plain', body: 'hello' },
        client: 'it sends application/json',
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'image/png' },
        body: 'bytes',
        gets: { bodyType: 'image/png' },
        client: 'it sends application/json',
      },
      { send: 'POST /things', body: { count: 'x' }, answers: 422, at: '/body/count' },
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/plain' },
        body: 'hello!',
        answers: 422,
        at: '/body',
      },
      { send: 'POST /things', headers: { 'content-type': 'text/csv' }, body: 'a', answers: 415 },
      { send: 'POST /things', answers: 422, at: '/body' },
    ],
    types: [
      "if (bodyType === 'text/plain') { const text: string = body }",
      "if (bodyType === 'application/json') { const count: number | undefined = body.count }",
      '! const count: number | undefined = body.count',
      "! if (bodyType === 'text/csv') { const text: string = body }",
    ],
  },
  {
    feature: '`*/*` in `content`',
    contract: `
      post /things: { requestBody: { required: true, content: { '*/*': {} } } }
      post /numbers:
        requestBody:
          required: true
          content: { '*/*': { schema: { type: object, additionalProperties: false } } }
    `,
    cases: [
      { send: 'POST /things', headers: { 'content-type': 'video/mp4' }, body: 'bytes' },
      { send: 'POST /things', headers: { 'content-type': 'video' }, body: 'bytes', answers: 415 },
      { send: 'POST /things', headers: { 'content-type': '*/*' }, body: 'bytes', answers: 415 },
      {
        send: 'POST /numbers',
        headers: { 'content-type': 'a/b+json' },
        body: '{}',
        gets: { body: {} },
        client: 'it sends application/json',
      },
      {
        send: 'POST /numbers',
        headers: { 'content-type': 'video/mp4' },
        body: 'bytes',
        answers: 415,
      },
    ],
    types: ["const stream: import('node:stream').Readable = body"],
  },
  {
    feature: '`application/octet-stream` with `format: binary`, and `contentMediaType`',
    contract: `
      put /file:
        requestBody:
          required: true
          content: { application/octet-stream: { schema: { type: string, format: binary } } }
      put /image:
        requestBody:
          required: true
          content: { image/png: { schema: { type: string, contentMediaType: image/png } } }
    `,
    cases: [
      { send: 'PUT /file', headers: { 'content-type': 'application/octet-stream' }, body: 'bytes' },
      { send: 'PUT /image', headers: { 'content-type': 'image/png' }, body: 'bytes' },
      { send: 'PUT /image', headers: { 'content-type': 'image/gif' }, body: 'bytes', answers: 415 },
    ],
    types: ["const stream: import('node:stream').Readable = body"],
  },
  {
    feature: '`text/plain`',
    contract: `
      put /note:
        requestBody:
          content: { text/plain: { schema: { type: string, maxLength: 5 } } }
    `,
    cases: [
      {
        send: 'PUT /note',
        headers: { 'content-type': 'text/plain' },
        body: 'héé',
        gets: { body: 'héé' },
        client: 'it sends application/json',
      },
      {
        send: 'PUT /note',
        headers: { 'content-type': 'text/plain' },
        body: 'a\0',
        answers: 422,
        at: '/body',
      },
      {
        send: 'PUT /note',
        headers: { 'content-type': 'text/plain; charset=latin1' },
        body: 'a',
        answers: 415,
      },
    ],
  },
  {
    feature: 'a body of zero bytes with its `Content-Type`',
    note: 'It is an empty form, text or file, while no JSON has zero bytes.',
    contract: `
      post /form:
        requestBody:
          required: true
          content:
            application/x-www-form-urlencoded:
              schema: { type: object, additionalProperties: false, properties: { name: { type: string } } }
      post /named:
        requestBody:
          required: true
          content:
            application/x-www-form-urlencoded:
              schema: { type: object, additionalProperties: false, required: [name], properties: { name: { type: string } } }
      post /text:
        requestBody: { required: true, content: { text/plain: { schema: { type: string, maxLength: 5 } } } }
      post /file:
        requestBody: { required: true, content: { application/octet-stream: {} } }
      post /files:
        requestBody:
          required: true
          content:
            multipart/form-data:
              schema: { type: object, additionalProperties: false, properties: { name: { type: string } } }
      post /json:
        requestBody:
          required: false
          content: { application/json: { schema: { type: array, items: { type: integer } } } }
    `,
    cases: [
      { send: 'POST /form', headers: form, body: '', gets: { body: {} }, client },
      { send: 'POST /form', headers: { ...form, ...chunked }, gets: { body: {} }, client },
      { send: 'POST /form', answers: 422, at: '/body' },
      { send: 'POST /named', headers: form, body: '', answers: 422, at: '/body/name' },
      {
        send: 'POST /text',
        headers: { 'content-type': 'text/plain' },
        body: '',
        gets: { body: '' },
        client,
      },
      {
        send: 'POST /file',
        headers: { 'content-type': 'application/octet-stream' },
        body: '',
        client,
      },
      {
        send: 'POST /files',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: '',
        answers: 400,
      },
      {
        send: 'POST /json',
        headers: { 'content-type': 'application/json' },
        body: '',
        gets: { body: undefined },
      },
      { send: 'POST /json', headers: form, body: '', gets: { body: undefined } },
    ],
  },
  {
    feature: '`application/octet-stream` without a schema',
    contract: `
      put /file:
        requestBody: { required: true, content: { application/octet-stream: {} } }
    `,
    cases: [
      {
        send: 'PUT /file',
        headers: { 'content-type': 'application/octet-stream' },
        body: 'bytes',
        client: 'it sends application/json',
      },
      { send: 'PUT /file', answers: 422, at: '/body' },
    ],
    types: ["const stream: import('node:stream').Readable = body"],
  },
  {
    feature: '`application/x-ndjson` with `x-itemSchema`: JSON lines, read one by one',
    note: 'A line that is wrong is a 422 whose pointer begins with its number.',
    contract: `
      post /things:
        requestBody:
          required: true
          content: { application/x-ndjson: { x-itemSchema: { $ref: '#/components/schemas/Thing' } } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties: { name: { type: string, maxLength: 5 } }
    `,
    cases: [
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/x-ndjson' },
        body: '{"name":"Ada"}\n{}\n',
      },
      { send: 'POST /things', headers: json, body: '{}', answers: 415 },
      { send: 'POST /things', answers: 422, at: '/body' },
    ],
    types: [
      'const things: AsyncIterable<{ name?: string }> = body',
      '! const things: AsyncIterable<{ name: number }> = body',
    ],
  },
  {
    feature: '`application/x-ndjson` with the `schema` of an object',
    contract: `
      post /things:
        requestBody:
          content: { application/x-ndjson: { schema: { type: object, additionalProperties: false } } }
    `,
    refused: 'engine/request-body: application/x-ndjson',
  },
  {
    feature: '`x-itemSchema` of a request that has no lines',
    contract: `
      post /things:
        requestBody:
          content: { application/json: { x-itemSchema: { $ref: '#/components/schemas/Thing' } } }
      schemas: { Thing: { type: integer } }
    `,
    refused: 'engine/event-stream: x-itemSchema belongs on',
  },
  {
    feature: 'XML beside another media type',
    note: 'The lint warns, and the served document is without it.',
    contract: `
      post /things:
        requestBody:
          required: true
          content:
            application/xml: { schema: { $ref: '#/components/schemas/Thing' } }
            application/json: { schema: { $ref: '#/components/schemas/Thing' } }
        responses:
          200:
            content:
              application/json: { schema: { $ref: '#/components/schemas/Thing' } }
              application/xml: { schema: { type: string, maxLength: 5 } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties: { name: { type: string, maxLength: 5 } }
    `,
    warns: 'engine/left-out-type: application/xml is left out',
    cases: [
      {
        send: 'POST /things',
        body: { name: 'Ada' },
        gets: { body: { name: 'Ada' } },
        returns: { status: 200, body: { name: 'Ada' } },
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/xml' },
        body: '<name/>',
        answers: 415,
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/json', accept: 'application/xml' },
        body: '{}',
        answers: 406,
      },
    ],
  },
  {
    feature: '`text/plain` with the schema of an object beside JSON',
    note: 'The lint warns, and the served document is without it.',
    contract: `
      post /things:
        requestBody:
          required: true
          content:
            text/plain: { schema: { $ref: '#/components/schemas/Thing' } }
            text/json: { schema: { $ref: '#/components/schemas/Thing' } }
            application/json: { schema: { $ref: '#/components/schemas/Thing' } }
        responses:
          200:
            content:
              text/plain: { schema: { $ref: '#/components/schemas/Thing' } }
              application/json: { schema: { $ref: '#/components/schemas/Thing' } }
      schemas:
        Thing:
          type: object
          properties: { name: { type: string, maxLength: 5 } }
    `,
    warns: 'engine/left-out-type: text/plain is left out',
    cases: [
      {
        send: 'POST /things',
        body: { name: 'Ada' },
        gets: { bodyType: 'application/json', body: { name: 'Ada' } },
        returns: { status: 200, body: { name: 'Ada' } },
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'text/plain' },
        body: '{}',
        answers: 415,
      },
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/json', accept: 'text/plain' },
        body: '{}',
        answers: 406,
      },
    ],
  },
  {
    feature: 'a body in XML',
    contract: `
      post /things:
        requestBody:
          content: { application/xml: { schema: { type: object, additionalProperties: false } } }
    `,
    refused: 'engine/request-body: application/xml',
  },
]

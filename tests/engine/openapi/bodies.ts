// Rows: request bodies and their media types.
import { forms } from './forms.ts'
import type { Row } from './row.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const json = { 'content-type': 'application/json' }

export const bodies: readonly Row[] = [
  ...forms,
  {
    feature: '`requestBody` with `required: true`, `application/json`',
    contract: `
      post /things:
        requestBody: { json: { $ref: '#/components/schemas/Thing' } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          required: [name]
          properties: { name: { type: string, maxLength: 5 } }
    `,
    cases: [
      { send: 'POST /things', body: { name: 'Ada' }, gets: { body: { name: 'Ada' } } },
      { send: 'POST /things', body: { name: 'Augusta' }, answers: 422, at: '/body/name' },
      { send: 'POST /things', answers: 422, at: '/body' },
      {
        send: 'POST /things',
        headers: { 'content-type': 'application/json' },
        body: '{"name":',
        answers: 400,
      },
      { send: 'POST /things', headers: form, body: 'name=Ada', answers: 415 },
    ],
    types: ['const name: string = body.name', '! const name: string | undefined = body?.title'],
  },
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
    feature: '`requestBody` of a DELETE',
    contract: `
      delete /things:
        requestBody: { json: { type: array, items: { type: integer } } }
    `,
    cases: [
      { send: 'DELETE /things', body: [1, 2], gets: { body: [1, 2] } },
      { send: 'DELETE /things', body: ['a'], answers: 422, at: '/body/0' },
    ],
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
    feature: '`x-body-limit`',
    contract: `
      post /things:
        requestBody:
          x-body-limit: 1kB
          content: { application/json: { schema: { type: string, maxLength: 5000 } } }
    `,
    cases: [
      { send: 'POST /things', headers: json, body: `"${'a'.repeat(998)}"` },
      { send: 'POST /things', headers: json, body: `"${'a'.repeat(999)}"`, answers: 413 },
    ],
  },
  {
    feature: '`x-body-limit` of another form',
    contract: `
      post /things:
        requestBody:
          x-body-limit: 1000
          content: { application/json: { schema: { type: string, maxLength: 5 } } }
    `,
    refused: 'engine/request-body: x-body-limit must be a size',
  },
  {
    feature: '`multipart/form-data`',
    contract: `
      post /files:
        requestBody:
          content: { multipart/form-data: { schema: { type: object, additionalProperties: false } } }
    `,
    refused: 'engine/request-body: multipart/form-data',
  },
  {
    feature: '`x-idempotent` with a body of bytes',
    contract: `
      post /files:
        security: [{ bearer: [] }]
        x-idempotent: true
        requestBody: { content: { application/octet-stream: {} } }
    `,
    refused: 'engine/idempotent: as a stream',
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
              application/xml: { schema: { $ref: '#/components/schemas/Thing' } }
      schemas:
        Thing:
          type: object
          additionalProperties: false
          properties: { name: { type: string, maxLength: 5 } }
    `,
    warns: 'engine/xml: application/xml is left out',
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
    feature: 'a body in XML',
    contract: `
      post /things:
        requestBody:
          content: { application/xml: { schema: { type: object, additionalProperties: false } } }
    `,
    refused: 'engine/request-body: application/xml',
  },
]

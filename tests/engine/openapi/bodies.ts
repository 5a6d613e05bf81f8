// Rows: request bodies and their media types.
import { forms } from './forms.ts'
import { mediaTypes } from './media-types.ts'
import { multipart } from './multipart.ts'
import type { Row } from './row.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const json = { 'content-type': 'application/json' }

export const bodies: readonly Row[] = [
  ...forms,
  ...mediaTypes,
  ...multipart,
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
    feature: '`requestBody` with `required: false`',
    contract: `
      post /things:
        requestBody:
          required: false
          content:
            application/json: { schema: { type: array, items: { type: integer } } }
            text/plain: { schema: { type: string, maxLength: 5 } }
      post /numbers:
        requestBody:
          required: false
          content: { application/json: { schema: { type: array, items: { type: integer } } } }
    `,
    cases: [
      { send: 'POST /things', gets: { bodyType: undefined, body: undefined } },
      { send: 'POST /things', body: [1], gets: { bodyType: 'application/json', body: [1] } },
      { send: 'POST /things', body: ['x'], answers: 422, at: '/body/0' },
      { send: 'POST /numbers', gets: { body: undefined } },
      { send: 'POST /numbers', body: [1], gets: { body: [1] } },
      { send: 'POST /numbers', headers: json, body: '', gets: { body: undefined } },
      { send: 'POST /numbers', body: ['x'], answers: 422, at: '/body/0' },
    ],
    types: [
      'if (bodyType === undefined) { const none: undefined = body }',
      "if (bodyType === 'application/json') { const first: number | undefined = body[0] }",
      '! const first: number | undefined = body[0]',
    ],
  },
  {
    feature: '`requestBody` of a GET',
    contract: `
      get /things: { requestBody: { json: { type: integer } } }
    `,
    refused: 'engine/request-body: GET has no requestBody',
  },
  {
    feature: '`content` without a media type',
    contract: `
      post /things: { requestBody: { content: {} } }
    `,
    refused: 'engine/request-body: the body has no media type',
  },
  {
    feature: '`requestBody` of an OPTIONS',
    contract: `
      options /things:
        requestBody: { json: { type: array, items: { type: integer } } }
    `,
    refused: 'engine/request-body: OPTIONS has no requestBody',
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
    feature: '`x-idempotent` with a body of bytes',
    contract: `
      post /files:
        security: [{ bearer: [] }]
        x-idempotent: true
        requestBody: { content: { application/octet-stream: {} } }
    `,
    refused: 'engine/idempotent: as a stream',
  },
]

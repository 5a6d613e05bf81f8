// Rows: request bodies and their media types.
import type { Row } from './row.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

export const bodies: readonly Row[] = [
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
]

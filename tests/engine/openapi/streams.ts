// Rows: event streams and JSON lines.
import type { Row } from './row.ts'

/** Returns the row of a stream that the lint refuses, with a media type in YAML. */
function refusedStream(feature: string, media: string, message: string, fields = ''): Row {
  const contract = `
get /events:
  ${fields}
  responses: { 200: { content: ${media} } }
schemas:
  It: { type: object, additionalProperties: false, properties: { a: { type: integer } } }
`
  return { feature, contract, refused: `engine/event-stream: ${message}` }
}

const it = "{ $ref: '#/components/schemas/It' }"

const schemas = `
schemas:
  It: { type: object, additionalProperties: false, properties: { a: { type: integer } } }
`

/** Returns an iterable of these values. */
function sending(...values: readonly unknown[]): AsyncIterable<unknown> {
  return {
    async *[Symbol.asyncIterator]() {
      yield* values
    },
  }
}

export const streams: readonly Row[] = [
  {
    feature:
      'A stream of events (`text/event-stream`) with `x-itemSchema`, the schema of their data',
    contract: `
get /events:
  parameters: [{ name: Last-Event-ID, in: header, schema: { type: integer } }]
  responses: { 200: { content: { text/event-stream: { x-itemSchema: ${it} } } } }
get /inline:
  responses: { 200: { content: { text/event-stream: { x-itemSchema: { type: integer } } } } }
get /text:
  responses: { 200: { content: { text/event-stream: { schema: { type: string } } } } }
${schemas}`,
    cases: [
      {
        send: 'GET /events',
        headers: { 'last-event-id': '3' },
        gets: { headers: { 'last-event-id': 3 } },
        client: 'It reads an event stream as JSON.',
        returns: { status: 200, body: sending({ id: '4', event: 'it', data: { a: 1, more: 2 } }) },
        answers: {
          body: 'id: 4\nevent: it\ndata: {"a":1}\n\n',
          headers: { 'content-type': 'text/event-stream' },
        },
      },
      { send: 'GET /events', headers: { 'last-event-id': 'x' }, answers: 422 },
      {
        send: 'GET /inline',
        returns: { status: 200, body: sending({ data: 1 }, { data: 2 }) },
        answers: { body: 'data: 1\n\ndata: 2\n\n' },
      },
      {
        send: 'GET /text',
        returns: { status: 200, body: sending({ data: 'a' }) },
        answers: { body: 'data: a\n\n' },
      },
    ],
    types: [
      'return { status: 200, body: (async function* () { yield { data: { a: 1 } } })() }',
      "! return { status: 200, body: (async function* () { yield { data: { a: 'b' } } })() }",
      '! return { status: 200, body: (async function* () { yield { a: 1 } })() }',
    ],
  },
  {
    feature: '`itemSchema` of OpenAPI 3.2, which describes an event: its `data` is JSON or text',
    contract: `
openapi: 3.2.0
get /events:
  responses:
    200:
      content:
        text/event-stream:
          itemSchema:
            type: object
            properties:
              id: { type: string }
              data: { type: string, contentMediaType: application/json, contentSchema: ${it} }
get /object:
  responses:
    200: { content: { text/event-stream: { itemSchema: { $ref: '#/components/schemas/Event' } } } }
get /text:
  responses:
    200: { content: { text/event-stream: { itemSchema: { properties: { data: { type: string } } } } } }
get /lines:
  responses: { 200: { content: { application/jsonl: { itemSchema: ${it} } } } }
schemas:
  It: { type: object, additionalProperties: false, properties: { a: { type: integer } } }
  Event: { type: object, properties: { data: ${it} } }
`,
    cases: [
      {
        send: 'GET /events',
        returns: { status: 200, body: sending({ id: '1', data: { a: 1 } }) },
        answers: { body: 'id: 1\ndata: {"a":1}\n\n' },
      },
      {
        send: 'GET /object',
        returns: { status: 200, body: sending({ data: { a: 1 } }) },
        answers: { body: 'data: {"a":1}\n\n' },
      },
      {
        send: 'GET /text',
        returns: { status: 200, body: sending({ data: 'a' }) },
        answers: { body: 'data: a\n\n' },
      },
      {
        send: 'GET /lines',
        returns: { status: 200, body: sending({ a: 1 }, { a: 2 }) },
        answers: { body: '{"a":1}\n{"a":2}\n' },
      },
    ],
    types: [
      'return { status: 200, body: (async function* () { yield { data: { a: 1 } } })() }',
      "! return { status: 200, body: (async function* () { yield { data: 'a' } })() }",
    ],
  },
  refusedStream(
    '`itemSchema` of OpenAPI 3.2 that says nothing of the data of an event',
    `{ text/event-stream: { itemSchema: ${it} } }`,
    'itemSchema is read of JSON lines, and of events with a property data',
  ),
  {
    feature:
      'A response of `application/x-ndjson` or `application/jsonl` with `x-itemSchema`: JSON lines',
    note: 'A handler returns an async iterable of values. A slow client slows it down, and it ends when the client leaves.',
    contract: `
get /lines:
  responses: { 200: { content: { application/x-ndjson: { x-itemSchema: ${it} } } } }
get /either:
  responses:
    200:
      content:
        application/json: { schema: ${it} }
        application/jsonl: { x-itemSchema: ${it} }
${schemas}`,
    cases: [
      {
        send: 'GET /lines',
        returns: { status: 200, body: sending({ a: 1, more: 2 }, {}) },
        answers: { body: '{"a":1}\n{}\n', headers: { 'content-type': 'application/x-ndjson' } },
      },
      { send: 'GET /lines', returns: { status: 200, body: sending() }, answers: { body: '' } },
      { send: 'GET /lines', returns: { status: 200, body: sending({ a: 'b' }) }, answers: 500 },
      { send: 'GET /lines', returns: { status: 200, body: 'text' }, answers: 500 },
      { send: 'GET /lines', headers: { accept: 'text/csv' }, answers: 406 },
      {
        send: 'GET /either',
        headers: { accept: 'application/jsonl' },
        returns: { status: 200, type: 'application/jsonl', body: sending({ a: 1 }, { a: 2 }) },
        answers: { body: '{"a":1}\n{"a":2}\n' },
      },
    ],
    types: [
      'return { status: 200, body: (async function* () { yield { a: 1 } })() }',
      "! return { status: 200, body: (async function* () { yield { a: 'b' } })() }",
      "! return { status: 200, body: '{}' }",
    ],
  },
  {
    feature: 'JSON lines with `x-cache`',
    contract: `
get /lines:
  x-cache: { unchanging: never }
  responses: { 200: { content: { application/x-ndjson: { x-itemSchema: ${it} } } } }
${schemas}`,
    refused: 'engine/response-content: application/x-ndjson may be a stream',
  },
  refusedStream(
    'An event stream with the schema of an object',
    `{ text/event-stream: { schema: ${it} } }`,
    'text/event-stream is text',
  ),
  refusedStream(
    '`x-itemSchema` on another media type',
    `{ application/json: { x-itemSchema: ${it} } }`,
    'x-itemSchema belongs on text/event-stream or on JSON lines',
  ),
  refusedStream(
    'An event stream with `x-cache`',
    `{ text/event-stream: { x-itemSchema: ${it} } }`,
    'an event stream has no x-cache',
    'x-cache: { unchanging: never }',
  ),
  {
    feature: 'An event stream with `x-idempotent`',
    contract: `
post /events:
  x-idempotent: true
  responses: { 200: { content: { text/event-stream: { x-itemSchema: ${it} } } } }
${schemas}`,
    refused: 'engine/event-stream: an event stream cannot be repeated',
  },
]

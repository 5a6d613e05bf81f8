// Rows: event streams.
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

export const streams: readonly Row[] = [
  refusedStream(
    '`itemSchema` of OpenAPI 3.2, which describes the whole event',
    `{ text/event-stream: { itemSchema: ${it} } }`,
    'itemSchema is not read',
  ),
  refusedStream(
    'An event stream with the schema of an object',
    `{ text/event-stream: { schema: ${it} } }`,
    'text/event-stream is text',
  ),
  refusedStream(
    '`x-itemSchema` without a component',
    '{ text/event-stream: { x-itemSchema: { type: integer } } }',
    'x-itemSchema must be a $ref',
  ),
  refusedStream(
    '`x-itemSchema` on another media type',
    `{ application/json: { x-itemSchema: ${it} } }`,
    'x-itemSchema belongs on text/event-stream',
  ),
  refusedStream(
    'An event stream with `x-cache`',
    `{ text/event-stream: { x-itemSchema: ${it} } }`,
    'an event stream has no x-cache',
    'x-cache: { unchanging: never }',
  ),
]

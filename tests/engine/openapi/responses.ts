// Rows: statuses, media types and headers of responses, and bodies of errors.
import { ApiError, apiError } from '../../../src/engine/errors.ts'
import type { Row } from './row.ts'

const json = { 'content-type': 'application/json' }
const cachingHeaders = {
  ...{ etag: 'W/"7"', 'Cache-Control': 'max-age=9', Vary: 'Origin' },
  'Last-Modified': 'Fri, 13 Nov 2026 10:00:00 GMT',
}
const statuses = [200, 207, 301, 302, 307, 308, 402, 410, 423, 451, 502, 504]

export const responses: readonly Row[] = [
  {
    feature: 'Any status from 200 to 599: 207, 301, 402, 410, 423, 502',
    contract: `
post /thing:
  responses:
${statuses.map((it) => `    ${it}: { json: { type: integer } }`).join('\n')}
    304: {}
    404: {}
    409: { content: { application/problem+json: { schema: { type: object, additionalProperties: true } } } }
`,
    cases: statuses.map((status) => ({
      send: 'POST /thing',
      returns: { status, body: status },
      answers: { status },
    })),
    types: [
      'return { status: 410, body: 1 }',
      '! return { status: 410 }',
      '! return { status: 403, body: 1 }',
      'return { status: 404 }',
      '! return { status: 304 }',
      '! return { status: 409, body: {} }',
    ],
  },
  {
    feature: 'A result with members that its response does not have',
    note: 'The compiler takes further members of a body and further headers. They do not leave.',
    contract: `
post /thing:
  responses:
    204: {}
    200: { json: { $ref: '#/components/schemas/Thing' } }
    201: { headers: { X-Known: { schema: { type: string, maxLength: 9 } } } }
schemas: { Thing: { type: object, properties: { a: { type: integer } } } }
`,
    cases: [
      {
        send: 'POST /thing',
        returns: { status: 200, body: { a: 1, more: 2 } },
        answers: { body: { a: 1 } },
      },
    ],
    types: [
      '! return { status: 204, body: 1 }',
      "! return { status: 204, headers: { 'X-Known': 'a' } }",
      "! return { status: 200, body: { a: 1 }, headers: { 'X-Known': 'a' } }",
      "! return { status: 200, type: 'application/json', body: { a: 1 } }",
      'return { status: 200, body: { a: 1, more: 2 } }',
      "return { status: 201, headers: { 'X-Known': 'a', 'X-Other': 'b' } }",
    ],
  },
  {
    feature: 'Ranges of statuses, such as `4XX`, and `default`: the closest counts',
    contract: `
post /thing:
  responses:
    200: { json: { type: integer } }
    404: { json: { type: string, maxLength: 9 } }
    4XX: { json: { type: boolean } }
    default: { json: { type: array, items: { type: integer } } }
`,
    cases: [
      { send: 'POST /thing', returns: { status: 200, body: 1 } },
      { send: 'POST /thing', returns: { status: 404, body: 'gone' } },
      { send: 'POST /thing', returns: { status: 418, body: true } },
      { send: 'POST /thing', returns: { status: 502, body: [1] } },
      { send: 'POST /thing', returns: { status: 201, body: [1] } },
      { send: 'POST /thing', returns: { status: 409, body: 'no' }, answers: 500 },
    ],
    types: [
      'return { status: 410, body: true }',
      'return { status: 503, body: [1] }',
      '! return { status: 404, body: true }',
      '! return { status: 410, body: [1] }',
      '! return { status: 200, body: [1] }',
      '! return { status: 204, body: [1] }',
      '! return { status: 600, body: [1] }',
    ],
  },
  {
    feature: 'A range beside no other response, and a status of no range',
    contract: `
post /thing:
  responses: { 2XX: { json: { type: integer } } }
`,
    cases: [
      { send: 'POST /thing', returns: { status: 202, body: 1 } },
      { send: 'POST /thing', returns: { status: 301, body: 1 }, answers: 500 },
      { send: 'POST /thing', returns: { status: 204 }, answers: 500 },
    ],
    types: ['! return { status: 301, body: 1 }', '! return { status: 204 }'],
  },
  {
    feature: 'Ranges in lower case, and `1XX`',
    contract: `
get /thing:
  responses: { 1XX: {}, 4xx: {} }
`,
    refused: 'engine/response-status: the response 4xx must have a status from 200 to 599',
  },
  {
    feature:
      'A response header that is not declared: an error in development, left out in production',
    contract: `
post /thing:
  responses: { 204: { headers: { X-Known: { schema: { type: string, maxLength: 9 } } } } }
`,
    cases: [
      {
        send: 'POST /thing',
        returns: { status: 204, headers: { 'X-Known': 'a' } },
        answers: { headers: { 'x-known': 'a' } },
      },
      {
        send: 'POST /thing',
        returns: { status: 204, headers: { 'X-Known': 'a', 'X-Other': 'b' } },
        answers: 500,
      },
    ],
    types: [
      "return { status: 204, headers: { 'X-Known': 'a' } }",
      "! return { status: 204, headers: { 'X-Other': 'a' } }",
    ],
  },
  {
    feature: 'A response of `text/csv`: text in UTF-8',
    contract: `
post /table:
  responses: { 200: { content: { text/csv: { schema: { type: string, maxLength: 100 } } } } }
`,
    cases: [
      {
        send: 'POST /table',
        returns: { status: 200, body: 'a,b' },
        answers: { body: 'a,b', headers: { 'content-type': 'text/csv; charset=utf-8' } },
      },
    ],
    types: ["return { status: 200, body: 'a,b' }", '! return { status: 200, body: 1 }'],
  },
  {
    feature: 'A response with several media types: `Accept` chooses',
    contract: `
get /thing:
  responses:
    200:
      content:
        application/json: { schema: { type: integer } }
        application/hal+json: { schema: { type: boolean } }
        text/csv: { schema: { type: string, maxLength: 99 } }
`,
    cases: [
      {
        send: 'GET /thing',
        returns: { status: 200, type: 'application/json', body: 1 },
        answers: { headers: { 'content-type': 'application/json', vary: 'Accept' } },
      },
      {
        send: 'GET /thing',
        headers: { accept: 'application/hal+json, text/csv;q=0.5' },
        returns: { status: 200, type: 'application/hal+json', body: true },
        answers: { headers: { 'content-type': 'application/hal+json' } },
      },
      {
        send: 'GET /thing',
        headers: { accept: 'text/*' },
        returns: { status: 200, type: 'text/csv', body: 'a,b' },
        answers: { headers: { 'content-type': 'text/csv; charset=utf-8' } },
      },
      { send: 'GET /thing', headers: { accept: 'image/png' }, answers: 406 },
      { send: 'GET /thing', returns: { status: 200, type: 'text/plain', body: 'a' }, answers: 500 },
      { send: 'GET /thing', returns: { status: 200, body: 1 }, answers: 500 },
    ],
    types: [
      "return { status: 200, type: 'application/json', body: 1 }",
      "return { status: 200, type: 'text/csv', body: 'a' }",
      "! return { status: 200, type: 'application/json', body: true }",
      '! return { status: 200, body: 1 }',
      "! return { status: 200, type: 'text/plain', body: 'a' }",
    ],
  },
  {
    feature: 'Several media types with `x-cache`',
    contract: `
get /thing:
  x-cache: { unchanging: never }
  responses:
    200:
      content:
        application/json: { schema: { type: integer } }
        application/hal+json: { schema: { type: integer } }
`,
    refused: 'engine/response-content: x-cache keeps one media type',
  },
  {
    feature:
      'Media ranges: `image/*` as bytes whose type the handler names, `*/*` with a value as JSON',
    contract: `
get /picture:
  responses: { 200: { content: { image/*: {} } } }
get /value:
  responses: { 200: { content: { '*/*': { schema: { type: integer } } } } }
`,
    cases: [
      {
        send: 'GET /picture',
        headers: { accept: 'image/gif' },
        returns: { status: 200, type: 'image/gif', body: 'GIF89a' },
        answers: { headers: { 'content-type': 'image/gif' } },
      },
      {
        send: 'GET /picture',
        returns: { status: 200, type: 'text/html', body: 'a' },
        answers: 500,
      },
      {
        send: 'GET /value',
        returns: { status: 200, body: 1 },
        answers: { headers: { 'content-type': 'application/json' } },
      },
    ],
    types: [
      "return { status: 200, type: 'image/gif', body: 'GIF89a' }",
      "! return { status: 200, type: 'text/html', body: 'a' }",
      "! return { status: 200, body: 'GIF89a' }",
    ],
  },
  {
    feature: 'Bytes: a string, or no schema',
    contract: `
get /a:
  responses: { 200: { content: { image/png: { schema: { type: string, maxLength: 99 } } } } }
get /b:
  responses: { 200: { content: { application/octet-stream: {} } } }
`,
    cases: ['a', 'b'].map((it) => ({
      send: `GET /${it}`,
      returns: { status: 200, body: 'bytes' },
      answers: { headers: { 'content-length': '5', 'accept-ranges': 'none' } },
    })),
    types: ['return { status: 200, body: new Uint8Array() }'],
  },
  {
    feature: 'A response of lines of JSON with the `schema` of an object',
    contract: `
get /thing:
  responses: { 200: { content: { application/x-ndjson: { schema: { $ref: '#/components/schemas/It' } } } } }
schemas: { It: { type: object, additionalProperties: false, properties: { a: { type: integer } } } }
`,
    refused: 'engine/response-content: application/x-ndjson is text or bytes',
  },
  {
    feature: 'A response of parts (`multipart/*`) with the schema of an object',
    contract: `
get /thing:
  responses: { 200: { content: { multipart/mixed: { schema: { $ref: '#/components/schemas/It' } } } } }
schemas: { It: { type: object, additionalProperties: false, properties: { a: { type: integer } } } }
`,
    refused: 'engine/response-content: multipart/mixed is text or bytes',
  },
  {
    feature: 'Content of a 204, 205 or 304',
    note: 'The lint warns, and the served document is without it.',
    contract: `
get /thing:
  responses: { 204: { $ref: '#/components/responses/Number' }, 200: { $ref: '#/components/responses/Number' } }
responses: { Number: { description: A number, content: { application/json: { schema: { type: integer } } } } }
`,
    warns: 'engine/left-out-type: a 204 of GET has no body',
    cases: [
      { send: 'GET /thing', returns: { status: 204 }, answers: { body: '' } },
      { send: 'GET /thing', returns: { status: 200, body: 1 } },
    ],
    types: ['return { status: 204 }', '! return { status: 204, body: 1 }'],
  },
  {
    feature:
      'Response headers: integer, number, boolean, date, a list and an object in the style `simple`',
    contract: `
post /thing:
  responses:
    204:
      headers:
        X-Count: { required: true, schema: { type: integer } }
        X-Ratio: { schema: { type: number } }
        X-Done: { schema: { type: boolean } }
        X-Day: { schema: { type: string, format: date } }
        X-Ids: { schema: { type: array, maxItems: 9, items: { type: integer } } }
        X-Size: { schema: { type: object, additionalProperties: false, properties: { w: { type: integer } } } }
`,
    cases: [
      {
        send: 'POST /thing',
        returns: {
          status: 204,
          headers: {
            ...{ 'X-Count': 3, 'X-Ratio': 0.5, 'X-Done': true, 'X-Day': '2026-01-31' },
            ...{ 'X-Ids': [1, 2], 'X-Size': { w: 4 } },
          },
        },
        answers: {
          headers: {
            ...{ 'x-count': '3', 'x-ratio': '0.5', 'x-done': 'true', 'x-day': '2026-01-31' },
            ...{ 'x-ids': '1,2', 'x-size': 'w,4' },
          },
        },
      },
      { send: 'POST /thing', returns: { status: 204 }, answers: 500 },
      {
        send: 'POST /thing',
        returns: { status: 204, headers: { 'X-Count': 1, 'X-Ids': ['a'] } },
        answers: 500,
      },
    ],
    types: [
      "return { status: 204, headers: { 'X-Count': 1, 'X-Ids': [1] } }",
      "! return { status: 204, headers: { 'X-Count': '1' } }",
      '! return { status: 204 }',
    ],
  },
  {
    feature: '`ETag`, `Cache-Control`, `Vary` and `Last-Modified` of a handler leave as they are',
    contract: `
get /thing:
  responses:
    200:
      json: { type: integer }
      headers:
        etag: { required: true, schema: { type: string, maxLength: 99 } }
        Cache-Control: { schema: { type: string, maxLength: 99 } }
        Vary: { schema: { type: string, maxLength: 99 } }
        Last-Modified: { schema: { type: string, maxLength: 99 } }
post /thing:
  responses:
    201:
      json: { type: integer }
      headers: { ETag: { required: true, schema: { type: string, maxLength: 99 } }, Cache-Control: { schema: { type: string, maxLength: 99 } } }
`,
    cases: [
      {
        send: 'GET /thing',
        returns: { status: 200, body: 1, headers: cachingHeaders },
        answers: {
          headers: {
            ...{ etag: 'W/"7"', 'cache-control': 'max-age=9', vary: 'Origin, Accept' },
            'last-modified': 'Fri, 13 Nov 2026 10:00:00 GMT',
          },
        },
      },
      {
        send: 'GET /thing',
        headers: { 'if-none-match': '"7"' },
        returns: { status: 200, body: 1, headers: cachingHeaders },
        answers: {
          status: 304,
          body: '',
          headers: { etag: 'W/"7"', 'cache-control': 'max-age=9' },
        },
      },
      {
        send: 'GET /thing',
        headers: { 'if-modified-since': 'Fri, 13 Nov 2026 10:00:00 GMT' },
        returns: { status: 200, body: 1, headers: cachingHeaders },
        answers: { status: 304, body: '' },
      },
      {
        send: 'GET /thing',
        headers: { 'if-modified-since': 'Fri, 13 Nov 2026 09:59:59 GMT' },
        returns: { status: 200, body: 1, headers: cachingHeaders },
      },
      {
        send: 'GET /thing',
        returns: { status: 200, body: 1 },
        answers: {
          headers: { 'cache-control': 'no-cache' },
        },
      },
      {
        send: 'POST /thing',
        returns: { status: 201, body: 1, headers: { ETag: '"1"', 'Cache-Control': 'private' } },
        answers: { headers: { etag: '"1"', 'cache-control': 'private' } },
      },
      {
        send: 'POST /thing',
        returns: { status: 201, body: 1, headers: { ETag: '"1"' } },
        answers: { headers: { 'cache-control': 'no-store' } },
      },
    ],
    types: [
      'return { status: 200, body: 1 }',
      'return { status: 200, body: 1, headers: { etag: \'"1"\' } }',
      '! return { status: 200, body: 1, headers: { etag: 1 } }',
    ],
  },
  {
    feature: '`ETag` and `Cache-Control` of an operation with `x-cache` are those of the engine',
    contract: `
get /thing:
  x-cache: { unchanging: never }
  responses:
    200:
      json: { type: integer }
      headers: { ETag: { required: true, schema: { type: string, maxLength: 99 } }, Cache-Control: { schema: { type: string, maxLength: 99 } } }
`,
    cases: [
      {
        send: 'GET /thing',
        returns: { status: 200, body: 1 },
        answers: {
          headers: { 'cache-control': 'no-cache' },
        },
      },
    ],
    types: [
      'return { status: 200, body: 1 }',
      '! return { status: 200, body: 1, headers: { ETag: \'"1"\' } }',
    ],
  },
  {
    feature: 'Several `Set-Cookie`, each of which leaves as a line of its own',
    contract: `
post /list:
  responses:
    204: { headers: { set-cookie: { required: true, schema: { type: array, minItems: 2, maxItems: 9, items: { type: string, pattern: '=', maxLength: 99 } } } } }
post /text:
  responses: { 204: { headers: { Set-Cookie: { schema: { type: string, pattern: '=', maxLength: 99 } } } } }
`,
    cases: [
      {
        send: 'POST /list',
        returns: { status: 204, headers: { 'set-cookie': ['a=1, 2; Path=/', 'b=2'] } },
        answers: { headers: { 'set-cookie': ['a=1, 2; Path=/', 'b=2'] } },
      },
      {
        send: 'POST /text',
        returns: { status: 204, headers: { 'Set-Cookie': ['a=1', 'b=2'] } },
        answers: { headers: { 'set-cookie': ['a=1', 'b=2'] } },
      },
      {
        send: 'POST /text',
        returns: { status: 204, headers: { 'Set-Cookie': 'a=1, 2' } },
        answers: { headers: { 'set-cookie': ['a=1, 2'] } },
      },
      {
        send: 'POST /text',
        returns: { status: 204 },
        answers: { headers: { 'set-cookie': null } },
      },
      {
        send: 'POST /text',
        returns: { status: 204, headers: { 'Set-Cookie': ['a=1', 'b'] } },
        answers: 500,
      },
      {
        send: 'POST /list',
        returns: { status: 204, headers: { 'set-cookie': ['a=1'] } },
        answers: 500,
      },
    ],
    types: [
      "return { status: 204, headers: { 'set-cookie': ['a=1', 'b=2'] } }",
      '! return { status: 204 }',
      "! return { status: 204, headers: { 'set-cookie': [1] } }",
    ],
  },
  {
    feature: '`Set-Cookie` of a cached response',
    contract: `
get /thing:
  x-cache: { unchanging: never }
  responses: { 200: { json: { type: integer }, headers: { Set-Cookie: { schema: { type: string, maxLength: 9 } } } } }
`,
    refused: 'engine/parameter-type: x-cache would give the cookies',
  },
  {
    feature: '`Set-Cookie` as an object',
    contract: `
get /thing:
  responses: { 204: { headers: { Set-Cookie: { schema: { type: object, properties: { a: { type: string } } } } } } }
`,
    refused: 'engine/parameter-type: Set-Cookie is a text, or a list of texts',
  },
  {
    feature: 'A redirect with a required `Location`, and a download',
    contract: `
get /old:
  responses:
    302: { headers: { Location: { required: true, schema: { type: string, format: uri-reference, maxLength: 99 } } } }
get /file:
  responses: { 200: { content: { application/pdf: {} } } }
`,
    cases: [
      {
        send: 'GET /old',
        returns: { status: 302, headers: { Location: '/new' } },
        answers: { headers: { location: '/new' } },
      },
      {
        send: 'GET /file',
        returns: {
          status: 200,
          body: 'bytes',
          headers: { 'Content-Disposition': 'attachment; filename="a.pdf"' },
        },
        answers: { headers: { 'content-disposition': 'attachment; filename="a.pdf"' } },
      },
    ],
    types: ["return { status: 302, headers: { Location: '/new' } }", '! return { status: 302 }'],
  },
  {
    feature: 'Errors in the own format of a document, for a status, a range and `default`',
    contract: `
post /thing:
  requestBody: { json: { type: integer } }
  responses:
    204: {}
    404: { json: { $ref: '#/components/schemas/Missing' } }
    4XX: { json: { $ref: '#/components/schemas/Wrong' } }
    default: { json: { $ref: '#/components/schemas/Wrong' } }
schemas:
  Missing: { type: object, additionalProperties: false, required: [reason], properties: { reason: { type: string, maxLength: 99 } } }
  Wrong: { type: object, additionalProperties: false, required: [status], properties: { status: { type: integer, maximum: 503 } } }
`,
    errorBody: ({ status, detail }) => (status === 404 ? { reason: detail } : { status, other: 1 }),
    cases: [
      {
        send: 'POST /thing',
        body: 1,
        throws: apiError('not_found', 'No thing.'),
        answers: { status: 404, body: { reason: 'No thing.' }, headers: json },
      },
      { send: 'POST /thing', body: true, answers: { status: 422, body: { status: 422 } } },
      {
        send: 'POST /thing',
        body: 1,
        throws: apiError('unavailable', 'Later.'),
        answers: { status: 503, body: { status: 503 }, headers: json },
      },
      { send: 'POST /thing', body: 1, returns: { status: 404, body: { reason: 'Gone' } } },
      { send: 'POST /thing', body: 1, returns: { status: 418, body: { status: 418 } } },
    ],
    types: [
      "return { status: 404, body: { reason: 'Gone' } }",
      '! return { status: 404, body: { status: 404 } }',
    ],
  },
  {
    feature:
      'An error whose operation declares another format, without `errorBody`: a problem document',
    contract: `
post /thing:
  responses:
    204: {}
    default: { json: { type: integer } }
`,
    cases: [
      {
        send: 'POST /thing',
        throws: apiError('forbidden', 'Not yours.'),
        answers: { status: 403, headers: { 'content-type': 'application/problem+json' } },
      },
    ],
  },
  {
    feature: 'A problem document with members of its own',
    contract: `
post /thing:
  responses:
    204: {}
    409:
      content:
        application/problem+json:
          schema:
            type: object
            additionalProperties: false
            required: [title, balance]
            properties: { title: { type: string, maxLength: 99 }, balance: { type: integer } }
`,
    cases: [
      {
        send: 'POST /thing',
        throws: new ApiError('conflict', 'too_little_money', 'No.', { extensions: { balance: 3 } }),
        answers: { status: 409, body: { title: 'Too little money', balance: 3 } },
      },
    ],
  },
]

// Rows: statuses, media types and headers of responses.
import type { Row } from './row.ts'

const statuses = [200, 207, 301, 302, 307, 308, 402, 410, 423, 451, 502, 504]

export const responses: readonly Row[] = [
  {
    feature: 'Any status from 200 to 599: 207, 301, 402, 410, 423, 502',
    contract: `
post /thing:
  responses:
${statuses.map((it) => `    ${it}: { json: { type: integer } }`).join('\n')}
    404: {}
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
      '! return { status: 404 }',
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
    feature: 'A response with several media types',
    contract: `
get /thing:
  responses:
    200:
      content:
        application/json: { schema: { type: integer } }
        application/problem+json: { schema: { type: integer } }
`,
    refused: 'engine/response-content: a response has one media type',
  },
]

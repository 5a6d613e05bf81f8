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
]

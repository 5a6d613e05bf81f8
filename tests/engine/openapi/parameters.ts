// Rows: parameters in the path, the query, headers and cookies.
import type { Row } from './row.ts'

export const parameters: readonly Row[] = [
  {
    feature: 'a parameter in the query: integer, boolean, string',
    contract: `
      get /things:
        parameters:
          - { name: count, in: query, schema: { type: integer, maximum: 9 } }
          - { name: all, in: query, schema: { type: boolean } }
          - { name: name, in: query, schema: { type: string, maxLength: 5 } }
    `,
    cases: [
      {
        send: 'GET /things?count=3&all=true&name=Ada',
        gets: { query: { count: 3, all: true, name: 'Ada' } },
      },
      { send: 'GET /things', gets: { query: {} } },
      { send: 'GET /things?count=10', answers: 422, at: '/query/count' },
      { send: 'GET /things?count=1.0', answers: 422, at: '/query/count' },
      { send: 'GET /things?count=1&count=2', answers: 422, at: '/query/count' },
      { send: 'GET /things?all=1', answers: 422, at: '/query/all' },
      { send: 'GET /things?color=red', answers: 422, at: '/query/color' },
      { send: 'GET /things?name=%zz', answers: 400 },
    ],
    types: [
      'const count: number | undefined = query.count',
      '! const count: number = query.count',
      '! const color = query.color',
    ],
  },
]

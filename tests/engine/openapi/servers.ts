// Rows: servers and base paths, and the methods of operations.
import type { Row } from './row.ts'

const atAnotherPath = 'engine/servers: the service answers under /v1 only'

export const servers: readonly Row[] = [
  {
    feature: '`head` of its own beside `get`',
    contract: `
      get /things/{id}:
        parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }]
      head /things/{id}:
        parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }]
        responses: { 200: { headers: { X-Size: { required: true, schema: { type: integer } } } } }
    `,
    cases: [
      { send: 'GET /things/a', gets: { params: { id: 'a' } } },
      {
        send: 'HEAD /things/a',
        gets: { params: { id: 'a' } },
        returns: { status: 200, headers: { 'X-Size': 3 } },
        answers: { headers: { 'x-size': '3', 'cache-control': 'no-cache' }, body: '' },
      },
      { send: 'PUT /things/a', answers: 405 },
    ],
  },
  {
    feature: '`options` of its own',
    contract: `
      options /things: { responses: { 204: { headers: { Allow: { schema: { type: string, maxLength: 100 } } } } } }
      get /things: null
    `,
    cases: [
      {
        send: 'OPTIONS /things',
        gets: {},
        returns: { status: 204, headers: { Allow: 'GET' } },
        answers: { headers: { allow: 'GET' } },
      },
      { send: 'OPTIONS /things?color=1', answers: 422, at: '/query/color' },
    ],
    note: 'CORS answers preflight requests before it',
  },
  {
    feature: '`head` with a body',
    note: 'The lint warns that the content is left out.',
    contract: 'head /things: { responses: { 200: { json: { type: string } } } }',
    warns: 'engine/left-out-type: a 200 of HEAD has no body',
    cases: [{ send: 'HEAD /things', returns: { status: 200 }, answers: { body: '' } }],
  },
  {
    feature: '`trace`',
    contract: 'trace /things: null',
    refused: 'engine/method: not trace',
  },
  {
    feature: '`query` and `additionalOperations` of OpenAPI 3.2',
    contract: `
      query /things: null
      paths: { /things: { additionalOperations: { COPY: { responses: { 204: { description: Done } } } } } }
    `,
    refused: 'engine/method: not additionalOperations',
  },
  {
    feature: '`x-` keys among the paths',
    contract: `
      get /things: null
      paths: { x-owner-team: null, x-notes: { get: ours } }
    `,
    cases: [{ send: 'GET /things', gets: {} }],
  },
  {
    feature: '`servers` of a path or an operation: another host, the same path',
    contract: `
      servers: [{ url: /v1 }]
      paths: { /things: { servers: [{ url: 'https://things.example.com/v1/' }] } }
      get /things: { servers: [{ url: 'https://{region}.example.com/v1', variables: { region: { default: eu, enum: [eu, us] } } }] }
    `,
    cases: [{ send: 'GET /things', gets: {} }],
  },
  {
    feature: '`servers` of a path with another path',
    contract: `
      servers: [{ url: /v1 }]
      paths: { /things: { servers: [{ url: /v2 }] } }
      get /things: null
    `,
    refused: atAnotherPath,
  },
  {
    feature: '`servers` of an operation with another path',
    contract: `
      servers: [{ url: /v1 }]
      get /things: { servers: [{ url: 'https://example.com' }] }
    `,
    refused: atAnotherPath,
  },
  {
    feature: '`variables` of a server in its scheme, host and path',
    contract: `
      servers:
        - url: '{scheme}://{region}.example.com/{version}'
          variables:
            scheme: { default: https, enum: [https, http] }
            region: { default: eu, enum: [eu, us] }
            version: { default: v2 }
      get /things: null
    `,
    cases: [{ send: 'GET /things', gets: {} }],
    note: '`SERVER_VARIABLES` sets them',
  },
  {
    feature: 'a server variable that is not declared',
    contract: `
      servers: [{ url: 'https://example.com/{version}' }]
      get /things: null
    `,
    refused: 'engine/servers: the variable version is not declared',
  },
  {
    feature: 'several servers with the same path',
    contract: `
      servers: [{ url: 'https://a.example/v1' }, { url: 'https://b.example/v1/' }]
      get /things: null
    `,
    cases: [{ send: 'GET /things', gets: {} }],
  },
  {
    feature: 'several servers with different paths',
    contract: `
      servers: [{ url: /v1 }, { url: 'https://example.com/things/v1' }]
      get /things: null
    `,
    cases: [{ send: 'GET /things', gets: {} }],
    warns: 'engine/other-servers: the service answers under /v1 only',
    note: 'the first one counts',
  },
  ...['https://api.example.com/v1', '/v1/', '//api.example.com:8080/v1'].map((url) => ({
    feature: `a server \`${url}\``,
    contract: `
      servers: [{ url: '${url}' }]
      get /things: null
    `,
    cases: [{ send: 'GET /things', gets: {} }],
  })),
  {
    feature: 'a server without a path, and `servers: []`',
    contract: `
      servers: []
      get /things: null
    `,
    cases: [{ send: 'GET /things', gets: {} }],
  },
]

// Rows: security schemes and requirements. Credentials are their own id, and `wrong` has none. The scopes of
// a caller are what stands between the `+` of the credentials.
import type { Row } from './row.ts'

const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64')
const basic = (text: string, encoding?: BufferEncoding) => ({
  authorization: `Basic ${base64(text, encoding)}`,
})
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Who a handler is told calls, where one scheme leads to the operation. */
const caller = (id: string, scopes = id) => ({
  principal: { id, owns: {}, scopes: scopes.split('+') },
})
/** The same where several schemes do. */
const callerBy = (scheme: string, id: string, others: object = {}) => ({
  principal: { ...caller(id).principal, scheme, others },
})
const challenge = (value: string) => ({ status: 401, headers: { 'www-authenticate': value } })

const apiKey = (place: string, name: string) =>
  `securitySchemes: { key: { type: apiKey, in: ${place}, name: ${name} } }`
const keyed = (place: string, name: string) => `
      get /things: { security: [{ key: [] }] }
      ${apiKey(place, name)}
    `
const both = `
      securitySchemes:
        key: { type: apiKey, in: header, name: X-Key }
        login: { type: oauth2, flows: {} }
    `
const bothForms = `
      get /things: { security: [{ key: [] }, { login: [write] }] }
      ${both}
    `

export const security: readonly Row[] = [
  {
    feature: '`apiKey` in a header',
    contract: keyed('header', 'X-Api-Key'),
    cases: [
      { send: 'GET /things', headers: { 'X-API-KEY': 'ada' }, gets: caller('ada') },
      {
        send: 'GET /things',
        answers: challenge('ApiKey realm="api", in="header", name="X-Api-Key"'),
      },
      { send: 'GET /things', headers: { 'X-Api-Key': 'wrong' }, answers: 401 },
      { send: 'GET /things', headers: { 'X-Api-Key': '' }, answers: 401 },
      { send: 'GET /things', headers: { 'X-Api-Key': ['ada', 'ada'] }, answers: 401 },
    ],
    types: ['const id: string = principal.id', '! principal.scheme'],
  },
  {
    feature: '`apiKey` in the query',
    contract: `
      get /things:
        parameters: [{ name: tag, in: query, schema: { type: string } }]
        security: [{ key: [] }]
      get /open: null
      ${apiKey('query', 'api_key')}
    `,
    cases: [
      {
        send: 'GET /things?api_key=ada%20l&tag=a',
        gets: { ...caller('ada l'), query: { tag: 'a' } },
        client: 'an API key is no parameter',
      },
      { send: 'GET /things?tag=a', answers: 401 },
      { send: 'GET /things?api_key=', answers: 401 },
      { send: 'GET /things?api_key=ada&api_key=ada', answers: 401 },
      { send: 'GET /things?api_key=ada&color=1', answers: 422, at: '/query/color' },
      { send: 'GET /open?api_key=ada', gets: {} },
    ],
    note: 'it is in no log, key of the cache or link to another page',
  },
  {
    feature: '`apiKey` in a cookie',
    contract: keyed('cookie', 'session'),
    cases: [
      { send: 'GET /things', headers: { cookie: 'a=1; session=ada' }, gets: caller('ada') },
      { send: 'GET /things', headers: { cookie: 'my_session=ada' }, answers: 401 },
      { send: 'GET /things', headers: { cookie: 'session=ada; session=eve' }, answers: 401 },
    ],
  },
  {
    feature: '`apiKey` in the header `Authorization`',
    contract: keyed('header', 'Authorization'),
    cases: [
      { send: 'GET /things', headers: { authorization: 'Token ada' }, gets: caller('Token ada') },
      { send: 'GET /things', answers: 401 },
    ],
  },
  {
    feature: '`http`, `scheme: basic`',
    contract: `
      get /things: { security: [{ login: [] }] }
      securitySchemes: { login: { type: http, scheme: Basic } }
    `,
    cases: [
      { send: 'GET /things', headers: basic('ada:a:b'), gets: caller('ada', 'a:b') },
      { send: 'GET /things', headers: basic('zoë:ü'), gets: caller('zoë', 'ü') },
      { send: 'GET /things', headers: basic('key:'), gets: caller('key', '') },
      { send: 'GET /things', headers: basic(':'), answers: 401 },
      { send: 'GET /things', headers: basic('ada'), answers: 401 },
      { send: 'GET /things', headers: basic('zoë:ü', 'latin1'), answers: 401 },
      { send: 'GET /things', headers: basic('ada\0:a'), answers: 401 },
      { send: 'GET /things', headers: { authorization: 'Basic !' }, answers: 401 },
      { send: 'GET /things', headers: bearer('ada'), answers: 401 },
      { send: 'GET /things', answers: challenge('Basic realm="api", charset="UTF-8"') },
    ],
  },
  ...[
    [
      '`http`, `scheme: bearer` with any `bearerFormat`',
      '{ type: http, scheme: bearer, bearerFormat: JWT }',
    ],
    ['`oauth2`', '{ type: oauth2, flows: {} }'],
    ['`openIdConnect`', '{ type: openIdConnect, openIdConnectUrl: "https://example.com" }'],
  ].map(([feature = '', scheme = '']) => ({
    feature: `${feature}, with scopes`,
    contract: `
      get /things: { security: [{ login: [read, write] }] }
      securitySchemes: { login: ${scheme} }
    `,
    cases: [
      { send: 'GET /things', headers: bearer('write+read'), gets: caller('write+read') },
      { send: 'GET /things', headers: bearer('read'), answers: 403 },
      {
        send: 'GET /things',
        headers: bearer('wrong'),
        answers: challenge('Bearer realm="api", error="invalid_token"'),
      },
      { send: 'GET /things', answers: challenge('Bearer realm="api"') },
    ],
  })),
  {
    feature: 'alternatives: either of two schemes',
    contract: bothForms,
    cases: [
      { send: 'GET /things', headers: { 'x-key': 'ada' }, gets: callerBy('key', 'ada') },
      { send: 'GET /things', headers: bearer('write'), gets: callerBy('login', 'write') },
      { send: 'GET /things', headers: bearer('read'), answers: 403 },
      { send: 'GET /things', headers: { 'x-key': 'wrong', ...bearer('read') }, answers: 403 },
      {
        send: 'GET /things',
        headers: { 'x-key': 'wrong', ...bearer('write') },
        gets: callerBy('login', 'write'),
      },
      {
        send: 'GET /things',
        headers: { 'x-key': 'ada', ...bearer('write') },
        gets: callerBy('key', 'ada'),
      },
      {
        send: 'GET /things',
        answers: challenge('ApiKey realm="api", in="header", name="X-Key", Bearer realm="api"'),
      },
    ],
    types: [
      "const scheme: 'key' | 'login' = principal.scheme",
      "! const scheme: 'key' = principal.scheme",
      '! principal.others.login',
    ],
    note: 'the first one whose credentials are valid decides',
  },
  {
    feature: 'a combination: two schemes together',
    contract: `
      get /things: { security: [{ key: [], login: [write] }] }
      ${both}
    `,
    cases: [
      {
        send: 'GET /things',
        headers: { 'x-key': 'app', ...bearer('write') },
        gets: callerBy('key', 'app', { login: caller('write').principal }),
      },
      { send: 'GET /things', headers: { 'x-key': 'write', ...bearer('read') }, answers: 403 },
      { send: 'GET /things', headers: { 'x-key': 'app' }, answers: 401 },
      { send: 'GET /things', headers: { 'x-key': 'wrong', ...bearer('write') }, answers: 401 },
      { send: 'GET /things', headers: bearer('write'), answers: 401 },
    ],
    types: ['const user: string = principal.others.login.id', '! principal.others.key'],
  },
  {
    feature: 'optional security: `{}` among the alternatives',
    contract: `
      get /things: { security: [{}, { login: [] }] }
      ${both}
    `,
    cases: [
      { send: 'GET /things', gets: { principal: null } },
      { send: 'GET /things', headers: bearer('ada'), gets: caller('ada') },
      { send: 'GET /things', headers: bearer('wrong'), answers: 401 },
      { send: 'GET /things', headers: basic('ada:ada'), answers: 401 },
      { send: 'GET /things', headers: { authorization: 'Bearer' }, answers: 401 },
    ],
    types: ['const id: string | undefined = principal?.id', '! principal.id'],
    note: 'wrong credentials are a 401, never an anonymous client',
  },
  {
    feature: 'optional combination',
    contract: `
      get /things: { security: [{ key: [], login: [] }, {}] }
      ${both}
    `,
    cases: [
      { send: 'GET /things', gets: { principal: null } },
      { send: 'GET /things', headers: bearer('ada'), answers: 401 },
    ],
  },
  {
    feature: '`security` of the document, and `security: []` of an operation',
    contract: `
      security: [{ key: [] }]
      get /things: null
      get /open: { security: [] }
      ${apiKey('header', 'X-Key')}
    `,
    cases: [
      { send: 'GET /things', headers: { 'x-key': 'ada' }, gets: caller('ada') },
      { send: 'GET /things', answers: 401 },
      { send: 'GET /open', headers: { 'x-key': 'wrong' }, gets: { principal: null } },
    ],
  },
  {
    feature: '`Vary` names the headers of credentials',
    contract: `
      get /things:
        security: [{ key: [] }, { session: [] }, { login: [] }]
        responses: { 200: { json: { type: integer } } }
      securitySchemes:
        key: { type: apiKey, in: header, name: X-Key }
        session: { type: apiKey, in: cookie, name: session }
        login: { type: http, scheme: basic }
    `,
    cases: [
      {
        send: 'GET /things',
        headers: basic('ada:ada'),
        gets: callerBy('login', 'ada'),
        returns: { status: 200, body: 1 },
        answers: {
          headers: {
            vary: 'Accept, X-Key, Cookie, Authorization',
            'cache-control': 'private, no-cache',
          },
        },
      },
    ],
  },
  {
    feature: 'a scheme by reference',
    contract: `
      get /things: { security: [{ key: [] }] }
      securitySchemes:
        key: { $ref: '#/components/securitySchemes/other' }
        other: { type: apiKey, in: header, name: X-Key }
    `,
    cases: [{ send: 'GET /things', headers: { 'x-key': 'ada' }, gets: caller('ada') }],
  },
  ...[
    ['`mutualTLS`', '{ type: mutualTLS }', 'which is mutualTLS'],
    ['`http`, `scheme: digest`', '{ type: http, scheme: digest }', 'which is http digest'],
    ['a scheme that is not declared', undefined, 'there is no security scheme other'],
  ].map(([feature = '', scheme, message]) => ({
    feature,
    contract: `
      get /things: { security: [{ other: [] }] }
      securitySchemes: { ${scheme === undefined ? '' : `other: ${scheme}`} }
    `,
    refused: `engine/security: ${message}`,
  })),
  {
    feature: 'Basic and a bearer token together',
    contract: `
      get /things: { security: [{ basic: [], token: [] }] }
      securitySchemes: { basic: { type: http, scheme: basic }, token: { type: http, scheme: bearer } }
    `,
    refused: 'engine/security: one Authorization header',
  },
  {
    feature: 'an API key that is a query parameter as well',
    contract: `
      get /things:
        parameters: [{ name: api_key, in: query, schema: { type: string } }]
        security: [{ key: [] }]
      ${apiKey('query', 'api_key')}
    `,
    refused: 'engine/security: leave it to security',
  },
]

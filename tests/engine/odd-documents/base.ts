// A document with one of each object of OpenAPI. An odd document is this one with one edit.

export type Key = string | number

/** One place of the document that gets another value. */
export interface Edit {
  readonly at: readonly Key[]
  readonly value: unknown
}

/** Returns a document with one value in the place of another. */
export function edited({ at, value }: Edit, source: object = base): object {
  const document = structuredClone(source)
  let holder = document as Record<Key, unknown>
  for (const key of at.slice(0, -1)) holder = holder[key] as Record<Key, unknown>
  const key = at.at(-1) ?? ''
  Object.defineProperty(holder, key, {
    value,
    ...{ configurable: true, enumerable: true, writable: true },
  })
  return document
}

const operation = ['paths', '/things/{id}', 'get']
const write = ['paths', '/things/{id}', 'put']
const success = [...operation, 'responses', '200']

/** Where each kind of object stands in the document. */
export const places = {
  root: [],
  info: ['info'],
  contact: ['info', 'contact'],
  license: ['info', 'license'],
  server: ['servers', 0],
  serverVariable: ['servers', 0, 'variables', 'host'],
  tag: ['tags', 0],
  externalDocs: ['externalDocs'],
  paths: ['paths'],
  pathItem: ['paths', '/things/{id}'],
  operation,
  write,
  pathParameter: ['paths', '/things/{id}', 'parameters', 0],
  queryParameter: [...operation, 'parameters', 0],
  headerParameter: [...operation, 'parameters', 1],
  cookieParameter: [...operation, 'parameters', 2],
  requestBody: [...write, 'requestBody'],
  requestContent: [...write, 'requestBody', 'content'],
  requestMedia: [...write, 'requestBody', 'content', 'application/json'],
  form: [...write, 'requestBody', 'content', 'application/x-www-form-urlencoded'],
  responses: [...operation, 'responses'],
  response: success,
  responseContent: [...success, 'content'],
  responseMedia: [...success, 'content', 'application/json'],
  examples: [...success, 'content', 'application/json', 'examples'],
  example: [...success, 'content', 'application/json', 'examples', 'one'],
  headers: [...success, 'headers'],
  header: [...success, 'headers', 'X-Count'],
  link: [...success, 'links', 'self'],
  rateLimit: [...write, 'x-rate-limit'],
  cache: ['paths', '/things', 'get', 'x-cache'],
  callback: [...write, 'callbacks', 'done'],
  callbackItem: [...write, 'callbacks', 'done', '{$request.body#/url}'],
  webhook: ['webhooks', 'changed'],
  components: ['components'],
  schemas: ['components', 'schemas'],
  responseComponents: ['components', 'responses'],
  parameterComponents: ['components', 'parameters'],
  securitySchemes: ['components', 'securitySchemes'],
  bearer: ['components', 'securitySchemes', 'token'],
  apiKey: ['components', 'securitySchemes', 'key'],
  flow: ['components', 'securitySchemes', 'oauth', 'flows', 'clientCredentials'],
  properties: ['components', 'schemas', 'Thing', 'properties'],
  discriminator: ['components', 'schemas', 'Pet', 'discriminator'],
} as const satisfies Record<string, readonly Key[]>

/** Where a schema stands in the document. */
export const schemaPlaces = {
  property: ['components', 'schemas', 'Thing', 'properties', 'odd'],
  component: ['components', 'schemas', 'Odd'],
  query: [...operation, 'parameters', 0, 'schema'],
  path: ['paths', '/things/{id}', 'parameters', 0, 'schema'],
  header: [...success, 'headers', 'X-Count', 'schema'],
  form: [...write, 'requestBody', 'content', 'application/x-www-form-urlencoded', 'schema'],
} as const satisfies Record<string, readonly Key[]>

const answer = { 204: { description: 'Done' } }
const thing = { $ref: '#/components/schemas/Thing' }
const text = { type: 'string' }
const pet = (kind: string) => ({
  ...{ type: 'object', required: ['kind'], additionalProperties: false },
  properties: { kind: { type: 'string', const: kind } },
})

const base: Record<string, unknown> = {
  openapi: '3.1.0',
  info: { title: 'Odd', version: '1', contact: { name: 'A' }, license: { name: 'MIT' } },
  servers: [{ url: 'https://{host}/v1', variables: { host: { default: 'a.example' } } }],
  externalDocs: { url: 'https://a.example' },
  tags: [{ name: 'things' }],
  security: [{ token: [] }],
  paths: {
    '/things/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: text }],
      get: {
        operationId: 'getThing',
        tags: ['things'],
        parameters: [
          { name: 'q', in: 'query', schema: text },
          { name: 'X-Trace', in: 'header', schema: text },
          { name: 'mood', in: 'cookie', schema: text },
        ],
        responses: {
          200: {
            description: 'A thing',
            headers: { 'X-Count': { schema: { type: 'integer' } } },
            content: {
              'application/json': { schema: thing, examples: { one: { value: { name: 'A' } } } },
            },
            links: { self: { operationId: 'getThing' } },
          },
          404: { $ref: '#/components/responses/Missing' },
        },
      },
      put: {
        operationId: 'putThing',
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: thing },
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { name: text }, additionalProperties: false },
            },
          },
        },
        responses: answer,
        callbacks: { done: { '{$request.body#/url}': { post: { responses: answer } } } },
        'x-rate-limit': { limit: 10, window: 60, by: 'ip' },
      },
    },
    '/things': {
      get: { responses: answer, 'x-cache': { ttl: 60, unchanging: 'No write changes it.' } },
    },
  },
  webhooks: { changed: { post: { responses: answer } } },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: text,
          odd: { type: 'integer' },
          other: { $ref: '#/components/schemas/Odd' },
          pet: { $ref: '#/components/schemas/Pet' },
        },
      },
      Odd: text,
      Pet: {
        oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
        discriminator: {
          propertyName: 'kind',
          mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
        },
      },
      Cat: pet('cat'),
      Dog: pet('dog'),
    },
    responses: { Missing: { description: 'There is none' } },
    parameters: { Page: { name: 'page', in: 'query', schema: text } },
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: {} } },
      },
    },
  },
}

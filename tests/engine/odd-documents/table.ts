// The odd documents: each field of each object of OpenAPI and each keyword of JSON Schema with odd values,
// odd names in each place that has names, and references that lead nowhere or in circles.
import { type Edit, type Key, places, schemaPlaces } from './base.ts'

/** Values that few fields expect. */
const values: readonly unknown[] = [
  ...[null, true, -1, 1.5, '', 'odd', [], [null], {}, { a: null }, { $ref: '#/nothing' }],
]

/** The fields of each kind of object, by the specifications of 3.0, 3.1 and 3.2. */
const fields: Readonly<Record<string, string>> = {
  root: 'info jsonSchemaDialect servers paths webhooks components security tags externalDocs $self x-odd odd',
  info: 'title summary description termsOfService contact license version odd',
  contact: 'name url email',
  license: 'name identifier url',
  server: 'url description variables name',
  serverVariable: 'enum default description',
  tag: 'name description externalDocs parent kind',
  externalDocs: 'url description',
  paths: '/a /{b} /a/{b}/{b} /{b}{c} /things/{other} odd x-odd',
  pathItem:
    '$ref summary description get put post delete options head patch trace query additionalOperations servers parameters odd',
  operation:
    'tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers x-cache x-owner x-rate-limit x-invalidates x-idempotent x-original-operation-id odd',
  write:
    'operationId parameters requestBody responses callbacks security servers x-invalidates x-idempotent x-cache x-owner x-rate-limit',
  pathParameter: 'name in description required deprecated style explode schema content x-set',
  queryParameter:
    'name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content x-set x-set-by-browser odd',
  headerParameter: 'name in required style explode schema content x-set x-set-by-browser',
  cookieParameter: 'name in required style explode schema content x-set x-set-by-browser',
  requestBody: 'description content required x-body-limit',
  requestContent: 'application/json text/plain */* odd multipart/form-data application/xml',
  requestMedia: 'schema itemSchema example examples encoding prefixEncoding x-itemSchema odd',
  form: 'schema example examples encoding x-itemSchema',
  responses: '200 204 default 4XX 2xx 99 600 odd x-odd',
  response: 'description headers content links summary odd',
  responseContent: 'application/json text/plain text/event-stream */* odd application/xml',
  responseMedia: 'schema itemSchema example examples encoding x-itemSchema',
  examples: 'one two',
  example: 'summary description value externalValue dataValue serializedValue',
  headers: 'X-Count Content-Type Set-Cookie odd',
  header: 'description required deprecated style explode schema example examples content',
  link: 'operationRef operationId parameters requestBody description server',
  rateLimit: 'limit window by odd',
  cache: 'ttl scope maxAge unchanging odd',
  callback: 'odd $ref {$request.body#/url}',
  callbackItem: 'post get parameters $ref',
  webhook: 'post get parameters $ref',
  components:
    'schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems mediaTypes odd',
  schemas: 'Odd Thing New',
  responseComponents: 'Missing New',
  parameterComponents: 'Page New',
  securitySchemes: 'token key new',
  bearer: 'type description scheme bearerFormat deprecated',
  apiKey: 'type name in',
  flow: 'tokenUrl authorizationUrl refreshUrl scopes',
  discriminator: 'propertyName mapping defaultMapping',
}

/** Every keyword of JSON Schema 2020-12, of earlier drafts and of OpenAPI, with its own odd values. */
const keywords: Readonly<Record<string, readonly unknown[]>> = {
  $ref: ['#', '#/components/schemas/Odd', '#/components/schemas/None', '#/components/schemas/Odd/'],
  $dynamicRef: ['#', '#a'],
  $recursiveRef: ['#'],
  $id: ['a', 'https://a.example/odd', '#a'],
  $anchor: ['a', '1'],
  $dynamicAnchor: ['a'],
  $schema: [
    'https://json-schema.org/draft/2020-12/schema',
    'http://json-schema.org/draft-07/schema#',
  ],
  $vocabulary: [{ 'https://a.example': true }],
  $comment: ['a'],
  $defs: [{ a: { type: 'string' } }, { a: true }],
  definitions: [{ a: { type: 'string' } }],
  type: [
    ...['string', 'null', 'integer', 'file', 'any', ['string', 'null'], ['string', 'integer']],
    ...[['null'], ['object', 'array'], ['string', 'string']],
  ],
  enum: [[1, 'a', null], [{ a: 1 }], [[1]], [''], [`it's "a" \\ \`b\` \${c}\u2028`], [1e21, -0]],
  const: [[1], { a: [1] }, 'it\'s "a"\n\u2028'],
  multipleOf: [0.01, 1e-300, 1e300],
  maximum: [1e300],
  exclusiveMaximum: [1e300],
  minimum: [1e300],
  exclusiveMinimum: [1e300],
  maxLength: [1e300, 1],
  minLength: [1e6, 1],
  pattern: ['(', '^\\p{L}+$', '[', "'", '/', '^(?<a>b)\\k<a>$', '^(a+)+$', '\u2028'],
  prefixItems: [[{ type: 'string' }], [true], [{ type: 'string' }, false]],
  items: [{ type: 'string' }, true, [{ type: 'string' }]],
  additionalItems: [false],
  maxItems: [1],
  minItems: [2],
  uniqueItems: [],
  contains: [{ type: 'string' }],
  maxContains: [0],
  minContains: [0, 2],
  unevaluatedItems: [{ type: 'string' }],
  maxProperties: [1],
  minProperties: [3],
  required: [['a'], ['__proto__'], ['name', 'name'], [1]],
  properties: [
    ...[{ a: true }, { a: false }, { a: {} }, { a: { properties: { b: { items: {} } } } }],
    ...[{ constructor: { type: 'string' } }, { 'it\'s "\\`${c}\n\u2028': { type: 'string' } }],
    ...[JSON.parse('{"__proto__":{"type":"string"}}'), { '': { type: 'string' } }],
  ],
  patternProperties: [{ '^a': { type: 'string' } }, { '(': {} }, { a: true }],
  additionalProperties: [{ type: 'string' }, true],
  propertyNames: [{ maxLength: 3 }],
  unevaluatedProperties: [{ type: 'string' }],
  dependentRequired: [{ a: ['b'] }, { a: 'b' }],
  dependentSchemas: [{ a: { required: ['b'] } }, { a: false }],
  dependencies: [{ a: ['b'] }],
  allOf: [[{ type: 'string' }], [{ type: 'string' }, { type: 'integer' }], [true], [false]],
  anyOf: [[{ type: 'string' }], [{ type: 'string' }, { type: 'integer' }], [true], [false]],
  oneOf: [[{ type: 'string' }], [{ type: 'string' }, { type: 'string' }], [true], [false]],
  not: [{ type: 'string' }],
  if: [{ type: 'string' }],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: [{ type: 'string' }],
  else: [{ type: 'string' }],
  format: ['email', 'int64', 'binary', 'constructor', 'no-such', 'regex'],
  contentEncoding: ['base64', 'quoted-printable'],
  contentMediaType: ['image/png', 'application/json'],
  contentSchema: [{ type: 'string' }],
  title: ['*/ a'],
  description: ['*/ `a` \u2028'],
  default: [{ a: 1 }, [1]],
  deprecated: [],
  readOnly: [],
  writeOnly: [],
  example: [{ $ref: '#/components/schemas/Odd' }],
  examples: [[{ $ref: '#/nothing' }], { a: { value: 1 } }],
  nullable: [],
  discriminator: [{ propertyName: 'kind' }, { propertyName: 'kind', mapping: { a: 'b' } }],
  xml: [{ name: 'a', attribute: true }],
  externalDocs: [{ url: 'https://a.example' }],
  'x-open-enum': [],
  'x-odd': [],
}

const jsonTypes = ['object', 'array', 'string', 'number']

const names: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    '',
    ' ',
    'a b',
    "it's",
  ],
  ...[
    'a"b',
    'a\\b',
    `a\`\${b}`,
    '*/',
    'a.b',
    'a-b',
    'a/b',
    'a~b',
    'a%41b',
    '$ref',
    '1',
    'class',
    'delete',
  ],
  ...['ünï', '😀', '\u2028', '\n', '\0', '{a}', '[a]', '#', '?', 'x'.repeat(3000)],
]

/** Where the document has a name of its author's choice: what stands under it, or the name itself. */
const named: Readonly<Record<string, readonly [at: readonly Key[], value?: unknown]>> = {
  path: [places.paths, { get: { responses: { 204: { description: 'Done' } } } }],
  property: [places.properties, { type: 'string' }],
  schema: [places.schemas, { type: 'string' }],
  response: [places.responseComponents, { description: 'None' }],
  parameter: [places.parameterComponents, { name: 'a', in: 'query', schema: { type: 'string' } }],
  scheme: [places.securitySchemes, { type: 'http', scheme: 'basic' }],
  header: [places.headers, { schema: { type: 'string' } }],
  example: [places.examples, { value: { name: 'A' } }],
  status: [places.responses, { description: 'None' }],
  'request type': [places.requestContent, { schema: { type: 'object' } }],
  'response type': [places.responseContent, { schema: { type: 'object' } }],
  webhook: [['webhooks'], { post: { responses: { 204: { description: 'Done' } } } }],
  operationId: [[...places.operation, 'operationId']],
  'query parameter': [[...places.queryParameter, 'name']],
  'header parameter': [[...places.headerParameter, 'name']],
  'cookie parameter': [[...places.cookieParameter, 'name']],
  tag: [[...places.tag, 'name']],
  version: [['info', 'version']],
  title: [['info', 'title']],
  url: [[...places.server, 'url']],
  'discriminator property': [[...places.discriminator, 'propertyName']],
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** Components that contain themselves. */
const circles: Readonly<Record<string, unknown>> = {
  'a schema that is itself': ref('Odd'),
  'a schema that allOf is itself': { allOf: [ref('Odd')] },
  'a schema that anyOf is itself': { anyOf: [ref('Odd'), { type: 'string' }] },
  'a schema that oneOf is itself': { oneOf: [ref('Odd')] },
  'a schema that is not itself': { not: ref('Odd') },
  'a list of itself': { type: 'array', items: ref('Odd') },
  'a map of itself': { type: 'object', additionalProperties: ref('Odd') },
  'an object with itself': { type: 'object', properties: { a: ref('Odd') } },
  'an object that needs itself': { type: 'object', properties: { a: ref('Odd') }, required: ['a'] },
  'a tree': {
    ...{ type: 'object', required: ['name', 'children'] },
    properties: { name: { type: 'string' }, children: { type: 'array', items: ref('Odd') } },
  },
  'a tree with allOf': {
    allOf: [ref('Cat'), { type: 'object', properties: { parent: ref('Odd') } }],
  },
  'a schema through another': { type: 'object', properties: { thing: ref('Thing') } },
  'a schema inside its own $defs': {
    ...{ type: 'object', properties: { a: { $ref: '#/components/schemas/Odd/$defs/b' } } },
    $defs: { b: { type: 'array', items: ref('Odd') } },
  },
  'a reference into itself': { type: 'object', properties: { a: ref('Odd/properties/a') } },
  'a schema 300 levels deep': nested(300),
  'an object of 2,000 members': {
    type: 'object',
    properties: Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`member${index}`, { type: 'integer' }]),
    ),
  },
  'an enum of 5,000 values': { enum: Array.from({ length: 5000 }, (_, index) => `value${index}`) },
}

function nested(depth: number): object {
  return depth === 0 ? { type: 'string' } : { type: 'array', items: nested(depth - 1) }
}

export type OddDocument = readonly [name: string, edit: Edit]

/** Returns all odd documents by name. */
export function* oddDocuments(): Generator<OddDocument> {
  const others = Object.entries(schemaPlaces).slice(1)
  let turn = 0
  for (const [kind, all] of Object.entries(fields)) {
    const at: readonly Key[] = places[kind as keyof typeof places]
    for (const field of all.split(' ')) {
      for (const value of values)
        yield [`${kind}: ${field}: ${shown(value)}`, edit(at, field, value)]
    }
  }
  for (const [keyword, own] of Object.entries(keywords)) {
    for (const value of [...values, ...own]) {
      const types = keyword === 'type' || !own.includes(value) ? [] : jsonTypes
      for (const type of [undefined, ...types]) {
        const schema = { ...(type && { type }), [keyword]: value }
        const [place, at] = others[turn++ % others.length] ?? ['property', schemaPlaces.property]
        yield [`property: ${shown(schema)}`, { at: schemaPlaces.property, value: schema }]
        yield [`${place}: ${shown(schema)}`, { at, value: schema }]
      }
    }
  }
  for (const [place, at] of Object.entries(schemaPlaces)) {
    for (const value of values) yield [`${place}: ${shown(value)}`, { at, value }]
  }
  for (const [kind, [at, value]] of Object.entries(named)) {
    for (const name of names) {
      const key = name.slice(0, 40)
      const renamed = value === undefined ? { at, value: name } : edit(at, name, value)
      yield [`${kind} called ${JSON.stringify(key)}`, renamed]
    }
  }
  for (const [name, schema] of Object.entries(circles)) {
    yield [name, { at: schemaPlaces.component, value: schema }]
  }
}

const edit = (at: readonly Key[], field: string, value: unknown): Edit => ({
  at: [...at, field],
  value,
})

const shown = (value: unknown) => JSON.stringify(value).slice(0, 80)

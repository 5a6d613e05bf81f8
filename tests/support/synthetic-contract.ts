// A contract of any size: resources with five operations each, as teams write them.

const component = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })
const json = (name: string) => ({
  content: { 'application/json': { schema: component('schemas', name) } },
})
const text = { type: 'string', maxLength: 100 }

/** Returns a document of OpenAPI 3.1 with so many operations, a multiple of five, and one for health. */
export function syntheticContract(operations: number): object {
  const names = Array.from({ length: operations / 5 }, (_, index) => `Thing${index}`)
  return {
    openapi: '3.1.0',
    info: { title: 'Synthetic', version: '1' },
    servers: [{ url: '/api/v1' }],
    security: [],
    paths: {
      '/health': { get: { operationId: 'getHealth', responses: { 204: { description: 'Well' } } } },
      ...Object.assign({}, ...names.map(pathsOf)),
    },
    components: {
      schemas: {
        Error: { ...object, required: ['message'], properties: { message: text } },
        ...Object.assign({}, ...names.map(schemasOf)),
      },
      responses: { Missing: { description: 'There is no such thing', ...json('Error') } },
    },
  }
}

const object = { type: 'object', additionalProperties: false }

function pathsOf(name: string): object {
  const path = `/${name.toLowerCase()}`
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
  const limit = { type: 'integer', minimum: 1, maximum: 100, default: 20 }
  const shown = { description: 'The thing', ...json(name) }
  const missing = component('responses', 'Missing')
  const body = { required: true, ...json(`${name}Input`) }
  return {
    [path]: {
      get: {
        operationId: `list${name}`,
        parameters: [
          { name: 'limit', in: 'query', schema: limit },
          { name: 'status', in: 'query', schema: { type: 'string', enum: ['open', 'closed'] } },
        ],
        responses: { 200: { description: 'A page', ...json(`${name}Page`) } },
      },
      post: { operationId: `create${name}`, requestBody: body, responses: { 201: shown } },
    },
    [`${path}/{id}`]: {
      parameters: [id],
      get: { operationId: `get${name}`, responses: { 200: shown, 404: missing } },
      put: {
        ...{ operationId: `replace${name}`, requestBody: body },
        responses: { 200: shown, 404: missing },
      },
      delete: {
        operationId: `delete${name}`,
        responses: { 204: { description: 'Deleted' }, 404: missing },
      },
    },
  }
}

function schemasOf(name: string): object {
  const own = {
    title: text,
    status: { type: 'string', enum: ['open', 'closed'] },
    count: { type: ['integer', 'null'], minimum: 0 },
    tags: { type: 'array', maxItems: 20, items: text },
  }
  const items = { type: 'array', maxItems: 100, items: component('schemas', name) }
  return {
    [`${name}Input`]: { ...object, required: ['title'], properties: own },
    [name]: {
      ...{ ...object, required: ['id', 'title', 'createdAt'] },
      properties: {
        id: { type: 'string', format: 'uuid' },
        ...own,
        createdAt: { type: 'string', format: 'date-time' },
      },
    },
    [`${name}Page`]: {
      ...{ ...object, required: ['items', 'nextCursor'] },
      properties: { items, nextCursor: { type: ['string', 'null'], maxLength: 100 } },
    },
  }
}

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
  {
    feature: 'a number as a parameter, with one spelling',
    contract: `
      get /things:
        parameters: [{ name: price, in: query, schema: { type: number } }]
    `,
    cases: [
      { send: 'GET /things?price=1.5', gets: { query: { price: 1.5 } } },
      { send: 'GET /things?price=-0.25', gets: { query: { price: -0.25 } } },
      ...['1e0', '%2B1', '01', '%201', '1.0', '.5', '-0', 'NaN', '0.12345678901234567891'].map(
        (it) => ({ send: `GET /things?price=${it}`, answers: 422, at: '/query/price' }),
      ),
    ],
    types: ['const price: number | undefined = query.price'],
  },
  {
    feature: 'an integer as a parameter that a double cannot hold',
    contract: `
      get /things:
        parameters: [{ name: id, in: query, schema: { type: integer } }]
    `,
    cases: [
      { send: 'GET /things?id=9007199254740991', gets: { query: { id: 9007199254740991 } } },
      { send: 'GET /things?id=9007199254740993', answers: 422, at: '/query/id' },
    ],
  },
  {
    feature: '`style: form`, `explode: true`: an array in the query',
    contract: `
      get /things:
        parameters:
          - { name: tag, in: query, schema: { type: array, maxItems: 3, items: { type: string, maxLength: 5 } } }
          - { name: size, in: query, schema: { type: array, items: { type: integer } } }
    `,
    cases: [
      { send: 'GET /things?tag=a&tag=b%2Cc', gets: { query: { tag: ['a', 'b,c'] } } },
      { send: 'GET /things?size=3', gets: { query: { size: [3] } } },
      { send: 'GET /things?size=3&size=x', answers: 422, at: '/query/size/1' },
      { send: 'GET /things?tag=a&tag=b&tag=c&tag=d', answers: 422, at: '/query/tag' },
      { send: 'GET /things?tag=%zz', answers: 400 },
    ],
    types: [
      'const tag: string[] | undefined = query.tag',
      'const size: number[] | undefined = query.size',
      '! const one: string | undefined = query.tag',
    ],
  },
  {
    feature: '`x-set: true`: a list whose order and repetition do not matter',
    contract: `
      get /things:
        parameters: [{ name: tag, in: query, x-set: true, schema: { type: array, items: { type: string, maxLength: 5 } } }]
    `,
    cases: [{ send: 'GET /things?tag=b&tag=a&tag=b', gets: { query: { tag: ['b', 'a', 'b'] } } }],
    note: 'one cache entry and one cursor for all spellings; handlers get the list as it was sent',
  },
  {
    feature: '`x-set: true` at what is no list in the query',
    contract: `
      get /things:
        parameters: [{ name: tag, in: query, x-set: true, schema: { type: string } }]
    `,
    refused: 'engine/parameter-type: has x-set, which is for lists in the query',
  },
  {
    feature: '`style: form`, `explode: false`: an array in the query',
    contract: `
      get /things:
        parameters:
          - { name: tag, in: query, explode: false, required: true, schema: { type: array, items: { type: string, maxLength: 5 } } }
    `,
    cases: [
      {
        send: 'GET /things?tag=a,b',
        gets: { query: { tag: ['a', 'b'] } },
      },
      {
        send: 'GET /things?tag=a%2Cb',
        gets: { query: { tag: ['a,b'] } },
      },
      { send: 'GET /things?tag=a&tag=b', answers: 422, at: '/query/tag' },
      { send: 'GET /things?tag=a,longer', answers: 422, at: '/query/tag/1' },
      { send: 'GET /things', answers: 422, at: '/query/tag' },
    ],
  },
  {
    feature: '`style: deepObject`: an object in the query',
    contract: `
      get /things:
        parameters:
          - name: size
            in: query
            style: deepObject
            explode: true
            schema: { type: object, additionalProperties: false, properties: { min: { type: integer }, unit: { type: string, maxLength: 5 } } }
    `,
    cases: [
      {
        send: 'GET /things?size[min]=3&size%5Bunit%5D=cm',
        gets: { query: { size: { min: 3, unit: 'cm' } } },
      },
      { send: 'GET /things?size[min]=x', answers: 422, at: '/query/size/min' },
      { send: 'GET /things?size[min]=1&size[min]=2', answers: 422 },
      { send: 'GET /things?size[max]=3', answers: 422, at: '/query/size/max' },
      { send: 'GET /things?size=3', answers: 422, at: '/query/size' },
    ],
    types: ['const min: number | undefined = query.size?.min'],
  },
  {
    feature: '`style: form`: an object in the query, with and without `explode`',
    contract: `
      get /things:
        parameters:
          - name: size
            in: query
            schema: { type: object, additionalProperties: false, properties: { min: { type: integer } } }
          - name: color
            in: query
            explode: false
            schema: { type: object, additionalProperties: false, properties: { R: { type: integer }, G: { type: integer } } }
    `,
    cases: [
      {
        send: 'GET /things?min=3&color=R,1,G,2',
        gets: { query: { size: { min: 3 }, color: { R: 1, G: 2 } } },
      },
      { send: 'GET /things?min=x', answers: 422, at: '/query/size/min' },
      { send: 'GET /things?max=3', answers: 422, at: '/query/max' },
      { send: 'GET /things?color=R,1,G', answers: 422, at: '/query/color' },
    ],
  },
  {
    feature: '`style: simple`: arrays and objects in the path and in headers',
    contract: `
      get /things/{ids}/{color}:
        parameters:
          - { name: ids, in: path, required: true, schema: { type: array, items: { type: integer } } }
          - { name: color, in: path, required: true, explode: true, schema: { type: object, additionalProperties: false, properties: { R: { type: integer } } } }
          - { name: X-Tags, in: header, schema: { type: array, items: { type: string, maxLength: 9 } } }
    `,
    cases: [
      {
        send: 'GET /things/1,2/R=3',
        headers: { 'x-tags': 'a, b' },
        gets: { params: { ids: [1, 2], color: { R: 3 } } },
      },
      { send: 'GET /things/1,x/R=3', answers: 422, at: '/path/ids/1' },
      { send: 'GET /things/1%2C2/R=3', answers: 422, at: '/path/ids/0' },
      { send: 'GET /things/1/3', answers: 422, at: '/path/color' },
    ],
    types: ['const ids: number[] = params.ids'],
  },
  {
    feature: 'a union, a null and a schema behind `$ref` as parameters',
    contract: `
      get /things:
        parameters:
          - { name: limit, in: query, schema: { $ref: '#/components/schemas/Limit' } }
          - { name: parent, in: query, schema: { type: [integer, 'null'] } }
      schemas: { Limit: { type: integer, maximum: 50, default: 20 } }
    `,
    cases: [
      { send: 'GET /things', gets: { query: { limit: 20 } } },
      {
        send: 'GET /things?parent=',
        gets: { query: { limit: 20, parent: null } },
      },
      { send: 'GET /things?parent=3&limit=1', gets: { query: { limit: 1, parent: 3 } } },
      { send: 'GET /things?parent=x', answers: 422, at: '/query/parent' },
    ],
  },
  {
    feature: 'several parameters in one segment, and a colon in a path',
    contract: `
      get /files/{name}.{ext}: { parameters: [{ name: name, in: path, required: true, schema: { type: string, maxLength: 20 } }, { name: ext, in: path, required: true, schema: { type: string, maxLength: 5 } }] }
      get /things/{thing-id}: { operationId: getOne, parameters: [{ name: thing-id, in: path, required: true, schema: { type: string, maxLength: 20 } }] }
      post /things/{thing-id}:cancel: { operationId: cancel, parameters: [{ name: thing-id, in: path, required: true, schema: { type: string, maxLength: 20 } }] }
      post /v1:batch: { operationId: batch }
    `,
    cases: [
      { send: 'GET /files/a.tar.gz', gets: { params: { name: 'a.tar', ext: 'gz' } } },
      {
        send: 'GET /things/a-b',
        gets: { params: { 'thing-id': 'a-b' } },
      },
      {
        send: 'POST /things/a:cancel',
        gets: { params: { 'thing-id': 'a' } },
      },
      { send: 'POST /v1:batch' },
      { send: 'GET /files/a', answers: 404 },
      { send: 'POST /things/a:start', answers: 405 },
      { send: 'GET /v1x', answers: 404 },
    ],
  },
  {
    feature:
      'the header parameters `Accept`, `Content-Type` and `Authorization`, which OpenAPI ignores',
    contract: `
      post /things:
        parameters:
          - { name: Accept, in: header, required: true, schema: { type: string, enum: [application/x-old] } }
          - { name: content-type, in: header, required: true, schema: { type: integer } }
          - { name: Authorization, in: header, content: { text/plain: {} } }
          - { name: X-Version, in: header, schema: { type: integer } }
        responses: { 204: { headers: { content-type: { required: true, schema: { type: integer } } } } }
    `,
    cases: [
      {
        send: 'POST /things',
        headers: { 'x-version': '2' },
        gets: { headers: { 'x-version': 2 } },
      },
    ],
    warns: 'engine/ignored-header: the header parameter Accept is ignored',
    types: ["! const accept = headers['accept']", "! const type = headers['content-type']"],
  },
  {
    feature: 'a parameter of a path item, and an operation that overrides it',
    contract: `
      paths:
        /things/{id}:
          parameters:
            - { name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }
            - { name: limit, in: query, schema: { type: integer, maximum: 9 } }
          get:
            parameters: [{ name: limit, in: query, required: true, schema: { type: integer, maximum: 99 } }]
            responses: { 204: { description: Done } }
          post: { x-invalidates: [getThingsById], responses: { 204: { description: Done } } }
    `,
    cases: [
      { send: 'GET /things/a?limit=50', gets: { params: { id: 'a' }, query: { limit: 50 } } },
      { send: 'GET /things/a', answers: 422, at: '/query/limit' },
      { send: 'POST /things/a', gets: { params: { id: 'a' }, query: {} } },
      { send: 'POST /things/a?limit=50', answers: 422, at: '/query/limit' },
    ],
  },
  {
    feature: 'a path with and without a slash at its end',
    contract: `
      get /things: { operationId: listThings }
      get /things/: { operationId: getIndex }
      get /things/{id}/: { parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }] }
    `,
    cases: [
      { send: 'GET /things' },
      { send: 'GET /things/' },
      { send: 'GET /things/a/', gets: { params: { id: 'a' } } },
      { send: 'GET /things/a', answers: 404 },
      { send: 'GET /things//', answers: 404 },
    ],
  },
  {
    feature: 'a concrete path beside a templated one',
    contract: `
      get /things/{id}: { parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 9 } }] }
      get /things/newest: {}
      get /{kind}/newest/parts: { parameters: [{ name: kind, in: path, required: true, schema: { type: string, maxLength: 9 } }] }
    `,
    cases: [
      { send: 'GET /things/a', gets: { params: { id: 'a' } } },
      { send: 'GET /things/newest', gets: { params: {} }, client: 'takes no empty object' },
      { send: 'GET /things/newest/parts', gets: { params: { kind: 'things' } } },
    ],
  },
  {
    feature: 'two paths that differ in the names of parameters alone',
    contract: `
      get /things/{id}: { parameters: [{ name: id, in: path, required: true, schema: { type: string } }] }
      delete /things/{name}: { parameters: [{ name: name, in: path, required: true, schema: { type: string } }] }
    `,
    refused: 'engine/path: the path differs from /things/{id} in the names of parameters alone',
  },
  {
    feature: 'a path with `#`',
    contract: 'get /things#archived: {}',
    refused: 'engine/path: a path has no #',
  },
  {
    feature: 'a path parameter that is not declared',
    contract: 'get /things/{id}: {}',
    refused: 'engine/path: the path parameter id is not declared',
  },
  {
    feature: '`style: spaceDelimited` and `style: pipeDelimited`: arrays and objects in the query',
    contract: `
      get /things:
        parameters:
          - { name: tag, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: string, maxLength: 5 } } }
          - { name: size, in: query, style: spaceDelimited, schema: { type: array, items: { type: integer } } }
          - { name: color, in: query, style: pipeDelimited, schema: { type: object, additionalProperties: false, properties: { R: { type: integer }, G: { type: integer } } } }
          - { name: kind, in: query, style: pipeDelimited, explode: true, schema: { type: array, items: { type: string, maxLength: 5 } } }
    `,
    cases: [
      {
        send: 'GET /things?tag=a%7Cb|c&size=1%202+3&color=R%7C1%7CG%7C2&kind=a&kind=b|c',
        gets: {
          query: {
            tag: ['a', 'b', 'c'],
            size: [1, 2, 3],
            color: { R: 1, G: 2 },
            kind: ['a', 'b|c'],
          },
        },
      },
      { send: 'GET /things?tag=a&tag=b', answers: 422, at: '/query/tag' },
      { send: 'GET /things?size=1%20x', answers: 422, at: '/query/size/1' },
      { send: 'GET /things?tag=a%7Clonger', answers: 422, at: '/query/tag/1' },
    ],
    types: ['const size: number[] | undefined = query.size'],
  },
  {
    feature: '`style: deepObject`: objects and lists inside of others, and lists',
    contract: `
      get /things:
        parameters:
          - name: filter
            in: query
            style: deepObject
            explode: true
            schema:
              type: object
              additionalProperties: false
              properties:
                size: { type: object, additionalProperties: false, properties: { min: { type: integer } } }
                tags: { type: array, items: { type: string, maxLength: 3 } }
                parts: { type: array, items: { type: object, additionalProperties: false, properties: { id: { type: integer } } } }
          - { name: expand, in: query, style: deepObject, explode: true, schema: { type: array, items: { type: string } } }
    `,
    cases: [
      {
        send: 'GET /things?filter[size][min]=3&filter[tags][0]=a&filter[tags][1]=b&filter%5Bparts%5D%5B0%5D%5Bid%5D=7&expand[0]=x',
        gets: {
          query: {
            filter: { size: { min: 3 }, tags: ['a', 'b'], parts: [{ id: 7 }] },
            expand: ['x'],
          },
        },
      },
      {
        send: 'GET /things?filter[tags][]=a&filter[tags][]=b&expand=x&expand=y',
        gets: { query: { filter: { tags: ['a', 'b'] }, expand: ['x', 'y'] } },
      },
      { send: 'GET /things?filter[size][min]=x', answers: 422, at: '/query/filter/size/min' },
      { send: 'GET /things?filter[size][max]=1', answers: 422, at: '/query/filter/size/max' },
      { send: 'GET /things?filter[tags][0]=long', answers: 422, at: '/query/filter/tags/0' },
      { send: 'GET /things?filter[size]=1', answers: 422, at: '/query/filter/size' },
      { send: 'GET /things?filter[size][min][x]=1', answers: 422, at: '/query/filter/size/min' },
      { send: 'GET /things?filter[tags][1]=a', answers: 422 },
      { send: 'GET /things?filter[size][min]=1&filter[size][min]=2', answers: 422 },
      { send: 'GET /things?filter[parts][][id]=1', answers: 422 },
      { send: 'GET /things?filter[size=1', answers: 422 },
    ],
    types: ['const min: number | undefined = query.filter?.size?.min'],
  },
  {
    feature: '`style: deepObject`: a scalar or an object, a list or a text',
    contract: `
      get /things:
        parameters:
          - name: created
            in: query
            style: deepObject
            schema: { anyOf: [{ type: object, additionalProperties: false, properties: { gte: { type: integer } } }, { type: integer }] }
          - name: tags
            in: query
            style: deepObject
            schema: { anyOf: [{ type: array, items: { type: string } }, { type: string, enum: [''] }] }
    `,
    cases: [
      { send: 'GET /things?created=5&tags=', gets: { query: { created: 5, tags: '' } } },
      {
        send: 'GET /things?created[gte]=5&tags[0]=a',
        gets: { query: { created: { gte: 5 }, tags: ['a'] } },
      },
      { send: 'GET /things?created=5&created[gte]=5', answers: 422 },
      { send: 'GET /things?created[lt]=5', answers: 422 },
      { send: 'GET /things?tags=a', answers: 422, at: '/query/tags' },
    ],
  },
  {
    feature: '`style: deepObject` of a scalar',
    contract: `
      get /things: { parameters: [{ name: tag, in: query, style: deepObject, schema: { type: string } }] }
    `,
    refused: 'engine/parameter-type: has the style deepObject, which is for objects and lists',
  },
  {
    feature: 'names of parameters such as `page[size]`, `ids[]` and `$top`',
    contract: `
      get /things:
        parameters:
          - { name: 'page[size]', in: query, schema: { type: integer } }
          - { name: 'ids[]', in: query, schema: { type: array, items: { type: integer } } }
          - { name: $top, in: query, schema: { type: integer } }
    `,
    cases: [
      {
        send: 'GET /things?page[size]=3&ids[]=1&ids%5B%5D=2&$top=5',
        gets: { query: { 'page[size]': 3, 'ids[]': [1, 2], $top: 5 } },
      },
      { send: 'GET /things', gets: { query: {} } },
      { send: 'GET /things?toString=x', answers: 422, at: '/query/toString' },
      { send: 'GET /things?page[size]=x', answers: 422, at: '/query/page[size]' },
    ],
  },
  {
    feature: 'a parameter called `constructor` or `__proto__`',
    contract: `
      get /things: { parameters: [{ name: __proto__, in: query, schema: { type: string } }, { name: constructor, in: query, schema: { type: string } }] }
    `,
    refused: 'engine/parameter-type: has a name that every object has',
  },
  {
    feature: 'a parameter that is a scalar or a list',
    contract: `
      get /things: { parameters: [{ name: tag, in: query, schema: { oneOf: [{ type: string }, { type: array, items: { type: string } }] } }] }
    `,
    refused:
      'engine/parameter-type: must be a scalar, a list or an object, and not several of them',
  },
  {
    feature: 'parameters in cookies, with and without `explode`',
    contract: `
      get /things:
        parameters:
          - { name: theme, in: cookie, schema: { type: string, maxLength: 5 } }
          - { name: tag, in: cookie, schema: { type: array, items: { type: string, maxLength: 5 } } }
          - { name: size, in: cookie, schema: { type: object, additionalProperties: false, properties: { min: { type: integer } } } }
          - { name: ids, in: cookie, explode: false, schema: { type: array, items: { type: integer } } }
    `,
    cases: [
      {
        send: 'GET /things',
        headers: { cookie: 'tag=a; theme=dark; other=1; min=3; tag="b"; ids=1,2; theme=no' },
        gets: { cookies: { theme: 'dark', tag: ['a', 'b'], size: { min: 3 }, ids: [1, 2] } },
        client: 'sends no cookies',
      },
      { send: 'GET /things', gets: { cookies: {} }, client: 'sends no cookies' },
      {
        send: 'GET /things',
        headers: { cookie: 'tag=a; tag=longer' },
        answers: 422,
        at: '/cookie/tag/1',
      },
      { send: 'GET /things', headers: { cookie: 'min=x' }, answers: 422, at: '/cookie/size/min' },
    ],
    types: ['const tag: string[] | undefined = cookies.tag'],
  },
  {
    feature: '`explode: true` of an object with any members in cookies',
    contract: `
      get /things: { parameters: [{ name: size, in: cookie, schema: { type: object, additionalProperties: { type: string } } }] }
    `,
    refused: 'engine/parameter-type: takes every cookie for a member of it',
  },
  {
    feature: '`allowEmptyValue`',
    contract: `
      get /things:
        parameters:
          - { name: limit, in: query, allowEmptyValue: true, schema: { type: integer, default: 20 } }
          - { name: tag, in: query, allowEmptyValue: true, schema: { type: array, items: { type: string, minLength: 1 } } }
    `,
    cases: [
      { send: 'GET /things?limit=&tag', gets: { query: { limit: 20 } } },
      { send: 'GET /things?limit=5&tag=a&tag=', gets: { query: { limit: 5, tag: ['a'] } } },
      { send: 'GET /things?limit=x', answers: 422, at: '/query/limit' },
    ],
    note: 'an empty text stands for a parameter that is left out',
  },
  {
    feature: '`allowReserved`',
    contract: `
      get /things:
        parameters:
          - { name: path, in: query, allowReserved: true, schema: { type: string, maxLength: 30 } }
          - { name: name, in: query, schema: { type: string, maxLength: 30 } }
    `,
    cases: [
      {
        send: "GET /things?path=/a?b=c;d+e%20f!'()*,:@$&name=g+h",
        gets: { query: { path: "/a?b=c;d+e f!'()*,:@$", name: 'g h' } },
      },
    ],
    note: 'a plus sign is one, and no space',
  },
  {
    feature: '`allowReserved` or `allowEmptyValue` outside of the query',
    contract: `
      get /things: { parameters: [{ name: X-Tag, in: header, allowReserved: true, schema: { type: string } }] }
    `,
    refused: 'engine/parameter-type: has allowReserved or allowEmptyValue, which are for the query',
  },
  {
    feature: 'a parameter with `content`: JSON',
    contract: `
      get /things/{id}:
        parameters:
          - { name: id, in: path, required: true, content: { application/json: { schema: { type: integer } } } }
          - { name: filter, in: query, content: { application/json: { schema: { $ref: '#/components/schemas/Filter' } } } }
          - { name: X-Tags, in: header, content: { application/vnd.tags+json: { schema: { type: array, items: { type: string } } } } }
          - { name: ids, in: cookie, content: { application/json: { schema: { type: array, items: { type: integer } } } } }
      schemas: { Filter: { type: object, additionalProperties: false, properties: { min: { type: integer }, in: { type: array, items: { type: string } } } } }
    `,
    cases: [
      {
        send: 'GET /things/5?filter={%22min%22:1,%22in%22:[%22a%22]}',
        headers: { 'x-tags': '["a"]', cookie: 'ids=[1,2]' },
        gets: {
          params: { id: 5 },
          query: { filter: { min: 1, in: ['a'] } },
          headers: { 'x-tags': ['a'] },
          cookies: { ids: [1, 2] },
        },
        client: 'sends JSON that its caller has written',
      },
      { send: 'GET /things/5', gets: { query: {} }, client: 'writes a number as its text' },
      { send: 'GET /things/%225%22', answers: 422, at: '/path/id' },
      { send: 'GET /things/5?filter={', answers: 422, at: '/query/filter' },
      {
        send: 'GET /things/5?filter={%22min%22:9007199254740993}',
        answers: 422,
        at: '/query/filter/min',
      },
      { send: 'GET /things/5', headers: { 'x-tags': '"a"' }, answers: 422, at: '/header/x-tags' },
    ],
    types: ['const min: number | undefined = query.filter?.min', '! const id: string = params.id'],
    note: 'a schema without a name of its own is `unknown` to handlers, unless it is a scalar',
  },
  {
    feature: 'a parameter with `content` that is no JSON',
    contract: `
      get /things: { parameters: [{ name: filter, in: query, content: { application/xml: { schema: { type: string } } } }] }
    `,
    refused: 'engine/parameter-type: has content other than one type of JSON',
  },
  ...pathStyles('label', false, ['.a%2Cb', '.1,2', '.R,3,G,4']),
  ...pathStyles('label', true, ['.a%2Cb', '.1.2', '.R=3.G=4']),
  ...pathStyles('matrix', false, [';text=a%2Cb', ';ids=1,2', ';color=R,3,G,4']),
  ...pathStyles('matrix', true, [';text=a%2Cb', ';ids=1;ids=2', ';R=3;G=4']),
]

/** Returns the row of a style of a path whose segments these are. */
function pathStyles(style: string, explode: boolean, segments: readonly string[]): Row[] {
  const [text, ids, color] = segments
  return [
    {
      feature: `\`style: ${style}\`, \`explode: ${explode}\`: a text, an array and an object in the path`,
      contract: `
      get /things/{text}/{ids}/{color}:
        parameters:
          - { name: text, in: path, required: true, style: ${style}, explode: ${explode}, schema: { type: string, maxLength: 5 } }
          - { name: ids, in: path, required: true, style: ${style}, explode: ${explode}, schema: { type: array, items: { type: integer } } }
          - { name: color, in: path, required: true, style: ${style}, explode: ${explode}, schema: { type: object, additionalProperties: false, properties: { R: { type: integer }, G: { type: integer } } } }
    `,
      cases: [
        {
          send: `GET /things/${segments.join('/')}`,
          gets: { params: { text: 'a,b', ids: [1, 2], color: { R: 3, G: 4 } } },
        },
        { send: `GET /things/a/${ids}/${color}`, answers: 422, at: '/path/text' },
        { send: `GET /things/${text}/1,2/${color}`, answers: 422, at: '/path/ids' },
        { send: `GET /things/${text}/${ids}x/${color}`, answers: 422, at: '/path/ids/1' },
      ],
      types: ['const ids: number[] = params.ids'],
    },
  ]
}

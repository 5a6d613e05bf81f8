// Rows: forms, `application/x-www-form-urlencoded`.
import type { Row } from './row.ts'

const headers = { 'content-type': 'application/x-www-form-urlencoded' }
const client = 'it sends application/json'

/** Returns the contract of one form, whose fields are YAML. */
const form = (schema: string, encoding = '{}') => `
  post /things:
    requestBody:
      required: true
      content:
        application/x-www-form-urlencoded:
          schema: ${schema}
          encoding: ${encoding}
`

/** Returns the case of a form and what its handler gets. */
const takes = (body: string, value: unknown) => ({
  send: 'POST /things',
  headers,
  body,
  gets: { body: value },
  client,
})

/** Returns the case of a form that is wrong at a pointer. */
const rejects = (body: string, at: string) => ({
  send: 'POST /things',
  headers,
  body,
  answers: 422,
  at: `/body${at}`,
})

export const forms: readonly Row[] = [
  {
    feature: '`application/x-www-form-urlencoded`: strings, integers, booleans',
    contract: `
      post /things:
        requestBody:
          required: true
          content: { application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Form' } } }
      schemas:
        Form:
          type: object
          additionalProperties: false
          required: [count]
          properties:
            count: { type: integer, maximum: 9 }
            isNew: { type: boolean }
            name: { type: string, maxLength: 5 }
    `,
    cases: [
      {
        send: 'POST /things',
        headers,
        body: 'count=3&isNew=true&name=5',
        gets: { body: { count: 3, isNew: true, name: '5' } },
        client,
      },
      { send: 'POST /things', headers, body: 'count=03', answers: 422, at: '/body/count' },
      { send: 'POST /things', headers, body: 'count=10', answers: 422, at: '/body/count' },
      {
        send: 'POST /things',
        headers,
        body: 'count=1&isNew=yes',
        answers: 422,
        at: '/body/isNew',
      },
      { send: 'POST /things', headers, body: 'count=1&__proto__=1', answers: 422 },
    ],
    types: ['const count: number = body.count'],
  },
  {
    feature: 'a form: numbers, null and several types',
    contract: form(
      `
      type: object
      additionalProperties: false
      properties:
        price: { type: number, maximum: 100 }
        size: { type: [integer, 'null'] }
    `.replaceAll('\n      ', '\n            '),
    ),
    cases: [
      takes('price=1.5&size=3', { price: 1.5, size: 3 }),
      takes('price=-2', { price: -2 }),
      takes('size=', { size: null }),
      rejects('price=1e2', '/price'),
      rejects('price=100.5', '/price'),
      rejects('size=x', '/size'),
    ],
    types: ['const price: number | undefined = body.price'],
  },
  {
    feature: 'a form: an empty field',
    note: 'It is a value where the schema takes an empty text, and means no value otherwise.',
    contract: form(
      '{ type: object, additionalProperties: false, required: [name], properties: { name: { type: string, minLength: 1, maxLength: 5 }, note: { type: string, maxLength: 5 }, kind: { type: string, enum: [a] }, count: { type: integer } } }',
    ),
    cases: [
      takes('name=a&note=', { name: 'a', note: '' }),
      takes('name=a&kind=&count=', { name: 'a' }),
      rejects('name=', '/name'),
      rejects('name=a&other=', '/other'),
    ],
  },
  {
    feature: 'a form: a list of scalars',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { tags: { type: array, maxItems: 3, items: { type: integer } } } }',
    ),
    cases: [
      takes('tags=1&tags=2', { tags: [1, 2] }),
      takes('tags=1', { tags: [1] }),
      rejects('tags=1&tags=x', '/tags/1'),
      rejects('tags=1&tags=2&tags=3&tags=4', '/tags'),
    ],
    types: ['const tags: number[] | undefined = body.tags'],
  },
  {
    feature: 'a form: `encoding` with `style: form`, `explode: false`',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { tags: { type: array, items: { type: string, maxLength: 5 } } } }',
      '{ tags: { style: form, explode: false } }',
    ),
    cases: [
      takes('tags=a,b%2Cc', { tags: ['a', 'b,c'] }),
      rejects('tags=a,abcdef', '/tags/1'),
      rejects('tags=a&tags=b', '/tags'),
    ],
  },
  {
    feature: 'a form: `encoding` with `style: deepObject`',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { size: { type: object, additionalProperties: false, properties: { width: { type: integer }, unit: { type: string, maxLength: 2 } } } } }',
      '{ size: { style: deepObject, explode: true } }',
    ),
    cases: [
      takes('size[width]=2&size%5Bunit%5D=m', { size: { width: 2, unit: 'm' } }),
      rejects('size[width]=x', '/size/width'),
      rejects('size[color]=x', '/size/color'),
    ],
  },
  {
    feature: 'a form: `style: deepObject` of objects and lists inside of others',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { items: { type: array, items: { type: object, additionalProperties: false, required: [price], properties: { price: { type: integer } } } }, card: { anyOf: [{ type: object, additionalProperties: false, properties: { owner: { type: object, additionalProperties: { type: string, maxLength: 3 } } } }, { type: string }] }, url: { type: string, maxLength: 3 } } }',
      '{ items: { style: deepObject, explode: true }, card: { style: deepObject, explode: true }, url: { style: deepObject, explode: true } }',
    ),
    cases: [
      takes('url=abc', { url: 'abc' }),
      rejects('url=abcd', '/url'),
      takes('items[0][price]=2&items[1][price]=3&card[owner][x]=abc', {
        items: [{ price: 2 }, { price: 3 }],
        card: { owner: { x: 'abc' } },
      }),
      takes('card=token', { card: 'token' }),
      rejects('items[0][price]=x', '/items/0/price'),
      rejects('items[0][size]=1', '/items/0/price'),
      rejects('items[1][price]=1', '/items[1][price]'),
    ],
  },
  {
    feature: 'a form: objects, which are JSON',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { owner: { $ref: "#/components/schemas/Owner" }, tags: { type: array, items: { $ref: "#/components/schemas/Owner" } } } }',
    ).concat(`
  schemas:
    Owner: { type: object, additionalProperties: false, properties: { id: { type: integer } } }
`),
    cases: [
      takes('owner=%7B%22id%22:1%7D', { owner: { id: 1 } }),
      takes('tags={"id":1}&tags={"id":2}', { tags: [{ id: 1 }, { id: 2 }] }),
      rejects('owner={"id":"x"}', '/owner/id'),
      rejects('owner={"id":9007199254740993}', '/owner/id'),
      rejects('owner={', '/owner'),
      rejects('tags={"id":1}&tags={', '/tags/1'),
    ],
    types: ['const id: number | undefined = body.owner?.id'],
  },
  {
    feature: 'a form whose schema takes no object',
    contract: form('{ type: string, maxLength: 5 }'),
    refused: 'engine/request-body: the schema of a form takes no object of fields',
  },
  {
    feature: 'a form: `encoding` with a style that no form has',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { tags: { type: array, items: { type: string, maxLength: 5 } } } }',
      '{ tags: { style: label } }',
    ),
    refused: 'engine/request-body: the field tags has the style label',
  },
  {
    feature: 'a form: `encoding` with another `contentType`',
    contract: form(
      '{ type: object, additionalProperties: false, properties: { logo: { type: string, maxLength: 5 } } }',
      '{ logo: { contentType: image/png } }',
    ),
    refused: 'engine/request-body: a field of a form is no image/png',
  },
]

// Rows: `multipart/form-data`.
import type { Row } from './row.ts'

const headers = { 'content-type': 'multipart/form-data; boundary=x' }
const client = 'it sends application/json'

/** Returns the contract of one multipart body. */
const contractOf = (properties: string, { encoding = '{}', rest = '' } = {}) => `
  post /things:
    requestBody:
      required: true
      content:
        multipart/form-data:
          schema: { type: object, additionalProperties: false, properties: ${properties}${rest} }
          encoding: ${encoding}
`

/** Returns a body of parts, each the rest of its first header, an empty line, and its bytes. */
const body = (...parts: string[]) =>
  `${parts.map((it) => `--x\r\nContent-Disposition: form-data; name=${it}\r\n`).join('')}--x--\r\n`

const field = (name: string, value: string) => `"${name}"\r\n\r\n${value}`
const file = (name: string, value: string, type = 'application/octet-stream') =>
  `"${name}"; filename="a.bin"\r\nContent-Type: ${type}\r\n\r\n${value}`

const takes = (...parts: string[]) => ({
  send: 'POST /things',
  headers,
  body: body(...parts),
  client,
})
const rejects = (at: string, ...parts: string[]) => ({
  send: 'POST /things',
  headers,
  body: body(...parts),
  answers: 422,
  at: `/body${at}`,
})

export const multipart: readonly Row[] = [
  {
    feature: '`multipart/form-data`: scalars, lists and JSON',
    contract: contractOf(
      '{ name: { type: string, maxLength: 5 }, count: { type: integer }, tags: { type: array, items: { type: integer } }, size: { type: object, additionalProperties: false, properties: { width: { type: integer } } } }',
    ),
    cases: [
      {
        ...takes(
          field('name', 'Ada'),
          field('count', '3'),
          field('tags', '1'),
          field('tags', '2'),
          field('size', '{"width":1}'),
        ),
        gets: { body: { name: 'Ada', count: 3, tags: [1, 2], size: { width: 1 } } },
      },
      rejects('/count', field('count', 'x')),
      rejects('/size/width', field('size', '{"width":"x"}')),
      rejects('/tags/1', field('tags', '1'), field('tags', 'x')),
      rejects('/other', field('other', '1')),
      rejects('/name', field('name', 'Ada'), field('name', 'Eve')),
    ],
    types: [
      'const count: number | undefined = body.count',
      '! const count: string | undefined = body.count',
    ],
  },
  {
    feature: '`multipart/form-data`: a file, `contentMediaType`',
    note: 'It is stored while it arrives, and removed unless the handler keeps it.',
    contract: contractOf(
      '{ file: { type: string, contentMediaType: application/octet-stream, maxLength: 5 }, name: { type: string, maxLength: 5 } }',
      { rest: ', required: [file]' },
    ),
    cases: [
      takes(field('name', 'Ada'), file('file', 'bytes')),
      rejects('/file', field('name', 'Ada')),
      takes(field('file', 'a')),
      rejects('/file', file('file', 'bytes!')),
      rejects('/file', file('file', 'a'), file('file', 'b')),
      takes(file('file', 'a', 'image/png')),
    ],
    types: [
      'const size: number = body.file.size',
      'const name: string | undefined = body.file.filename',
      'const key: Promise<string> = body.file.keep()',
      "const stream: import('node:stream').Readable = body.file.stream()",
      '! const text: string = body.file',
    ],
  },
  {
    feature: '`multipart/form-data`: a list of files, `maxItems`',
    contract: contractOf(
      '{ files: { type: array, maxItems: 2, items: { type: string, format: binary } } }',
    ),
    cases: [
      takes(file('files', 'a'), file('files', 'b')),
      rejects('/files/2', file('files', 'a'), file('files', 'b'), file('files', 'c')),
    ],
    types: ['const sizes: number[] | undefined = body.files?.map((it) => it.size)'],
  },
  {
    feature: '`multipart/form-data`: `contentType` in `encoding`, and `contentMediaType`',
    contract: contractOf(
      '{ image: { type: string, maxLength: 5 }, meta: { type: string, maxLength: 5 }, logo: { type: string, contentMediaType: image/png } }',
      {
        encoding:
          "{ image: { contentType: 'image/png, image/jpeg' }, meta: { contentType: application/json } }",
      },
    ),
    cases: [
      takes(file('image', 'a', 'image/jpeg'), field('meta', '"a"')),
      rejects('/image', file('image', 'a', 'image/gif')),
      takes(file('logo', 'a', 'image/png')),
      rejects('/logo', file('logo', 'a', 'image/gif')),
      rejects('/meta', field('meta', 'a')),
    ],
    types: ['const size: number | undefined = body.image?.size'],
  },
  {
    feature: '`multipart/form-data`: `encoding` with `headers`',
    contract: contractOf('{ name: { type: string, maxLength: 5 } }', {
      encoding: '{ name: { headers: { X-Id: { schema: { type: integer } } } } }',
    }),
    refused: 'engine/request-body: the headers of a part are not read',
  },
  {
    feature: '`multipart/form-data` whose schema is a file, and not an object with files',
    contract: `
      post /things:
        requestBody:
          content: { multipart/form-data: { schema: { type: string, format: binary } } }
    `,
    refused: 'engine/request-body: the schema of a form takes no object of fields',
  },
  {
    feature: '`multipart/form-data`: `additionalProperties: true`',
    contract: `
      post /things:
        requestBody:
          content: { multipart/form-data: { schema: { type: object, additionalProperties: true } } }
    `,
    refused: 'engine/request-body: a multipart body has declared parts only',
  },
  {
    feature: '`x-idempotent` with files',
    contract: `
      post /things:
        security: [{ bearer: [] }]
        x-idempotent: true
        requestBody:
          content:
            multipart/form-data:
              schema:
                type: object
                additionalProperties: false
                properties: { file: { type: string, contentMediaType: image/png } }
    `,
    refused: 'engine/idempotent: cannot compare the files',
  },
]

// A row shows one feature of OpenAPI or JSON Schema: a contract of a few lines, what goes in and what
// comes out. Each row runs through lint, codegen, compiler, service, mock and client, and is a line of
// docs/openapi-support.md, which `npm run codegen` writes. Add it to the file of its topic:
//
//   {
//     feature: '`style: form`, `explode: true`: an array',     // in the words of the specification
//     contract: `
//       get /things:                                           # any number of operations
//         parameters: [{ name: tag, in: query, schema: { type: array, items: { type: string } } }]
//       schemas: { Tag: { type: string } }                     # components; other keys are the document's
//     `,
//     cases: [
//       { send: 'GET /things?tag=a&tag=b', gets: { query: { tag: ['a', 'b'] } } },
//       { send: 'GET /things?color=1', answers: 422, at: '/query/color' },
//     ],
//     types: ['const tags: string[] | undefined = query.tag', '! const tag: number = query.tag'],
//   },
//
// What a contract leaves out is filled in: ids, `security: []`, descriptions, a 204. `json: <schema>` in a
// `requestBody` or a response stands for its `content`. A feature that the engine does not support has
// `refused: '<rule>: <part of its message>'` in place of cases. `schemaRow` makes the row of a schema.
import type { OutgoingHttpHeaders } from 'node:http'
import { parse } from 'yaml'
import type { ApiError } from '../../../src/engine/errors.ts'
import type { ProblemOptions } from '../../../src/engine/problem.ts'
import type { HandlerRequest, HandlerResult, OperationTypes } from '../../../src/engine/types.ts'

export interface Row {
  readonly feature: string
  /** YAML, as above. */
  readonly contract: string
  readonly cases?: readonly Case[]
  /**
   * Lines of a handler of the first operation, which has `params`, `query`, `headers`, `cookies`, `body`
   * and `principal`, and `bodyType` where it has several media types; one with `return` is the handler. A line after `!` must not compile.
   */
  readonly types?: readonly string[]
  /** The rule of the lint that names the place, a colon, and a part of its message. */
  readonly refused?: string
  /** What the lint warns of, in the same form; the row has cases as well. */
  readonly warns?: string
  /** Makes the bodies of errors in the document's own format. */
  readonly errorBody?: ProblemOptions['errorBody']
  /** For the table: what is special about it. */
  readonly note?: string
}

export interface Case {
  /** Method and path; the path begins behind the base path where the contract has servers. */
  readonly send: string
  readonly headers?: OutgoingHttpHeaders
  /** A text or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
  /** What the handler is given: each part that is named here, complete. The client sends the same. */
  readonly gets?: Partial<HandlerRequest<OperationTypes>> & {
    readonly bodyType?: string | undefined
  }
  /** What the handler returns; by default the first success of the operation, without a body. */
  readonly returns?: HandlerResult
  /** What the handler throws. */
  readonly throws?: ApiError
  /** By default what the handler returns. A status of 400 or more without `returns` never reaches it. */
  readonly answers?: number | Answer
  /** The JSON pointer that the problem names. */
  readonly at?: string
  /** Why the typed client does not send this request. */
  readonly client?: string
}

export interface Answer {
  readonly status?: number
  /** JSON is compared as a value, any other body as text. */
  readonly body?: unknown
  /** By lower-case name; null for one that must be missing. */
  readonly headers?: Readonly<Record<string, string | string[] | null>>
}

export interface SchemaRow extends Pick<Row, 'feature' | 'types' | 'note'> {
  /** A schema in YAML, which stands in a request and in a response. */
  readonly schema: string
  /** Components that it refers to, in YAML. */
  readonly schemas?: string
  /** Values that come back as they were sent. */
  readonly takes: readonly unknown[]
  /** Values with the pointer to what is wrong in them. */
  readonly rejects?: readonly (readonly [value: unknown, pointer: string])[]
}

/** Returns the row of a schema: its values go through a request and a response. */
export function schemaRow({ schema, schemas, takes, rejects = [], ...row }: SchemaRow): Row {
  const json = JSON.stringify(parse(schema))
  const contract = `
post /value:
  requestBody: { json: ${json} }
  responses: { 200: { json: ${json} } }
schemas: ${JSON.stringify(parse(schemas ?? '{}'))}`
  const sent = (body: unknown) => ({
    send: 'POST /value',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return {
    ...row,
    contract,
    cases: [
      ...takes.map((it) => ({
        ...sent(it),
        gets: { body: it },
        returns: { status: 200, body: it },
      })),
      ...rejects.map(([it, at]) => ({ ...sent(it), answers: 422, at: `/body${at}` })),
    ],
  }
}

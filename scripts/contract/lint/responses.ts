// Rules for the responses of an operation, and for the examples that the mock answers.
import { eventStreamType } from '../../../src/engine/event-stream.ts'
import { isRawType } from '../../../src/engine/raw-body.ts'
import { createAjv, forAjv } from '../ajv.ts'
import { isLines, typeName } from '../bodies.ts'
import { byDirection } from '../directions.ts'
import {
  componentName,
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type MediaType,
  type OperationObject,
  type ResponseObject,
  type Schema,
} from '../document.ts'
import { answersEvents, writtenSchema } from '../event-streams.ts'
import { contentsOf, isText, responseKey } from '../responses.ts'
import {
  type Finding,
  type Message,
  operationRule,
  type Pointer,
  type Rule,
  textsOf,
} from './rule.ts'
import { schemaRules } from './schemas.ts'

export const responseRules: readonly Rule[] = [
  operationRule(
    'engine/response-status',
    'A response has its status in three digits, a range such as 4XX, or default.',
    ({ operation: { responses } }) =>
      Object.keys(responses)
        .filter((status) => !responseKey.test(status))
        .map((status) => ({
          below: ['responses', status],
          message: `the response ${status} must have a status from 200 to 599 in three digits, or a range such as 4XX`,
        })),
  ),
  operationRule(
    'style/error-response-ref',
    'A response of 4xx or 5xx refers to components/responses.',
    ({ operation: { responses } }) =>
      Object.entries(responses)
        .filter(([status, it]) => /^[45]/.test(status) && !('$ref' in it))
        .map(([status]) => ({
          below: ['responses', status],
          message: `the response ${status} must be a $ref to components/responses`,
        })),
  ),
  operationRule(
    'style/examples',
    'Bodies have examples: which ones is the option of.',
    ({ operation }, document, options) => missingExamples(operation, document, options),
  ),
  operationRule(
    'engine/response-content',
    'A response has media types that the engine writes.',
    checkContent,
  ),
  operationRule(
    'engine/event-stream',
    'An event stream is the content of a success, and it is neither cached nor repeated.',
    checkEventStream,
  ),
  {
    id: 'engine/example-valid',
    summary: 'An example of a body keeps its schema, formats included.',
    check: invalidExamples,
  },
]

function checkContent({ operation }: DocumentedOperation, document: Document): Message[] {
  const { responses, 'x-cache': cache, 'x-idempotent': idempotent } = operation
  return Object.entries(responses).flatMap(([status, response]) => {
    const below = ['responses', status, 'content']
    const contents = contentsOf(document, status, follow<ResponseObject>(document, response))
    const [first, second] = contents
    const isChosen = second !== undefined || first?.type.includes('*') === true
    const isBodiless = ['204', '205', '304'].includes(status)
    const types = contents.flatMap(({ type, declared, media }): Message[] => {
      if (!isRawType(type)) return []
      const at = [...below, declared]
      const isKept = (cache !== undefined || idempotent !== undefined) && /^2/.test(status)
      return [
        !isText(document, media.schema) && {
          below: at,
          message: `${type} is text or bytes: its schema has type: string`,
        },
        isKept && {
          below: at,
          message: `${type} may be a stream, which x-cache and x-idempotent cannot keep`,
        },
      ]
    })
    return [
      isBodiless &&
        first !== undefined && { below, message: `a ${status} has no body: leave out its content` },
      isChosen &&
        cache !== undefined &&
        /^2/.test(status) && { below, message: 'x-cache keeps one media type of a response' },
      ...types,
    ]
  })
}

function checkEventStream(
  { operation }: DocumentedOperation,
  document: Document,
): Iterable<Message> {
  const { 'x-cache': cache, 'x-idempotent': idempotent } = operation
  const isStream = answersEvents(document, operation)
  const policies: Message[] = [
    isStream &&
      cache !== undefined && { below: ['x-cache'], message: 'an event stream has no x-cache' },
    isStream &&
      idempotent !== undefined && {
        below: ['x-idempotent'],
        message: 'an event stream cannot be repeated: it has no x-idempotent',
      },
  ]
  const bodies = bodiesOf(operation).flatMap(({ kind, below, body }) => {
    const content = contentOf(document, body)
    return Object.entries(content).flatMap(([type, media]): Message[] => {
      const { schema, itemSchema, 'x-itemSchema': data } = media
      const at = [...below, 'content', type]
      if (itemSchema !== undefined) {
        const message =
          'itemSchema is not read: an event stream has x-itemSchema, the schema of the data of its events'
        return [{ below: [...at, 'itemSchema'], message }]
      }
      if (type !== eventStreamType) {
        if (kind === 'request' && isLines(typeName(type))) return checkItem(data, at)
        const message = `x-itemSchema belongs on ${eventStreamType}, or on a request in JSON lines`
        return data === undefined ? [] : [{ below: [...at, 'x-itemSchema'], message }]
      }
      return [
        kind !== '2xx' && { below: at, message: `${type} must be the content of a 2xx response` },
        !isText(document, schema) && {
          below: [...at, 'schema'],
          message: `${type} is text: x-itemSchema is the schema of the data of its events`,
        },
        ...checkItem(data, at),
      ]
    })
  })
  return [...policies, ...bodies]
}

/** The types of inline ones are not generated. */
function checkItem(item: Schema | undefined, at: Pointer): Message[] {
  if (item === undefined || componentName(item) !== undefined) return []
  const message = 'x-itemSchema must be a $ref to a schema in components'
  return [{ below: [...at, 'x-itemSchema'], message }]
}

/** Returns the request body and the responses of an operation, each with the keys that lead to it. */
function bodiesOf({ requestBody, responses }: OperationObject) {
  const answered = Object.entries(responses).map(([status, it]) => ({
    kind: `${status.charAt(0)}xx`,
    below: ['responses', status],
    body: it,
  }))
  const sent = { kind: 'request', below: ['requestBody'], body: requestBody }
  return requestBody === undefined ? answered : [{ ...sent, body: requestBody }, ...answered]
}

function missingExamples(
  operation: OperationObject,
  document: Document,
  options: Record<string, unknown>,
): Message[] {
  const wanted = textsOf(options, 'of', ['request', '2xx', '4xx', '5xx'])
  return bodiesOf(operation)
    .filter(({ kind }) => wanted.includes(kind))
    .flatMap(({ below, body }) =>
      Object.entries(contentOf(document, body)).map(([type, { example, examples = {} }]) => {
        const values = [example, ...Object.values(examples).map(shownBy)]
        const message =
          'the body has no example: add one, or examples to the schemas that it is composed from'
        return (
          values.every((it) => it === undefined) && {
            below: [...below, 'content', type],
            message,
          }
        )
      }),
    )
}

/** Returns the value of an example, or where it is. */
const shownBy = ({ value, externalValue }: { value?: unknown; externalValue?: string }) =>
  value ?? externalValue

function contentOf(document: Document, holder: object): Record<string, MediaType> {
  const { content = {} } = follow(document, holder) as { content?: Record<string, MediaType> }
  return content
}

function invalidExamples(source: Document): Finding[] {
  // A schema that breaks a rule of its own may not compile.
  const required = schemaRules.filter(({ id }) => id.startsWith('engine/'))
  if (required.some(({ check }) => check(source, {}).length > 0)) return []
  const document = byDirection(source, 'validators')
  const ajv = createAjv(document)
  const errorsOf = (type: string, media: MediaType) => {
    const { example, examples = {} } = media
    const named = Object.entries(examples).map(([name, { value }]) => ({
      below: ['examples', name, 'value'],
      value,
    }))
    const all = example === undefined ? named : [...named, { below: ['example'], value: example }]
    if (all.length === 0) return []
    const free = type.startsWith('text/') ? { type: 'string' } : {}
    const validate = ajv.compile(forAjv(document, writtenSchema(type, media) ?? free))
    return all.flatMap(({ below, value }) => {
      if (value === undefined) return []
      // Validators fill in defaults; the example itself must stay as it is.
      if (validate(structuredClone(value))) return []
      const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`.trim()) ?? []
      return [{ below, message: `the example breaks its schema: ${errors.join('; ')}` }]
    })
  }
  return [...eachBody(document)].flatMap(([place, body]) =>
    Object.entries(body.content ?? {}).flatMap(([type, media]) =>
      errorsOf(type, media).map(({ below, message }) => ({
        at: [...place, 'content', type, ...below],
        message,
      })),
    ),
  )
}

/** Returns every request body and response by its place, the shared ones once. */
function eachBody(document: Document) {
  const found = new Map<string, readonly [string[], { content?: Record<string, MediaType> }]>()
  for (const { path, method, operation } of eachOperation(document)) {
    for (const { below, body } of bodiesOf(operation)) {
      const isShared = '$ref' in body && typeof body.$ref === 'string'
      const place = isShared ? body.$ref.slice(2).split('/') : ['paths', path, method, ...below]
      found.set(JSON.stringify(place), [place, follow<object>(document, body)])
    }
  }
  return found.values()
}

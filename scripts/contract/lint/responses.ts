// Rules for the responses of an operation, and for the examples that the mock answers.
import { eventStreamType } from '../../../src/engine/event-stream.ts'
import { isRawType } from '../../../src/engine/raw-body.ts'
import { isLines, typeName } from '../bodies.ts'
import {
  type Document,
  type DocumentedOperation,
  follow,
  type MediaType,
  type OperationObject,
  type ResponseObject,
} from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { bodiesOf, invalidExamples } from '../example-checks.ts'
import { contentsOf, isText, responseKey } from '../responses.ts'
import { type Message, operationRule, type Rule, textsOf } from './rule.ts'
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
    id: 'style/example-valid',
    summary: 'An example of a body keeps its schema, formats included.',
    // A schema that breaks a rule of its own may not compile.
    check: (document) =>
      hasSchemaErrors(document)
        ? []
        : invalidExamples(document).map(({ media, below, message }) => ({
            at: [...media, ...below],
            message,
          })),
  },
]

const hasSchemaErrors = (document: Document) =>
  schemaRules.some(
    ({ id, isWarning, check }) =>
      id.startsWith('engine/') && !isWarning && check(document, {}).length > 0,
  )

function checkContent({ operation }: DocumentedOperation, document: Document): Message[] {
  const { responses, 'x-cache': cache, 'x-idempotent': idempotent } = operation
  return Object.entries(responses).flatMap(([status, response]) => {
    const below = ['responses', status, 'content']
    const contents = contentsOf(document, status, follow<ResponseObject>(document, response))
    const [first, second] = contents
    const isChosen = second !== undefined || first?.type.includes('*') === true
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
        const message = 'itemSchema is read of JSON lines, and of events with a property data'
        return [{ below: [...at, 'itemSchema'], message }]
      }
      if (type !== eventStreamType) {
        const message = `x-itemSchema belongs on ${eventStreamType} or on JSON lines`
        const isMisplaced = data !== undefined && !isLines(typeName(type))
        return isMisplaced ? [{ below: [...at, 'x-itemSchema'], message }] : []
      }
      return [
        kind !== '2xx' && { below: at, message: `${type} must be the content of a 2xx response` },
        !isText(document, schema) && {
          below: [...at, 'schema'],
          message: `${type} is text: x-itemSchema is the schema of the data of its events`,
        },
      ]
    })
  })
  return [...policies, ...bodies]
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

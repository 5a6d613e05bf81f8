// What follows from an operation by rule. `expand` applies this table, and the section of
// docs/contract.md is written from it: one row for each rule, in this order.
import {
  type Document,
  type DocumentedOperation,
  follow,
  pathNames,
  type Schema,
} from '../document.ts'
import { answersEvents } from '../event-streams.ts'
import { isPage } from './examples.ts'

/** Headers by name, each with the name of its component. */
type Headers = Readonly<Record<string, string>>

export interface Rule {
  /** The condition in words: "When an operation …". */
  readonly when: string
  readonly applies: (found: DocumentedOperation, document: Document) => boolean
  /** Components of the parameters that the rule adds. */
  readonly parameters?: readonly string[]
  /** Components of the responses that the rule adds, by status. */
  readonly responses?: Readonly<Record<string, string>>
  /** Headers that the rule adds to a success. */
  readonly headers?: Headers
  /** The statuses that get these headers; every success without this. */
  readonly on?: readonly string[]
  /**
   * Headers are written out instead of referred to: with an example of their own, and because
   * openapi-typescript reads an optional header that is a reference as a required one.
   */
  readonly inline?: true
}

/** Later rules win over earlier ones where both add a response with the same status. */
export const rules: readonly Rule[] = [
  {
    when: 'exists',
    applies: () => true,
    responses: {
      400: 'MalformedRequest',
      422: 'ValidationFailed',
      default: 'UnexpectedError',
    },
    headers: { 'X-Request-Id': 'RequestId' },
  },
  {
    when: 'has `security`, a body, or parameters in its path or query',
    applies: ({ operation, parameters }) =>
      operation.security?.length !== 0 ||
      operation.requestBody !== undefined ||
      parameters.some((it) => it.in === 'path' || it.in === 'query'),
    responses: { 503: 'Unavailable' },
  },
  {
    when: 'has a body',
    applies: ({ operation }) => operation.requestBody !== undefined,
    responses: { 413: 'PayloadTooLarge', 415: 'UnsupportedMediaType' },
  },
  {
    when: 'answers a success with content',
    applies: ({ operation }, document) =>
      Object.entries(operation.responses).some(
        ([status, it]) => status.startsWith('2') && follow(document, it).content !== undefined,
      ),
    responses: { 406: 'NotAcceptable' },
  },
  {
    when: 'has `security`',
    applies: ({ operation }) => (operation.security ?? []).length > 0,
    responses: { 401: 'Unauthenticated' },
  },
  {
    when: 'needs a scope',
    applies: ({ operation }) => scopesOf(operation.security).length > 0,
    responses: { 403: 'Forbidden' },
  },
  {
    when: 'has `x-owner`, which names a parameter of its path',
    applies: (found) => pathNames(found).includes(found.operation['x-owner'] ?? ''),
    responses: { 403: 'Forbidden', 404: 'NotFound' },
  },
  {
    when: 'is a PUT, PATCH or DELETE on a path with a GET',
    applies: changesWhatGetShows,
    parameters: ['IfMatch'],
    responses: { 412: 'PreconditionFailed' },
  },
  {
    when: 'is such a write, and its 200 has the properties that the GET shows',
    applies: (found, document) =>
      changesWhatGetShows(found, document) && answersWhatGetShows(found, document),
    headers: { ETag: 'ETag' },
    on: ['200'],
  },
  {
    when: 'has `x-rate-limit`',
    applies: ({ operation }) => operation['x-rate-limit'] !== undefined,
    responses: { 429: 'RateLimited' },
    headers: { RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' },
  },
  {
    when: 'is a GET that answers no event stream',
    applies: ({ method, operation }, document) =>
      method === 'get' && !answersEvents(document, operation),
    parameters: ['IfNoneMatch'],
    responses: { 304: 'NotModified' },
    headers: { ETag: 'ETag', 'Cache-Control': 'CacheControl', Vary: 'Vary' },
    on: ['200'],
  },
  {
    when: 'answers an event stream',
    applies: ({ operation }, document) => answersEvents(document, operation),
    responses: { 429: 'RateLimited', 503: 'Unavailable' },
    headers: { 'Cache-Control': 'CacheControl' },
    on: ['200'],
  },
  {
    when: 'has `x-cache`',
    applies: ({ operation }) => operation['x-cache'] !== undefined,
    headers: { 'Cache-Status': 'CacheStatus' },
    on: ['200'],
  },
  {
    when: 'answers 201 or 202',
    applies: ({ operation: { responses } }) => '201' in responses || '202' in responses,
    headers: { Location: 'Location' },
    on: ['201', '202'],
    inline: true,
  },
  {
    when: 'answers a page (`items` and `nextCursor`)',
    applies: ({ operation: { responses } }, document) => {
      const schema = responses[200] && schemaOf(responses[200], document)
      return schema !== undefined && isPage(document, schema)
    },
    headers: { Link: 'Link' },
    on: ['200'],
    inline: true,
  },
  {
    when: 'has `x-idempotent`',
    applies: ({ operation }) => operation['x-idempotent'] === true,
    parameters: ['IdempotencyKey'],
    responses: { 409: 'KeyInUse', 422: 'InvalidOrKeyReused' },
  },
  {
    when: 'is `deprecated`',
    applies: ({ operation }) => operation.deprecated === true,
    headers: { Deprecation: 'Deprecation', Sunset: 'Sunset' },
    inline: true,
  },
]

const scopesOf = (security: Record<string, string[]>[] = []) =>
  security.flatMap((it) => Object.values(it).flat())

function changesWhatGetShows({ path, method }: DocumentedOperation, document: Document): boolean {
  return ['put', 'patch', 'delete'].includes(method) && document.paths[path]?.get !== undefined
}

function answersWhatGetShows({ path, operation }: DocumentedOperation, document: Document) {
  const shown = namesIn(document.paths[path]?.get?.responses[200], document)
  const answered = namesIn(operation.responses[200], document)
  return answered.length > 0 && shown.every((it) => answered.includes(it))
}

function namesIn(response: object | undefined, document: Document): string[] {
  const schema = response && schemaOf(response, document)
  return Object.keys(schema?.properties ?? {})
}

/** Returns the schema of a response's content, with its reference followed. */
function schemaOf(response: object, document: Document): Schema | undefined {
  const { content = {} } = follow(document, response as { content?: Record<string, object> })
  const [media] = Object.values(content) as { schema?: Schema }[]
  return media?.schema && follow<Schema>(document, media.schema)
}

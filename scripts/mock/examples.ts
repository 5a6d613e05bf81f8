// The mock's handlers: Prism, in this process, picks an example of the operation, or the one that a `Prefer`
// header asks for. Prism validates nothing; the service's own steps have done that before.
import { createInstance, getHttpOperationsFromSpec, type IHttpConfig } from '@stoplight/prism-http'
import { pino } from 'pino'
import type { RequestContext } from '../../src/engine/context.ts'
import { type ApiError, apiError } from '../../src/engine/errors.ts'
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { type Operation, responseKey } from '../../src/engine/operation.ts'
import type { HandlerResult } from '../../src/engine/types.ts'
import { withBranches } from '../contract/discriminators.ts'
import { type Document, follow, headersOf, type ResponseObject } from '../contract/document.ts'
import { hasLines, writtenSchema } from '../contract/event-streams.ts'
import { giverOf } from '../contract/response-types.ts'
import { lastPage } from './last-page.ts'
import type { Schema } from './merge.ts'
import { shownByPrism } from './shown-by-prism.ts'
import { Values } from './values.ts'

// Prism logs a dozen lines per request, some of them at a level of its own.
const quietLogger = Object.assign(pino({ level: 'silent' }), { success() {} })
const settings = {
  isProxy: false,
  checkSecurity: false,
  validateRequest: false,
  validateResponse: false,
  errors: false,
  upstreamProxy: undefined,
  mock: { dynamic: false },
} satisfies IHttpConfig

type Method = Parameters<ReturnType<typeof createInstance>['request']>[0]['method']

export type ExampleHandler = (
  request: { readonly query?: object },
  context: Pick<RequestContext, 'headers' | 'requestId' | 'ifMatch' | 'accepts'>,
) => Promise<HandlerResult>

/**
 * Returns a handler for each operation, by operationId. It throws an `ApiError` if `Prefer` asks for a
 * response that the contract does not have.
 */
export async function exampleHandlers(
  document: object,
  operations: Readonly<Record<string, Operation>>,
): Promise<Record<string, ExampleHandler>> {
  const resources = await getHttpOperationsFromSpec(shownByPrism(document as Document))
  const composed = composer(withBranches(document as Document))
  const prism = createInstance(settings, { logger: quietLogger })

  /** Returns Prism's response. @throws Error if the contract has no such example. */
  async function example(method: Method, path: string, preferred?: Preferences) {
    const mock = { dynamic: false, ...preferred }
    const request = { method, url: { path }, headers: {} }
    const result = await prism.request(request, resources, { ...settings, mock })()
    if (result._tag === 'Left') throw result.left
    return result.right.output
  }

  const handler = (operation: Operation): ExampleHandler => {
    const path = operation.path
    const method = operation.method as Method
    return async ({ query = {} }, { headers, requestId, ifMatch, accepts }) => {
      const preferred = preferences(headers.prefer, operation)
      // The current state of a resource is always the example of its GET.
      if (ifMatch && preferred === undefined) {
        const { statusCode, body, headers: shown = {} } = await example('get', path)
        const { ETag } = composed.headers({ path, method: 'get' }, statusCode, shown)
        ifMatch(body, typeof ETag === 'string' ? ETag : undefined)
      }
      const shown = preferred && { ...preferred, dynamic: false }
      const found = await example(method, path, shown).catch(
        (error: Error & { detail?: string }) => {
          throw preferred === undefined ? error : noSuchResponse(error.detail ?? error.message)
        },
      )
      const key = responseKey(operation, found.statusCode) ?? ''
      const { type = null, types, isRaw } = operation.responses[key] ?? {}
      const [first, ...others] = Object.keys(types ?? {})
      const chosen = first === undefined ? type : accepts(first, ...others)
      const made = composed.body(operation, key, chosen, preferred)
      const shownBody = made === undefined ? found.body : made.body
      const schema = composed.schemaOf(operation, key, chosen)
      const body = schema
        ? lastPage({ ...query }, shownBody, (it) => composed.fits(schema, it))
        : shownBody
      const { Link, ...withoutLink } = composed.headers(operation, key, found.headers ?? {})
      const isLast = body !== shownBody || Link === undefined
      const shownHeaders = isLast ? withoutLink : { Link, ...withoutLink }
      const result = asHandlerResult(found.statusCode, shownHeaders, body, requestId)
      const named = first !== undefined && chosen !== null && { type: concrete(chosen) }
      if (chosen === eventStreamType) return { ...result, ...named, body: oneEvent(body ?? '') }
      if (composed.hasLines(operation, key, chosen)) {
        return { ...result, ...named, body: twoLines(body) }
      }
      const isText = types?.[chosen ?? '']?.isRaw ?? isRaw
      return { ...result, ...named, ...(isText && { body: textOf(body) }) }
    }
  }
  return Object.fromEntries(Object.entries(operations).map(([id, it]) => [id, handler(it)]))
}

type Place = Pick<Operation, 'path' | 'method'>

/** Returns the functions that compose and check the bodies of a contract's responses. */
function composer(document: Document) {
  const values = new Values(document, 'response')
  const responseOf = ({ path, method }: Place, key: string | number): ResponseObject => {
    const response = document.paths[path]?.[method]?.responses[key]
    return response ? follow(document, response) : { description: '' }
  }
  const isOfEngine = (
    { path, method }: Place,
    response: [string, ResponseObject],
    header: string,
  ): boolean => {
    const operation = document.paths[path]?.[method]
    return (
      operation !== undefined &&
      giverOf(document, { operation, path, method }, response, header) === 'engine'
    )
  }
  const mediaOf = (operation: Operation, key: string | number, type: string | null) => {
    const { content = {} } = responseOf(operation, key)
    const [first] = Object.values(content)
    return { first, media: content[type ?? ''] ?? first }
  }
  return {
    /**
     * Returns a body, the same one for the same seed; undefined where an example of the contract is
     * asked for.
     */
    body(
      operation: Operation,
      key: string | number,
      type: string | null,
      preferred?: Preferences,
    ): { body: unknown } | undefined {
      const { first, media } = mediaOf(operation, key, type)
      const example = Object.values(media?.examples ?? {})[0]?.value ?? media?.example
      // Prism shows the examples of the first media type.
      if (example !== undefined && !preferred?.dynamic)
        return media === first ? undefined : { body: example }
      const schema = media && writtenSchema(type ?? '', media)
      if (schema === undefined) return undefined
      const seed = preferred?.dynamic ? seedOf(preferred.seed) : undefined
      return { body: values.compose(schema as object as Schema, seed) }
    },
    /** Returns the headers that a handler gives: those that Prism shows and that fit, and each required one. */
    headers(operation: Place, key: string | number, shown: Readonly<Record<string, unknown>>) {
      const headers: Record<string, unknown> = {}
      const response = responseOf(operation, key)
      for (const it of headersOf(document, response)) {
        // The engine makes no 304 of a 304 that a client prefers.
        if (key !== 304 && isOfEngine(operation, [String(key), response], it.name)) continue
        const schema = (it.schema ?? {}) as object as Schema
        const value = shown[it.name] ?? undefined
        if (value !== undefined && values.fits(schema, value)) headers[it.name] = value
        else if (it.required) headers[it.name] = values.compose(schema)
      }
      return headers
    },
    schemaOf(operation: Operation, key: string | number, type: string | null) {
      return mediaOf(operation, key, type).media?.schema as Schema | undefined
    },
    hasLines(operation: Operation, key: string | number, type: string | null) {
      const { media } = mediaOf(operation, key, type)
      return media !== undefined && hasLines(type ?? '', media)
    },
    fits: (schema: Schema, body: unknown) => values.fits(schema, body),
  }
}

/** Returns the text of an example of a body that is neither JSON nor an event stream. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * 2 ** 31)
  return [...text].reduce((sum, it) => (sum * 31 + it.charCodeAt(0)) | 0, 7) >>> 0
}

/** Returns a media type of a range: RFC 4735 keeps `example` for this. */
const concrete = (type: string) => type.replaceAll('*', 'example')

/** A stream of one event. */
async function* oneEvent(data: unknown) {
  yield { data }
}

/** JSON lines: the same value twice. */
async function* twoLines(value: unknown) {
  yield value
  yield value
}

interface Preferences {
  readonly code?: number
  readonly exampleKey?: string
  readonly dynamic?: boolean
  readonly seed?: string
}

const preference = /(?:^|[,;])\s*(code|example|dynamic|seed)\s*=\s*"?([^",;]*)"?/gi

/**
 * Returns the preferences for a mock in `Prefer` (RFC 7240); undefined if there are none.
 * @throws ApiError for a status that the operation does not document.
 */
function preferences(
  header: string | string[] | undefined,
  operation: Operation,
): Preferences | undefined {
  const pairs = [...String(header ?? '').matchAll(preference)]
  if (pairs.length === 0) return undefined
  const asked = new Map(
    pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]),
  )
  const [code, example, seed] = [asked.get('code'), asked.get('example'), asked.get('seed')]
  if (code !== undefined && responseKey(operation, Number(code)) === undefined) {
    throw noSuchResponse(`code must be one of: ${Object.keys(operation.responses).join(', ')}`)
  }
  return {
    ...(code !== undefined && { code: Number(code) }),
    ...(example !== undefined && { exampleKey: example }),
    ...(asked.has('dynamic') && { dynamic: asked.get('dynamic') === 'true' }),
    ...(seed !== undefined && { seed }),
  }
}

/** Tells whether `Prefer` has preferences for a mock. */
export function prefersExample({ prefer }: RequestContext['headers']): boolean {
  return String(prefer ?? '').search(preference) >= 0
}

function noSuchResponse(detail: string): ApiError {
  const errors = [{ pointer: '/header/prefer', detail: detail.slice(0, 500) }]
  return apiError('validation_failed', 'The contract has no such response.', { errors })
}

/** Headers that the engine sets itself, and those that would be wrong for an example. */
const ignoredHeaders = [
  'content-type',
  'x-request-id',
  'cache-status',
  'ratelimit',
  'ratelimit-policy',
]

function asHandlerResult(
  status: number,
  shown: Readonly<Record<string, unknown>>,
  body: unknown,
  requestId: string,
): HandlerResult {
  const headers = Object.entries(shown).filter(
    ([name, value]) => value !== null && !ignoredHeaders.includes(name.toLowerCase()),
  )
  if (status < 400) return { status, headers: Object.fromEntries(headers), body }
  headers.push(['Cache-Control', 'no-store'])
  const problem = { ...(body as object), requestId }
  return { status, headers: Object.fromEntries(headers), body: problem }
}

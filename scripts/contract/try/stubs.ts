// Stubs: what each operation answers while a contract is tried, and the same as code for the compiler.
import { eventStreamType } from '../../../src/engine/event-stream.ts'
import type { HandlerResult } from '../../../src/engine/types.ts'
import type { Schema } from '../../mock/merge.ts'
import { Values } from '../../mock/values.ts'
import { type DocumentedOperation, eachOperation, follow, type MediaType } from '../document.ts'
import { hasLines } from '../event-streams.ts'
import { giverOf } from '../response-types.ts'
import { contentsOf, responsesOf } from '../responses.ts'
import { type Compiled, literal } from './compile.ts'

/** The response that an operation answers first of all. */
interface Success {
  readonly status: number
  /** The key in the document, such as `2XX`. */
  readonly key: string
}

/** Returns the success of an operation, or else what it answers in its place. */
function successOf(keys: readonly string[]): Success | undefined {
  const key =
    keys.find((it) => it.startsWith('2')) ??
    keys.find((it) => it === 'default') ??
    keys.find((it) => it.startsWith('3') && it !== '304')
  if (key === undefined) return undefined
  return { key, status: key === 'default' ? 200 : Number(key.replace('XX', '00')) }
}

/** What the stub of each operation answers, by the name of its handler: a result for each media type. */
export type Results = ReadonlyMap<string, readonly HandlerResult[]>

/** Returns what the stubs answer. `failed` is told of each operation with a schema without a value. */
export function resultsOf(
  compiled: Compiled,
  failed: (found: DocumentedOperation, reason: string) => void,
): Results {
  const values = new Values(compiled.document, 'response')
  const results = new Map<string, readonly HandlerResult[]>()
  for (const found of eachOperation(compiled.document)) {
    try {
      results.set(found.operation.operationId, stubResults(compiled, found, values))
    } catch (error) {
      failed(found, error instanceof Error ? error.message : String(error))
    }
  }
  return results
}

/**
 * Returns what the stub of an operation answers: the document's example where it fits its schema, or else a
 * value that is made up. Empty where the operation documents errors alone.
 * @throws Error for a schema without a value.
 */
function stubResults(
  { document, operations }: Compiled,
  found: DocumentedOperation,
  values: Values,
): HandlerResult[] {
  const { operation } = found
  const responses = new Map(responsesOf(document, operation))
  const success = successOf([...responses.keys()])
  const response = success && responses.get(success.key)
  if (success === undefined || response === undefined) return []
  const outline = operations[operation.operationId]?.responses[success.key]
  const isHandlers = (name: string) =>
    giverOf(document, found, [success.key, response], name) === 'handler'
  const entries = Object.entries(response.headers ?? {})
    .map(([name, it]) => [name, follow(document, it)] as const)
    .filter(([name, it]) => it.required === true && isHandlers(name))
    .map(([name, it]): [string, string] => [name, String(values.compose(plain(it.schema)))])
  const headers = entries.length > 0 && { headers: Object.fromEntries(entries) }
  const contents = contentsOf(document, success.key, response)
  const { status } = success
  if (contents.length === 0 || outline?.type === null) return [{ status, ...headers }]
  return contents.map(({ type, media }) => {
    const named = outline?.types && { type: concreteType(type) }
    if (type === eventStreamType) {
      return { status, ...headers, ...named, body: eventStream(media, values) }
    }
    if (hasLines(type, media)) return { status, ...headers, ...named, body: lines(media, values) }
    const { isRaw } = outline?.types?.[type] ?? outline ?? {}
    const body = isRaw ? 'any text' : exampleOf(document, media, values)
    return { status, ...headers, ...named, body }
  })
}

/** Returns a media type that a range covers, and any other type as it is. */
export function concreteType(range: string): string {
  return range.replace('*/*', 'application/octet-stream').replace('*', 'x')
}

/** Returns a stream of one event, for each of its readers. */
function eventStream({ 'x-itemSchema': schema }: MediaType, values: Values) {
  const data = schema === undefined ? 'any text' : values.compose(plain(schema))
  return {
    async *[Symbol.asyncIterator]() {
      yield { data }
    },
  }
}

/** Returns a line, for each of its readers. */
function lines({ 'x-itemSchema': schema = {} }: MediaType, values: Values) {
  const line = values.compose(plain(schema))
  return {
    async *[Symbol.asyncIterator]() {
      yield line
    },
  }
}

const plain = (schema: object) => schema as Schema

/** Returns the example of a media type, or a value that fits its schema. */
export function exampleOf(
  document: DocumentOf,
  { schema = {}, example, examples = {} }: Partial<MediaType>,
  values: Values,
): unknown {
  const shown = [example, ...Object.values(examples).map((it) => follow(document, it).value)]
  const fitting = shown.find((it) => it !== undefined && values.fits(plain(schema), it))
  return fitting ?? values.compose(plain(schema))
}

type DocumentOf = Parameters<typeof follow>[0]

/**
 * Returns a module with the handler of each stub, one in a line, for the compiler. Bodies are as they
 * leave the service: handlers give the members that a schema declares.
 */
export function stubSource(compiled: Compiled, results: Results): string {
  const lines = [...eachOperation(compiled.document)].flatMap((found) => {
    const id = found.operation.operationId
    const stub = (index: number) =>
      `export const ${id}_${index}: Handler<Operations[${JSON.stringify(id)}]> =`
    const own = results.get(id) ?? []
    if (own.length === 0) return [`${stub(0)} () => { throw new Error() }`]
    return own.map((it, index) => `${stub(index)} () => (${resultSource(compiled, found, it)})`)
  })
  return [
    "import type { Operations } from './generated/types.d.ts'",
    "import type { Handler } from './src/engine/types.ts'",
    ...lines,
    '',
  ].join('\n')
}

/** Returns the result of a stub as TypeScript. */
export function resultSource(
  { operations, serializers }: Compiled,
  { operation: { operationId: id, responses } }: DocumentedOperation,
  { status, headers, type, body }: HandlerResult,
): string {
  const others = { status, ...(headers && { headers }), ...(type !== undefined && { type }) }
  if (isStream(body)) return `{ ...${literal(others)}, body: (async function* () {})() }`
  if (body === undefined) return literal(others)
  const key = successOf(Object.keys(responses))?.key ?? ''
  const content = operations[id]?.responses[key]?.types?.[type ?? '']
  const write = serializers[id]?.[content?.key ?? key]
  return literal({ ...others, body: write ? writtenBody(body, write) : body })
}

function writtenBody(body: unknown, write: (value: unknown) => string): unknown {
  try {
    return JSON.parse(write(body))
  } catch {
    // The body breaks the contract: the call of the stub reports it.
    return body
  }
}

function isStream(body: unknown) {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

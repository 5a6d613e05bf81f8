// From a handler's result to the bytes that leave: written by the serializer that was compiled from the
// response's schema, so that nothing the contract does not declare leaves the process.
import type { Readable } from 'node:stream'
import type { EngineKoaContext } from './context.ts'
import { ContractViolation, unavailable } from './errors.ts'
import { type EventBody, eventStreamType, streamHeaders, writeText } from './event-stream.ts'
import { linesOf } from './items.ts'
import {
  type ContentOutline,
  type Operation,
  type OperationValidators,
  type ResponseOutline,
  responseKey,
  type Serializer,
} from './operation.ts'
import { rawResponse, sendStream } from './raw-body.ts'
import { checkDeclared, declaredHeaders, headerErrorsOf } from './response-headers.ts'
import { addVary, etagOf } from './steps/conditional.ts'
import type { EventStream, HandlerResult } from './types.ts'

/** Headers by name. `Set-Cookie` may have a list, which leaves as a line for each of its texts. */
export interface ResponseHeaders {
  [name: string]: string | string[]
  'Cache-Control'?: string
  'Content-Type'?: string
  ETag?: string
  Link?: string
  Location?: string
  Vary?: string
}

/** A response as it leaves, whether a handler, an error or the cache made it. */
export interface SerializedResponse {
  readonly status: number
  /** All but what the body itself says (`Content-Length`) and what names the request. */
  readonly headers: Readonly<ResponseHeaders>
  /** Null where the status has none. */
  readonly body: string | Buffer | null
  /** What an event stream has instead of a body. */
  readonly events?: EventBody
  /** What a response that is sent piece by piece has instead of a body. */
  readonly stream?: Readable
}

/** An operation with what its responses are written by. */
interface Written {
  readonly operation: Operation
  readonly serializers: Readonly<Record<string, Serializer>>
  /** The serializer of what a GET of the same URL answers. */
  readonly current: Serializer | undefined
}

/**
 * Serializes a handler's result. Where the handler gives no entity tag, a read gets its own; a write whose
 * 200 declares one gets that of a GET of the same URL. Headers that the contract does not declare are left out.
 * @throws ContractViolation for a status that the operation does not document, and with `strict` for a
 *   header that the response does not declare; TypeError for a body that does not fit its schema.
 */
export function serialize(
  { operation, serializers, current }: Written,
  result: HandlerResult,
  strict: boolean,
): SerializedResponse {
  const { status } = result
  const key = responseKey(operation, status)
  const outline = key === undefined ? undefined : operation.responses[key]
  if (key === undefined || outline === undefined)
    throw new ContractViolation(`${operation.operationId} answers ${status}`)
  if (strict) checkDeclared(`${operation.operationId} ${status}`, result.headers, outline)
  const headers = declaredHeaders(result.headers, outline)
  let { type, isRaw } = outline
  let write = serializers[key]
  if (outline.types !== undefined) {
    const content = contentOf(outline.types, result.type)
    if (content === undefined || result.type === undefined)
      throw new ContractViolation(`${operation.operationId} ${status} answers ${result.type}`)
    type = result.type
    isRaw = content.isRaw
    write = serializers[content.key]
    addVary(headers, 'Accept')
  }
  if (type === eventStreamType) {
    const all = { ...headers, ...streamHeaders, 'Content-Type': eventStreamType }
    const body = { events: result.body as EventStream<unknown>, write: write ?? writeText }
    return { status, headers: all, body: null, events: body }
  }
  const isRead = operation.method === 'get'
  const isChange = !isRead && operation.method !== 'head'
  if (isChange || status >= 400) headers['Cache-Control'] ??= 'no-store'
  if (write === undefined || type === null || isRaw) {
    if (type === null || !isRaw) return { status, headers, body: null }
    const body = write === undefined ? result.body : linesOf(result.body, write)
    return rawResponse({ status, headers, body }, type, isRead)
  }
  headers['Content-Type'] = type
  const body = write(result.body)
  if (status === 200 && headers.ETag === undefined) {
    if (isRead) headers.ETag = etagOf(body)
    else if (current !== undefined && 'ETag' in outline.headers) {
      headers.ETag = etagOf(current === write ? body : current(result.body))
    }
  }
  return { status, headers, body }
}

type Types = NonNullable<ResponseOutline['types']>

/** Returns the outline of the media type that a handler has chosen, or else of the range that it is in. */
function contentOf(types: Types, type = ''): ContentOutline | undefined {
  if (type.includes('*')) return undefined
  return types[type] ?? types[`${type.split('/', 1)}/*`] ?? types['*/*']
}

/** Returns the key of the serializer and the validator of a response; undefined where it has none. */
export function contentKey(
  operation: Operation,
  { status, headers }: SerializedResponse,
): string | number | undefined {
  const key = responseKey(operation, status)
  const types = key === undefined ? undefined : operation.responses[key]?.types
  return types === undefined ? key : contentOf(types, headers['Content-Type'])?.key
}

/**
 * Checks a whole response against the contract, headers included: in development and tests.
 * @throws ContractViolation that says in what they differ.
 */
export function checkResponse(
  operation: Operation,
  validators: OperationValidators,
  response: SerializedResponse,
  requestId: string,
) {
  const { status, headers, body } = response
  const validate = validators.responses[contentKey(operation, response) ?? '']
  const name = `${operation.operationId} ${status}`
  if (validate && body !== null && !validate(JSON.parse(body.toString()))) {
    const found = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
    throw new ContractViolation(`${name}: the body breaks the contract: ${found}`)
  }
  const all = Object.entries({ ...headers, 'X-Request-Id': requestId })
  const sent = Object.fromEntries(all.map(([header, value]) => [header.toLowerCase(), value]))
  const found = headerErrorsOf(operation, validators, status, sent)
  if (found.length > 0) throw new ContractViolation(`${name}: ${found.join('; ')}`)
}

/** Encodes a 200 for the cache: a line for each header, an empty line, the body. */
export function encode({ headers, body }: SerializedResponse): Buffer {
  let head = ''
  for (const name in headers) head += `${name}: ${headers[name]}\n`
  return Buffer.concat([Buffer.from(`${head}\n`), Buffer.from(body ?? '')])
}

/** Decodes a 200 of the cache; its body is a view of the bytes, which is never parsed. */
export function decode(bytes: Buffer): SerializedResponse {
  const end = bytes.indexOf('\n\n')
  const headers: ResponseHeaders = {}
  for (const line of bytes.toString('utf8', 0, end).split('\n')) {
    const colon = line.indexOf(': ')
    headers[line.slice(0, colon)] = line.slice(colon + 2)
  }
  return { status: 200, headers, body: bytes.subarray(end + 2) }
}

/**
 * Puts a public path in front of the paths in `Location`, `Link` and `Set-Cookie`: a proxy strips it from
 * requests. This happens as the response leaves, so that what is cached is the same under every prefix.
 */
export function withPublicPath(response: SerializedResponse, prefix: string): SerializedResponse {
  const { headers } = response
  const { Location, Link, 'Set-Cookie': cookie } = headers
  if (Location === undefined && Link === undefined && cookie === undefined) return response
  const all: ResponseHeaders = { ...headers }
  if (Location?.startsWith('/')) all.Location = prefix + Location
  if (Link !== undefined) all.Link = Link.replaceAll('</', `<${prefix}/`)
  if (cookie !== undefined) {
    const lines = [cookie].flat()
    all['Set-Cookie'] = lines.map((it) => it.replace('; Path=/', `; Path=${prefix}/`))
  }
  return { ...response, headers: all }
}

/** How many bytes may wait in one process; a single larger body is sent all the same. */
const maxUnsentBytes = 33_554_432

/**
 * Counts the bytes of responses that clients have not taken yet. They lie in memory until the kernel
 * takes them, so a process has a limit for all of them together.
 */
export class Unsent {
  #bytes = 0

  add(bytes: number) {
    this.#bytes += bytes
  }

  remove(bytes: number) {
    this.#bytes -= bytes
  }

  /** Checks that a body of about this size can be sent. @throws ApiError unavailable where not. */
  expectBytes(bytes: number) {
    if (this.#bytes > 0 && this.#bytes + bytes > maxUnsentBytes) {
      throw unavailable('Too many responses wait for clients that read slowly.')
    }
  }
}

/**
 * Sends a response under the request's id. It bypasses Koa's own writing of bodies, which would guess a
 * type and set each header by itself; Node leaves the body out where the request is a HEAD.
 */
export function send(ctx: EngineKoaContext, { status, headers, body, stream }: SerializedResponse) {
  const { res, state } = ctx
  const all = headOf(ctx, headers)
  if (all === undefined) {
    stream?.destroy()
    return
  }
  if (body === null) {
    res.writeHead(status, all)
    if (stream === undefined) res.end()
    else sendStream(ctx, stream)
    return
  }
  const length = Buffer.byteLength(body)
  all['Content-Length'] = length
  state.bodyBytes = length
  state.unsent.add(length)
  res.writeHead(status, all).end(body)
}

/** Sends the head of an event stream at once, so that its client knows that it is open. */
export function sendHead(ctx: EngineKoaContext, { status, headers }: SerializedResponse) {
  const all = headOf(ctx, headers)
  if (all !== undefined && !ctx.res.destroyed) ctx.res.writeHead(status, all).flushHeaders()
}

/**
 * Returns all headers of a response; undefined where the server has answered already, because the rest of
 * the request could not be read.
 */
function headOf(ctx: EngineKoaContext, headers: SerializedResponse['headers']) {
  const { res, state } = ctx
  ctx.respond = false
  if (res.headersSent) return undefined
  const all: Record<string, string | string[] | number> = { 'X-Request-Id': state.requestId }
  for (const name in state.headers) all[name] = state.headers[name] as string
  for (const name in headers) all[name] = headers[name] as string | string[]
  // What an outer step has said of `Vary` stays true.
  const vary = res.getHeader('Vary')
  if (vary !== undefined) all.Vary = all.Vary === undefined ? String(vary) : `${vary}, ${all.Vary}`
  return all
}

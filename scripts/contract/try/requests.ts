// Composes requests from a contract: the examples of parameters and bodies, or values that fit their schemas.
// They are written by openapi-fetch and by hand, not by what the engine reads them with.
import { defaultPathSerializer, serializeArrayParam, serializeObjectParam } from 'openapi-fetch'
import type { Schema } from '../../mock/merge.ts'
import type { Values } from '../../mock/values.ts'
import { typeName } from '../bodies.ts'
import {
  type Document,
  type DocumentedOperation,
  follow,
  type MediaType,
  type Parameter,
} from '../document.ts'
import type { Compiled } from './compile.ts'
import type { Given } from './inputs.ts'
import { inToken, type Sent } from './service.ts'
import { concreteType, exampleOf } from './stubs.ts'

/** The credentials of all requests, which are an id and a scope as well. */
export const caller = 'me'

/** Headers that make a response depend on the state of the service. */
const conditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']
const ignored = [
  ...conditions,
  'range',
  'accept',
  'content-type',
  'authorization',
  'last-event-id',
  'idempotency-key',
  'prefer',
]

/** A request, and the values that it is made from. */
export interface Composed extends Sent {
  readonly given: Given
}

/** Returns how many requests show what an operation takes: see `requestFor`. */
export function turnsOf({ operations }: Compiled, { operation }: DocumentedOperation): number {
  const types = Object.keys(operations[operation.operationId]?.body?.types ?? {})
  return Math.max(2, types.length, operation.security?.length ?? 0)
}

/** Returns what a request sends as a token, an API key or a password, given the scopes that it needs. */
export type Credential = (scopes: readonly string[]) => string

const callerWithScopes: Credential = (scopes) => [caller, ...scopes.map(inToken)].join('+')

/**
 * Returns a request for an operation: at the first turn with its required parameters, afterwards with all of
 * them. Each turn takes the next alternative of its security and the next media type of its body.
 * @throws Error for a schema without a value.
 */
export async function requestFor(
  { document, basePath, operations }: Compiled,
  { path, method, operation, parameters }: DocumentedOperation,
  values: Values,
  { turn = 0, credential = callerWithScopes }: { turn?: number; credential?: Credential } = {},
): Promise<Composed> {
  const wanted = parameters.filter((it) => it.required === true || turn > 0)
  const given = (place: Parameter['in']) =>
    wanted
      .filter((it) => it.in === place)
      .map((it) => [it, exampleOf(document, mediaOf(it), values)] as const)
      .filter(([it, value]) => place === 'header' || place === 'path' || inQuery(it, value) !== '')
      .filter(([it]) => place !== 'header' || !ignored.includes(it.name.toLowerCase()))
  const alternative = atTurn(operation.security ?? [], turn) ?? {}
  const credentials = credentialsOf(document, alternative, credential)
  const query = [...given('query').map(([it, value]) => inQuery(it, value)), ...credentials.query]
  const cookies = [
    ...given('cookie').map(([it, value]) => inQuery({ explode: false, ...it }, value)),
    ...credentials.cookies,
  ]
  const headers = given('header').map(([it, value]) => [it.name, inHeader(it, value)])
  const types = operations[operation.operationId]?.body?.types ?? {}
  const body = await bodyOf(document, operation, atTurn(Object.keys(types), turn), values)
  const named = (place: Parameter['in']) =>
    Object.fromEntries(given(place).map(([it, value]) => [it.name, value]))
  return {
    method: method.toUpperCase(),
    path: basePath + inPath(path, given('path')) + (query.length > 0 ? `?${query.join('&')}` : ''),
    headers: {
      ...Object.fromEntries(headers),
      ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
      ...credentials.headers,
      ...(body && { 'content-type': body.type }),
    },
    body: body?.bytes,
    given: {
      ...{ path: named('path'), query: named('query') },
      ...{ header: named('header'), cookie: named('cookie') },
      body: body?.value,
    },
  }
}

/** Returns the alternative whose turn it is; after the last one, that again. */
export const atTurn = <T>(all: readonly T[], turn: number): T | undefined =>
  all[Math.min(turn, all.length - 1)]

/** Returns the schema and the examples of a parameter, in the form of a media type. */
function mediaOf(parameter: Parameter): Partial<MediaType> {
  const [media] = Object.values(parameter.content ?? {})
  return media ?? (parameter as Partial<MediaType>)
}

function inPath(path: string, given: readonly (readonly [Parameter, unknown])[]): string {
  const marks: Record<string, string> = { label: '.', matrix: ';' }
  let template = path
  for (const [{ name, style = 'simple', explode }] of given) {
    const mark = `{${marks[style] ?? ''}${name}${explode ? '*' : ''}}`
    template = template.replace(`{${name}}`, () => mark)
  }
  const all = given.map(([it, value]) => [it.name, it.content ? JSON.stringify(value) : value])
  return defaultPathSerializer(template, Object.fromEntries(all))
}

/** Returns a parameter of a query or a cookie; empty where the style has no way to write the value. */
function inQuery(parameter: Parameter, value: unknown): string {
  const { name, style = 'form', explode = style === 'form', content } = parameter
  const key = encodeURIComponent(name)
  if (content !== undefined) return `${key}=${encodeURIComponent(JSON.stringify(value))}`
  if (style === 'deepObject') return deepPairs(name, value).join('&')
  const options = { style, explode } as { style: 'form'; explode: boolean }
  if (Array.isArray(value)) {
    return value.length === 0 ? '' : serializeArrayParam(key, value, options)
  }
  if (typeof value !== 'object') return `${key}=${encodeURIComponent(String(value))}`
  if (value === null) return ''
  const joint = explode ? undefined : { spaceDelimited: '%20', pipeDelimited: '|' }[style]
  if (joint === undefined) return serializeObjectParam(key, { ...value }, options)
  const texts = Object.entries(value).flat()
  return `${key}=${texts.map((it) => encodeURIComponent(String(it))).join(joint)}`
}

/** Returns the pairs of nested names, which openapi-fetch does not write. */
function deepPairs(name: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [`${encodeURIComponent(name)}=${encodeURIComponent(value === null ? '' : `${value}`)}`]
  }
  return Object.entries(value).flatMap(([key, it]) => deepPairs(`${name}[${key}]`, it))
}

function inHeader({ explode, content }: Parameter, value: unknown): string {
  if (content !== undefined) return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.join(',')
  return Object.entries(value)
    .map(([name, it]) => `${name}${explode ? '=' : ','}${it}`)
    .join(',')
}

/** Returns the credentials of an alternative of a security. */
function credentialsOf(
  document: Document,
  alternative: Record<string, string[]>,
  credential: Credential,
) {
  const headers: Record<string, string> = {}
  const query: string[] = []
  const cookies: string[] = []
  for (const [name, scopes] of Object.entries(alternative)) {
    const credentials = credential(scopes)
    const scheme = follow<Scheme>(document, document.components.securitySchemes[name] as Scheme)
    if (scheme.type !== 'apiKey') {
      const isBasic = scheme.scheme?.toLowerCase() === 'basic'
      headers.authorization = isBasic
        ? `Basic ${Buffer.from(`me:${credentials}`).toString('base64')}`
        : `Bearer ${credentials}`
    } else if (scheme.in === 'header') headers[scheme.name ?? ''] = credentials
    else {
      const pair = `${scheme.name}=${encodeURIComponent(credentials)}`
      if (scheme.in === 'query') query.push(pair)
      else cookies.push(pair)
    }
  }
  return { headers, query, cookies }
}

interface Scheme {
  readonly type: string
  readonly scheme?: string
  readonly in?: string
  readonly name?: string
}

interface Body {
  readonly type: string
  readonly bytes: string | Uint8Array
  /** The value that it is made from; undefined for one that the handler reads as a stream. */
  readonly value?: unknown
}

/** Returns a body of a media type that the engine reads. */
async function bodyOf(
  document: Document,
  { requestBody }: DocumentedOperation['operation'],
  read: string | undefined,
  values: Values,
): Promise<Body | undefined> {
  const content = requestBody ? follow(document, requestBody).content : {}
  const [key, media] = Object.entries(content).find(([type]) => read === typeName(type)) ?? []
  if (key === undefined || media === undefined) return undefined
  const type = concreteType(key)
  const schema = (media.schema ?? {}) as Schema
  if (isBytes(document, schema) && !/json|form/.test(type)) return { type, bytes: 'any bytes' }
  const value = exampleOf(document, media, values)
  if (type.startsWith('multipart/')) return { ...(await multipart(media, value)), value }
  if (type === 'application/x-www-form-urlencoded') {
    const written = fields(value)
      .map(([name, it]) => [name, it, inForm(media, name, it)] as const)
      .filter(([, , text]) => text !== '')
    const bytes = written.map(([, , text]) => text).join('&')
    return { type, bytes, value: Object.fromEntries(written) }
  }
  if (/[/+]json\b/.test(type) || type === 'application/x') {
    return { type: type.replace('/x', '/json'), bytes: JSON.stringify(value), value }
  }
  if (/ndjson|json-seq|jsonl/.test(type)) {
    const lines = [value].flat().map((it) => `${JSON.stringify(it)}\n`)
    return { type, bytes: lines.join('') }
  }
  return { type, bytes: String(value) }
}

const fields = (value: unknown) => Object.entries((value ?? {}) as Record<string, unknown>)

function isBytes(document: Document, schema: Schema): boolean {
  const { format, contentMediaType } = follow<Schema>(document, schema)
  return format === 'binary' || contentMediaType !== undefined
}

/** Returns a field of a form; empty where it has no value. Objects are JSON where no style is given. */
function inForm({ encoding = {} }: MediaType, name: string, value: unknown): string {
  const { contentType, style, explode } = encoding[name] ?? {}
  const isStyled = style !== undefined || explode !== undefined
  const isJson = contentType === 'application/json'
  const text = (it: unknown) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(JSON.stringify(it))}`
  const items = Array.isArray(value) && !isJson ? value : [value]
  const hasObjects = items.some((it) => typeof it === 'object' && it !== null)
  if (!isStyled && (isJson || hasObjects)) return items.map(text).join('&')
  const styled = { ...(style && { style }), ...(explode !== undefined && { explode }) }
  return inQuery({ name, ...styled } as Parameter, value)
}

async function multipart(media: MediaType, value: unknown) {
  const form = new FormData()
  for (const [name, it] of fields(value)) {
    const parts = inForm(media, name, it).split('&')
    for (const [key = '', text = ''] of parts.map((part) => part.split('='))) {
      if (key !== '') form.append(decodeURIComponent(key), decodeURIComponent(text))
    }
  }
  const response = new Response(form)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { type: response.headers.get('content-type') ?? '', bytes }
}

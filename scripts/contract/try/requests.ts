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

/**
 * Returns a request for an operation with its required parameters, or with all of them.
 * @throws Error for a schema without a value.
 */
export async function requestFor(
  { document, basePath, operations }: Compiled,
  { path, method, operation, parameters }: DocumentedOperation,
  values: Values,
  { isFull }: { readonly isFull: boolean },
): Promise<Sent> {
  const wanted = parameters.filter((it) => it.required === true || isFull)
  const given = (place: Parameter['in']) =>
    wanted
      .filter((it) => it.in === place)
      .map((it) => [it, exampleOf(document, mediaOf(it), values)] as const)
  const credentials = credentialsOf(document, operation.security ?? [])
  const query = [
    ...given('query').map(([it, value]) => inQuery(it, value)),
    ...credentials.query,
  ].filter((it) => it !== '')
  const cookies = [
    ...given('cookie').map(([it, value]) => inQuery({ explode: false, ...it }, value)),
    ...credentials.cookies,
  ]
  const headers = given('header')
    .filter(([it]) => !ignored.includes(it.name.toLowerCase()))
    .map(([it, value]) => [it.name, inHeader(it, value)])
  const types = operations[operation.operationId]?.body?.types ?? {}
  const body = await bodyOf(document, operation, Object.keys(types), values)
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
  }
}

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
  const options = { style, explode } as { style: 'form'; explode: boolean }
  if (Array.isArray(value)) {
    return value.length === 0 ? '' : serializeArrayParam(key, value, options)
  }
  if (typeof value !== 'object') return `${key}=${encodeURIComponent(String(value))}`
  return value === null ? '' : serializeObjectParam(key, value as Record<string, unknown>, options)
}

function inHeader({ explode, content }: Parameter, value: unknown): string {
  if (content !== undefined) return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.join(',')
  return Object.entries(value)
    .map(([name, it]) => `${name}${explode ? '=' : ','}${it}`)
    .join(',')
}

/** Returns the credentials of the first alternative of a security. */
function credentialsOf(document: Document, security: readonly Record<string, string[]>[]) {
  const headers: Record<string, string> = {}
  const query: string[] = []
  const cookies: string[] = []
  for (const [name, scopes] of Object.entries(security[0] ?? {})) {
    const credentials = [caller, ...scopes.map(inToken)].join('+')
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

/** Returns a body of the first media type that the engine reads. */
async function bodyOf(
  document: Document,
  { requestBody }: DocumentedOperation['operation'],
  read: readonly string[],
  values: Values,
) {
  const content = requestBody ? follow(document, requestBody).content : {}
  const [key, media] = Object.entries(content).find(([type]) => read.includes(typeName(type))) ?? []
  if (key === undefined || media === undefined) return undefined
  const type = concreteType(key)
  const schema = (media.schema ?? {}) as Schema
  if (isBytes(document, schema) && !/json|form/.test(type)) return { type, bytes: 'any bytes' }
  const value = exampleOf(document, media, values)
  if (type.startsWith('multipart/')) return multipart(value)
  if (type === 'application/x-www-form-urlencoded') {
    return {
      type,
      bytes: fields(value)
        .map(([name, it]) => inQuery({ name } as Parameter, it))
        .filter((it) => it !== '')
        .join('&'),
    }
  }
  if (/[/+]json\b/.test(type) || type === 'application/x') {
    return { type: type.replace('/x', '/json'), bytes: JSON.stringify(value) }
  }
  if (/ndjson|json-seq|jsonl/.test(type)) {
    return {
      type,
      bytes: [value]
        .flat()
        .map((it) => `${JSON.stringify(it)}\n`)
        .join(''),
    }
  }
  return { type, bytes: String(value) }
}

const fields = (value: unknown) => Object.entries((value ?? {}) as Record<string, unknown>)

function isBytes(document: Document, schema: Schema): boolean {
  const { format, contentMediaType } = follow<Schema>(document, schema)
  return format === 'binary' || contentMediaType !== undefined
}

async function multipart(value: unknown) {
  const form = new FormData()
  for (const [name, it] of fields(value)) {
    for (const part of [it].flat()) {
      form.append(name, typeof part === 'object' ? JSON.stringify(part) : String(part))
    }
  }
  const response = new Response(form)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { type: response.headers.get('content-type') ?? '', bytes }
}

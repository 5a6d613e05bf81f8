// Writes `generated/types.d.ts`: for each operation an interface of plain fields, with what its handler
// is given and what it returns, so that a compiler message names the field that is wrong.
import { eventStreamType } from '../../src/engine/event-stream.ts'
import { statuses } from '../../src/engine/problem.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { sentTypes } from './bodies.ts'
import {
  componentName,
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  headersOf,
  type Parameter,
  type ResponseObject,
  type Schema,
} from './document.ts'
import { interfaceName } from './operation-ids.ts'
import { responsesOf } from './responses.ts'

/** Headers that the engine writes, so that no handler has to. */
const engineHeaders = [
  ...['X-Request-Id', 'ETag', 'Cache-Control', 'Vary', 'Cache-Status', 'RateLimit'],
  'RateLimit-Policy',
]

/**
 * Returns the source of `generated/types.d.ts`.
 * @param types the generated file that has the types of this document.
 */
export function generateTypes(
  document: Document,
  types: 'openapi' | 'handlers' = 'openapi',
): string {
  const all = [...eachOperation(document)]
  const entries = all.map(({ operation }) => {
    const id = operation.operationId
    return `  readonly ${id}: ${interfaceName(id)}`
  })
  return [
    '// Written by `npm run codegen` from openapi/; edit the contract, not this file.',
    "import type { CallerId, EventStream, Owner, Principal, RawBody, RawHeaders, StatusIn } from '../src/engine/types.ts'",
    `import type { components, operations } from './${types}.d.ts'`,
    '',
    "export type Schemas = components['schemas']",
    '',
    ...all.map((it) => `${describe(document, it)}\n`),
    `export interface Operations {\n${entries.join('\n')}\n}`,
    '',
  ].join('\n')
}

function describe(document: Document, found: DocumentedOperation): string {
  const { operation, parameters, method, path } = found
  const isCached = operation['x-cache'] !== undefined
  const of = (place: Parameter['in']) =>
    fieldsOf(
      document,
      parameters.filter((it) => it.in === place),
      `NonNullable<operations['${operation.operationId}']['parameters']['${place}']>`,
    )
  const owner = operation['x-owner']
  const fields = {
    method: quoted(method),
    params: of('path'),
    query: of('query'),
    // A cached response is shared, so its handler sees nothing that is not part of its key.
    headers: isCached ? '{}' : of('header'),
    cookies: isCached ? '{}' : of('cookie'),
    body: bodyOf(document, found),
    principal: principalOf(found),
    owner: owner === undefined ? 'undefined' : `Owner<${quoted(owner)}>`,
    success: successOf(document, found),
    current: currentOf(document, path),
    cached: String(isCached),
    idempotent: String(operation['x-idempotent'] === true),
  }
  const lines = Object.entries(fields).map(([name, type]) => `  readonly ${name}: ${type}`)
  return `export interface ${interfaceName(operation.operationId)} {\n${lines.join('\n')}\n}`
}

/**
 * Returns an object type of parameters; one with a default is always there when a handler runs.
 * @param all the type in which openapi-typescript has them.
 */
function fieldsOf(document: Document, parameters: readonly Parameter[], all: string): string {
  const fields = parameters.map((it) => {
    const schema = follow(document, it.schema)
    const name = it.in === 'header' ? it.name.toLowerCase() : it.name
    const mark = it.required === true || schema.default !== undefined ? '' : '?'
    const type = isScalar(schema)
      ? scalarType(schema)
      : `Exclude<${all}[${quoted(it.name)}], undefined>`
    return `readonly ${property(name)}${mark}: ${type}`
  })
  return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`
const literal = (value: unknown) =>
  typeof value === 'string' ? quoted(value) : JSON.stringify(value)
const property = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

const isScalar = ({ type }: Schema) =>
  typeof type === 'string' && ['string', 'integer', 'number', 'boolean'].includes(type)

function scalarType({ type, enum: values, const: only }: Schema): string {
  if (only !== undefined) return literal(only)
  if (values !== undefined) return values.map(literal).join(' | ')
  return type === 'integer' ? 'number' : String(type)
}

function bodyOf(document: Document, { operation }: DocumentedOperation): string {
  const { operationId, requestBody } = operation
  if (requestBody === undefined) return 'undefined'
  const { required } = follow(document, requestBody)
  const at = (type: string) =>
    `NonNullable<operations['${operationId}']['requestBody']>['content']['${type}']`
  const types = sentTypes(document, operation).map(({ key, kind, schema }) =>
    kind === 'binary' ? "import('node:stream').Readable" : schemaType(schema, at(key)),
  )
  return [...new Set(types), ...(required ? [] : ['undefined'])].join(' | ')
}

/** Returns the component that a schema refers to, or else its place among the types of the document. */
function schemaType(schema: Schema, place: string): string {
  const name = componentName(schema)
  return name === undefined ? place : `Schemas['${name}']`
}

/** Returns who a handler is told calls: certain where every alternative of `security` has a scheme. */
function principalOf({ operation }: DocumentedOperation): string {
  const { security = [], 'x-cache': cache } = operation
  const isOpen = security.length === 0
  const isOptional = security.some((it) => Object.keys(it).length === 0)
  if (cache !== undefined) {
    const scope = cache.scope ?? (isOpen || isOptional ? 'public' : 'principal')
    return scope === 'public' ? 'null' : 'CallerId'
  }
  if (isOpen) return 'null'
  return isOptional ? 'Principal | null' : 'Principal'
}

function successOf(document: Document, { operation }: DocumentedOperation): string {
  const all = responsesOf(document, operation)
  const keys = all.map(([key]) => key)
  const types = all
    .filter(([key, response]) => isReturned(key, response))
    .map(([key, response]) => resultType(document, operation.operationId, [key, response], keys))
  return types.length === 0 ? 'never' : types.join(' | ')
}

/** The statuses of an ApiError. */
const errorStatuses = Object.values(statuses).map(String)

/** Tells whether handlers return a response: they throw problem documents, and a 304 is the engine's. */
function isReturned(key: string, { content = {} }: ResponseObject): boolean {
  const types = Object.keys(content)
  const isProblem = types.length > 0 && types.every((it) => it === 'application/problem+json')
  return key !== '304' && !(isProblem && (errorStatuses.includes(key) || !/^\d+$/.test(key)))
}

/** Returns the type of the statuses that a response covers, beside those that have their own. */
function statusType(key: string, keys: readonly string[]): string {
  if (/^\d+$/.test(key)) return key
  const isRange = key !== 'default'
  const ranges = keys.filter((it) => it.endsWith('XX'))
  const classes = isRange
    ? [key]
    : ['2XX', '3XX', '4XX', '5XX'].filter((it) => !ranges.includes(it))
  const digits = classes.map((it) => it.charAt(0))
  const exact = keys.filter((it) => /^\d+$/.test(it) && digits.includes(it.charAt(0)))
  const all = digits.length === 0 ? 'never' : `StatusIn<${digits.join(' | ')}>`
  return exact.length === 0 ? all : `Exclude<${all}, ${exact.join(' | ')}>`
}

function resultType(
  document: Document,
  operationId: string,
  [key, response]: [string, ResponseObject],
  keys: readonly string[],
): string {
  const isRaw = Object.keys(response.content ?? {}).some(isRawType)
  const own = headersOf(document, response).filter((it) => !engineHeaders.includes(it.name))
  const headers = own.map((it) => `readonly ${property(it.name)}${it.required ? '' : '?'}: string`)
  const isRequired = own.some((it) => it.required)
  const fields = [`readonly status: ${statusType(key, keys)}`]
  const types = [
    ...(headers.length > 0 ? [`{ ${headers.join('; ')} }`] : []),
    ...(isRaw ? ['RawHeaders'] : []),
  ]
  if (types.length > 0)
    fields.push(`readonly headers${isRequired ? '' : '?'}: ${types.join(' & ')}`)
  const body = bodyType(operationId, key, response)
  if (body !== undefined) fields.push(`readonly body: ${body}`)
  return `{ ${fields.join('; ')} }`
}

function bodyType(operationId: string, key: string, { content = {} }: ResponseObject) {
  const name = /^\d+$/.test(key) ? key : quoted(key)
  const at = (type: string) =>
    `operations['${operationId}']['responses'][${name}]['content']['${type}']`
  const types = Object.entries(content).map(([type, media]) => {
    if (isRawType(type)) return 'RawBody'
    if (type !== eventStreamType)
      return media.schema ? schemaType(media.schema, at(type)) : 'unknown'
    const { 'x-itemSchema': data } = media
    return `EventStream<${data ? schemaType(data, at(type)) : 'string'}>`
  })
  return types.length === 0 ? undefined : types.join(' | ')
}

/** Returns the body with which a GET of the same URL answers 200; never where there is none. */
function currentOf(document: Document, path: string): string {
  const read = document.paths[path]?.get
  const response = read?.responses[200]
  if (read === undefined || response === undefined) return 'never'
  return bodyType(read.operationId, '200', follow(document, response)) ?? 'never'
}

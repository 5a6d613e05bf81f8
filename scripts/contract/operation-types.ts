// Writes `generated/types.d.ts`: for each operation an interface of plain fields, with what its handler
// is given and what it returns, so that a compiler message names the field that is wrong.
import { bodyOf, sentOf } from './body-types.ts'
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type Parameter,
} from './document.ts'
import { interfaceName } from './operation-ids.ts'
import { errorBodyType, shownType, successType } from './response-types.ts'
import { isScalar, property, quoted, scalarType, schemaType } from './type-source.ts'
import { webhookTypes } from './webhooks.ts'

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
    "import type { CallerBy, CallerId, EventStream, MediaTypeIn, Owner, Principal, RawBody, RawHeaders, StatusIn } from '../src/engine/types.ts'",
    `import type { components, operations, webhooks } from './${types}.d.ts'`,
    '',
    "export type Schemas = components['schemas']",
    '',
    ...all.map((it) => `${describe(document, it)}\n`),
    '/** What an `errorBody` of the engine may return. */',
    `export type ErrorBody = ${errorBodyType(document)}`,
    '',
    `export interface Operations {\n${entries.join('\n')}\n}`,
    '',
    '/** What the service sends: webhooks by name, callbacks by operation and name. */',
    webhookTypes(document),
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
    body: bodyOf(document, operation),
    ...sentOf(document, operation),
    principal: principalOf(found),
    owner: owner === undefined ? 'undefined' : `Owner<${quoted(owner)}>`,
    success: successType(document, found),
    current: shownType(document, document.paths[path]?.get),
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
    const listed = `Exclude<${all}[${quoted(it.name)}], undefined>`
    // To openapi-typescript, a parameter with `content` is a text, which it is to clients.
    const type = isScalar(schema)
      ? scalarType(schema)
      : it.content
        ? schemaType(it.schema, 'unknown')
        : listed
    return `readonly ${property(name)}${mark}: ${type}`
  })
  return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`
}

/**
 * Returns who a handler is told calls: certain where every alternative of `security` has a scheme, and told
 * apart by scheme where several lead to the operation.
 */
function principalOf({ operation }: DocumentedOperation): string {
  const { security = [], 'x-cache': cache } = operation
  const alternatives = security.map((it) => Object.keys(it)).filter((it) => it.length > 0)
  const isOptional = alternatives.length < security.length
  const scope = cache?.scope ?? (isOptional ? 'public' : 'principal')
  if (alternatives.length === 0 || (cache && scope === 'public')) return 'null'
  const who = cache ? 'CallerId' : 'Principal'
  const callers = alternatives.map(([scheme = '', ...others]) => {
    const needed = others.map(quoted).join(' | ') || 'never'
    return `CallerBy<${who}, ${quoted(scheme)}, ${needed}>`
  })
  const isOneScheme = new Set(alternatives.flat()).size === 1
  const all = [...(isOneScheme ? [who] : callers), ...(isOptional ? ['null'] : [])]
  return [...new Set(all)].join(' | ')
}

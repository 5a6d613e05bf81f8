// Types of the bundled contract as far as the tools read it, and functions that visit its operations
// and follow its references.
import type { Policies } from '../../src/engine/operation.ts'
import type { Server } from '../../src/engine/servers.ts'

export interface Document {
  openapi: string
  info: { title: string; version: string }
  servers?: Server[]
  /** For each operation that does not state its own. */
  security?: OperationObject['security']
  paths: Record<string, PathItem>
  /** Requests that the service sends. */
  webhooks?: Record<string, PathItem | Reference>
  components: Record<string, Record<string, unknown>> & {
    schemas: Record<string, Schema>
    securitySchemes: Record<string, unknown>
  }
}

export type PathItem = {
  $ref?: string
  servers?: Server[]
  parameters?: (Parameter | Reference)[]
} & Partial<Record<Method, OperationObject>>

export const methods = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options'] as const
type Method = (typeof methods)[number]

export interface OperationObject extends Extensions {
  /** In a normalized document, the name of the handler. */
  operationId: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  servers?: Server[]
  deprecated?: boolean
  parameters?: (Parameter | Reference)[]
  requestBody?: RequestBody | Reference
  responses: Record<string, ResponseObject | Reference>
  /** Requests that the service sends to URLs which a request names, by expression. */
  callbacks?: Record<string, Record<string, PathItem> | Reference>
}

/** How a response is cached, before defaults: see `docs/caching.md`. */
interface CacheExtension {
  ttl?: number
  scope?: 'public' | 'principal' | 'own'
  maxAge?: number | 'default'
  unchanging?: string
}

/** The extensions that an operation may have. */
interface Extensions {
  'x-cache'?: CacheExtension
  'x-invalidates'?: string[]
  'x-owner'?: string
  'x-rate-limit'?: Policies['rateLimit']
  'x-idempotent'?: true
  /** The database's indexes by what a list can be asked for: see `docs/contract.md`. */
  'x-indexes'?: Record<string, string | string[]>
  'x-original-operation-id'?: string
}

export interface Reference {
  $ref: string
}
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema: Schema | Reference
  style?: string
  explode?: boolean
  allowReserved?: boolean
  allowEmptyValue?: boolean
  content?: Record<string, MediaType>
  example?: unknown
  /** A browser sends it, and a script cannot set it: it is left out of the served document. */
  'x-set-by-browser'?: true
  /** The order and the repetition of its list do not matter. */
  'x-set'?: true
  /** How OpenAPI 2.0 writes its list, where 3.0 has no style for it. */
  'x-collectionFormat'?: string
}
interface RequestBody {
  required?: boolean
  /** The largest body, such as `10MB`, instead of the limit of the whole service. */
  'x-body-limit'?: string
  content: Record<string, MediaType>
}
export interface ResponseObject {
  description: string
  headers?: Record<string, Header | Reference>
  content?: Record<string, MediaType>
}
export interface MediaType {
  schema: Schema
  encoding?: Record<string, Encoding>
  'x-itemSchema'?: Schema
  itemSchema?: Schema
  example?: unknown
  examples?: Record<string, Example>
}
export interface Encoding {
  contentType?: string
  style?: string
  explode?: boolean
  headers?: Record<string, Header | Reference>
  'x-collectionFormat'?: string
}
interface Example {
  summary?: string
  value?: unknown
  externalValue?: string
}
interface Header {
  required?: boolean
  schema: Schema
  example?: unknown
}

/** In a normalized document, a schema that is true or false is one only where this says `boolean`. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  'x-open-enum'?: boolean
  format?: string
  minimum?: number
  maximum?: number
  multipleOf?: number
  default?: unknown
  readOnly?: boolean
  writeOnly?: boolean
  example?: unknown
  examples?: unknown[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  unevaluatedProperties?: boolean | Schema
  items?: Schema
  prefixItems?: Schema[]
  unevaluatedItems?: Schema
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  if?: Schema
  then?: Schema
  else?: Schema
  not?: Schema
  contains?: Schema
  dependentSchemas?: Record<string, Schema>
  discriminator?: { propertyName: string; mapping?: Record<string, string> }
}

export interface DocumentedOperation {
  path: string
  method: Method
  operation: OperationObject
  parameters: Parameter[]
}

/** Yields every operation in the order of the document, as it stands there. */
export function* eachMethod(document: Document) {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method]
      if (operation !== undefined) yield { path, method, item, operation }
    }
  }
}

/** Yields every operation; its parameters include those of its path that it does not replace. */
export function* eachOperation(document: Document): Generator<DocumentedOperation> {
  for (const { path, method, item, operation } of eachMethod(document)) {
    const listed = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
    const all = listed.map((it) => follow(document, it))
    const byPlace = new Map(all.map((it) => [`${it.in} ${it.name}`, it]))
    yield { path, method, operation, parameters: [...byPlace.values()] }
  }
}

/** Tells whether OpenAPI ignores a parameter: media types and security say what these headers hold. */
export function isIgnored({ name, in: place }: Parameter): boolean {
  return (
    place === 'header' && ['accept', 'content-type', 'authorization'].includes(name.toLowerCase())
  )
}

/** The keys that lead from the root of a document to a place in it. */
export type Pointer = readonly (string | number)[]

/** Returns the names of the path parameters of an operation, in the order of its path. */
export function pathNames({ path }: Pick<DocumentedOperation, 'path'>): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '')
}

/**
 * Returns the value that a reference leads to, through further references.
 * @throws Error that names the reference when it leads nowhere.
 */
export function follow<T extends object>(document: Document, value: T | Reference): T {
  const passed = new Set<unknown>()
  let found: unknown = value
  while (isReference(found)) {
    const { $ref } = found
    passed.add(found)
    found = atPointer(document, $ref)
    if (typeof found !== 'object' || found === null || passed.has(found)) {
      throw new Error(`The contract refers to ${$ref}, which does not exist.`)
    }
  }
  return found as T
}

export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$ref' in value && typeof value.$ref === 'string'

/** Returns the value at the fragment of a URL, in which a pointer may be percent-encoded. */
export function atPointer(document: object, reference: string): unknown {
  let target: unknown = document
  for (const step of reference.replace(/^#\/?/, '').split('/')) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key))
      return undefined
    target = (target as Record<string, unknown>)[key]
  }
  return target
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that stands for itself.
    return text
  }
}

/** Returns the headers of a response in the form of parameters. */
export function headersOf(document: Document, { headers = {} }: ResponseObject): Parameter[] {
  return Object.entries(headers).map(([name, it]) => {
    return { name, in: 'header', ...follow(document, it) }
  })
}

/** Returns the name of the component that a reference leads to; undefined for any other schema. */
export function componentName(schema: Schema): string | undefined {
  return schema.$ref?.match(/^#\/components\/schemas\/([\w.-]+)$/)?.[1]
}

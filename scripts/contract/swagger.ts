// Moves what OpenAPI 2.0 says of parameters, bodies and responses to where 3.0 says it. The upgrader loses most of
// a form, and takes the media types of the document where an operation has its own.
import { isRawType } from '../../src/engine/raw-body.ts'
import { typeName } from './bodies.ts'
import { atPointer } from './document.ts'

type Fields = Record<string, unknown>

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
const json = 'application/json'
const isXml = (type: string) => /[/+]xml$/.test(type)
const urlencoded = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data'

/** Returns a document of 2.0 with the parameters, bodies and responses of 3.0. Its other parts stay as they are. */
export function withBodies(source: Fields): Fields {
  const { consumes, produces, ...rest } = source
  const reader: Reader = { source, consumes: listOf(consumes), produces: listOf(produces) }
  return {
    ...rest,
    ...withBasePath(source),
    ...(isFields(source.paths) && { paths: mapped(source.paths, (it) => pathItem(reader, it)) }),
    ...(isFields(source.parameters) && { parameters: sharedParameters(source.parameters) }),
    ...(isFields(source.responses) && {
      responses: mapped(source.responses, (it) => responseOf(reader, it, reader.produces)),
    }),
  }
}

interface Reader {
  readonly source: Fields
  /** The media types of the document; undefined where it names none. */
  readonly consumes: readonly string[] | undefined
  readonly produces: readonly string[] | undefined
}

/** The upgrader puts the base path behind the host as it is. */
function withBasePath({ basePath, schemes }: Fields): Fields {
  const isHttp = (it: unknown) => it === 'http' || it === 'https'
  return {
    ...(typeof basePath === 'string' && { basePath: `/${basePath.replace(/^\/+/, '')}` }),
    ...(Array.isArray(schemes) && { schemes: schemes.filter(isHttp) }),
  }
}

function pathItem(reader: Reader, item: unknown): unknown {
  if (!isFields(item)) return item
  const shared = parametersIn(item)
  const isBeside = (it: unknown) => !isInBody(followed(reader, it))
  return mapped(item, (value, key) => {
    if (key === 'parameters' && Array.isArray(value)) return value.filter(isBeside).map(parameterOf)
    if (!methods.includes(key) || !isFields(value)) return value
    const { consumes, produces, parameters, responses, ...rest } = value
    const own = parametersIn(value)
    const body = bodyOf(
      [...shared, ...own].map((it) => followed(reader, it)),
      listOf(consumes) ?? reader.consumes,
    )
    const types = listOf(produces) ?? reader.produces
    // A response that operations share has the media types of each.
    const response = (it: unknown, status: string) => {
      if (referenceOf(it) !== '' && types === reader.produces) return it
      return responseOf(reader, followed(reader, it), types, status)
    }
    return {
      ...rest,
      ...(parameters !== undefined && {
        parameters: Array.isArray(parameters) ? own.filter(isBeside).map(parameterOf) : parameters,
      }),
      ...(body && { requestBody: body }),
      ...(responses !== undefined && {
        responses: isFields(responses)
          ? mapped(responses, (it, status) => (status.startsWith('x-') ? it : response(it, status)))
          : responses,
      }),
    }
  })
}

const parametersIn = ({ parameters }: Fields): unknown[] =>
  Array.isArray(parameters) ? parameters : []

/** Returns what a reference of a document leads to, and anything else as it is. */
const followed = ({ source }: Reader, it: unknown): unknown =>
  referenceOf(it).startsWith('#/') ? (atPointer(source, referenceOf(it)) ?? it) : it

const referenceOf = (it: unknown) => (isFields(it) && typeof it.$ref === 'string' ? it.$ref : '')

const isInBody = (it: unknown) => isFields(it) && (it.in === 'body' || it.in === 'formData')

function sharedParameters(parameters: Fields): Fields {
  const beside = Object.entries(parameters).filter(([, it]) => !isInBody(it))
  return Object.fromEntries(beside.map(([name, it]) => [name, parameterOf(it)]))
}

/** What the schema of a parameter of 3.0 says. */
const schemaKeys = new Set([
  ...['type', 'format', 'items', 'default', 'enum', 'pattern', 'multipleOf', 'x-nullable'],
  ...['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength'],
  ...['maxItems', 'minItems', 'uniqueItems'],
])

/** How 3.0 writes a list in a query or a form. */
const styles: Readonly<Record<string, object>> = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
}

/** Returns how a list is written; a format that 3.0 does not have stays for the lint. */
function styleOf({ type, in: place, collectionFormat = 'csv' }: Fields): object {
  if (type !== 'array') return {}
  const isText = place === 'query' || place === 'formData'
  const style = isText ? styles[`${collectionFormat}`] : collectionFormat === 'csv' && {}
  return style || { 'x-collectionFormat': collectionFormat }
}

function parameterOf(it: unknown): unknown {
  if (!isFields(it) || '$ref' in it || 'schema' in it) return it
  const { collectionFormat: _, ...rest } = it
  const [schema, others] = split(rest)
  return { ...others, schema, ...styleOf(it) }
}

function split(fields: Fields): [Fields, Fields] {
  const entries = Object.entries(fields)
  const of = (isKept: boolean) => entries.filter(([key]) => schemaKeys.has(key) === isKept)
  return [Object.fromEntries(of(true)), Object.fromEntries(of(false))]
}

/** Returns the body that parameters make together; a later one replaces one of the same name. */
function bodyOf(parameters: readonly unknown[], types: readonly string[] | undefined) {
  const all = parameters.filter(isFields)
  const body = all.findLast((it) => it.in === 'body')
  if (body !== undefined) {
    const { name: _, in: __, schema = {}, ...rest } = body
    const entries = (types ?? [json]).map((type) => [type, { schema }])
    return { ...rest, content: Object.fromEntries(entries) }
  }
  const fields = new Map(
    all.filter((it) => it.in === 'formData').map((it) => [`${it.name}`, it] as const),
  )
  return fields.size === 0 ? undefined : formOf(fields, types)
}

function formOf(fields: ReadonlyMap<string, Fields>, types: readonly string[] = []) {
  const all = [...fields]
  const required = all.filter(([, it]) => it.required === true).map(([name]) => name)
  const properties = all.map(([name, { name: _, in: __, required: ___, ...it }]) => {
    const { collectionFormat: ____, allowEmptyValue: _____, ...schema } = it
    return [name, schema]
  })
  const encoding = all.flatMap(([name, it]) => {
    const style = styleOf(it)
    return Object.keys(style).length === 0 ? [] : [[name, style]]
  })
  const media = {
    schema: { type: 'object', properties: Object.fromEntries(properties), required },
    ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }),
  }
  const hasFiles = all.some(([, it]) => it.type === 'file')
  const isForm = (it: string) => it === multipart || (it === urlencoded && !hasFiles)
  const named = types.map(typeName).filter(isForm)
  const read = named.length > 0 ? named : [hasFiles ? multipart : urlencoded]
  return {
    required: required.length > 0,
    content: Object.fromEntries(read.map((type) => [type, media])),
  }
}

function responseOf(
  reader: Reader,
  response: unknown,
  types: readonly string[] | undefined,
  status = 'default',
): unknown {
  if (!isFields(response) || '$ref' in response) return response
  const { schema, examples, headers, ...rest } = response
  const shown = isFields(examples) ? Object.entries(examples) : []
  // Without a schema, a response has content where it has examples.
  const written =
    schema === undefined
      ? shown.map(([type]) => type).filter((it) => it.includes('/'))
      : typesFor(kindOf(reader, schema), types, status)
  const content = written.map((type) => {
    const [, example] = shown.find(([it]) => typeName(it) === typeName(type)) ?? []
    // A file of JSON is a value.
    const isValue = schema === undefined || (isFile(schema) && !isRawType(typeName(type)))
    const media = { schema: isValue ? {} : schema }
    return [type, { ...media, ...(example !== undefined && { example }) }]
  })
  return {
    ...rest,
    ...(content.length > 0 && { content: Object.fromEntries(content) }),
    ...(headers !== undefined && {
      headers: isFields(headers) ? mapped(headers, headerOf) : headers,
    }),
  }
}

/**
 * Returns the media types that a response may have: a list of 2.0 is for all responses of an operation, of
 * which a file is rarely JSON, and an object never text.
 */
function typesFor(kind: Kind, types: readonly string[] | undefined, status: string) {
  if (types === undefined) return [kind === 'file' ? 'application/octet-stream' : json]
  if (kind === 'any') return types
  const isRaw = (it: string) => isRawType(typeName(it)) && !isXml(typeName(it))
  const fitting = types.filter((it) => isXml(typeName(it)) || isRaw(it) === (kind === 'file'))
  if (fitting.length > 0) return fitting
  return kind === 'value' && !/^[23]/.test(status) ? [json] : types
}

type Kind = 'file' | 'value' | 'any'

const isFile = (schema: unknown) => isFields(schema) && schema.type === 'file'

/** Tells whether a schema stands for a file, or for a value of JSON that is no text. */
function kindOf(reader: Reader, schema: unknown): Kind {
  if (isFile(schema)) return 'file'
  const found = followed(reader, schema)
  if (!isFields(found) || Object.keys(found).length === 0) return 'any'
  return found.type === 'string' ? 'any' : 'value'
}

/** The upgrader makes the schema. */
function headerOf(header: unknown): unknown {
  if (!isFields(header)) return header
  const { collectionFormat: _, ...rest } = header
  return { ...rest, ...styleOf(header) }
}

/** Returns the media types of a list; an empty one names none. */
function listOf(types: unknown): readonly string[] | undefined {
  return Array.isArray(types) && types.length > 0 ? types.map(String) : undefined
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function mapped(fields: Fields, map: (value: unknown, key: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, it]) => [key, map(it, key)]))
}

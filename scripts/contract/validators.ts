// Writes `generated/validators.js`: Ajv 2020-12 compiled to standalone code, one function for each
// part of a request, each response body and the headers of each response. esbuild binds Ajv's helpers and our formats into it, so
// that the file imports nothing and nothing compiles when the service starts.
import { _, Ajv2020 } from 'ajv/dist/2020.js'
import standaloneModule from 'ajv/dist/standalone/index.js'
import { formats } from '../../src/engine/formats.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { sentTypes } from './bodies.ts'
import { bundleModule } from './bundle-module.ts'
import {
  type Document,
  eachOperation,
  follow,
  headersOf,
  type Parameter,
  type Schema,
} from './document.ts'
import { writtenSchema } from './event-streams.ts'
import { Collectors, isChangedForHandlers } from './received.ts'
import { responsesOf } from './responses.ts'

const standaloneCode = standaloneModule.default
const parameterPlaces = ['path', 'query', 'header', 'cookie'] as const

const helpers = 'declare, declareMatching, hide, received, withDefault'

/** The table of validators as it is exported: operationId, then the part, then the key of a schema. */
type Table = Record<string, Record<string, Record<string, string>>>

/** Returns the source of `generated/validators.js`. @throws Error that names a schema that Ajv rejects. */
export async function generateValidators(document: Document): Promise<string> {
  const ajv = createAjv(document)
  const names: Record<string, string> = {}
  const table: Table = {}
  const known = new Map<string, string>()
  /** Gives equal schemas one function: most error responses have the same. */
  const add = (schema: Schema, convert = forAjv) => {
    const text = JSON.stringify(schema)
    const name = known.get(text) ?? `part${known.size}`
    if (known.has(text)) return name
    known.set(text, name)
    names[name] = `urn:operation:${name}`
    ajv.addSchema({ $id: names[name], ...convert(schema) })
    return name
  }
  const collectors = new Collectors(document, add)
  /** Returns the validator of this name with what handlers are given of a value. */
  const received = (name: string, schema: Schema, parts = [schema]) => {
    if (!parts.some((it) => isChangedForHandlers(document, it))) return name
    return `received(${name}, ${collectors.nameOf(schema)})`
  }
  for (const { operation, parameters } of eachOperation(document)) {
    const places = parameterPlaces.map((place) => {
      const schema = parameterSchema(document, parameters, place)
      const validator = add(schema, parametersForAjv)
      return [place, received(validator, schema, Object.values(schema.properties ?? {}))]
    })
    const bodies = sentTypes(document, operation).map(({ name, schema }) => [
      name,
      received(add(schema), schema),
    ])
    const documented = responsesOf(document, operation)
    const responses = documented.flatMap(([status, { content = {} }]) => {
      const [first] = Object.entries(content)
      const schema = first && !isRawType(first[0]) ? writtenSchema(...first) : undefined
      return schema === undefined ? [] : [[status, add(schema)]]
    })
    const headers = documented.map(([status, response]) => [
      status,
      add(parameterSchema(document, headersOf(document, response), 'header')),
    ])
    table[operation.operationId] = {
      parameters: Object.fromEntries(places),
      body: Object.fromEntries(bodies),
      responses: Object.fromEntries(responses),
      headers: Object.fromEntries(headers),
    }
  }
  const functions = collectors.source
  return bundleModule(
    [
      ...(functions === '' ? [] : [`import { ${helpers} } from './src/engine/received.ts'`]),
      standaloneCode(ajv, names),
      functions,
      exportTable(table),
    ].join('\n'),
  )
}

/** Ajv with our formats and the schemas of a contract, under ids of their own. */
export function createAjv(document: Document) {
  const ajv = new Ajv2020({
    allErrors: true,
    // Those of parameters; `received.ts` fills in the others, also behind references and in unions.
    useDefaults: true,
    allowUnionTypes: true,
    // The lint says what a schema may hold; for Ajv, any other keyword or format is an annotation.
    strictSchema: false,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
    // Without it 19.99 is no multiple of 0.01, because doubles are binary.
    multipleOfPrecision: 10,
    discriminator: true,
    code: {
      source: true,
      esm: true,
      formats: _`require("./src/engine/formats.ts").validateFormat`,
    },
  })
  for (const [name, format] of Object.entries(formats)) {
    ajv.addFormat(name, format.accepts)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    ajv.addSchema({ $id: `urn:contract:${name}`, ...forAjv(schema) })
  }
  return ajv
}

export const nestedSchemas = new Set([
  ...['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'allOf', 'anyOf', 'oneOf', 'prefixItems'],
])
/** The keywords whose members have names of the author's choice: `$ref` is one like any other there. */
export const namedSchemas = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
])

/**
 * Returns a schema as Ajv wants it: references by the ids above, no mapping beside a discriminator, whose
 * values Ajv reads from the branches, no word to clients of what an enum may hold one day, and no default.
 * What enum, const and examples hold is data and stays.
 */
export function forAjv(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(forAjv) as Schema
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'x-open-enum' || key === 'default') return []
    if (key === 'discriminator') return [[key, { propertyName: value.propertyName }]]
    if (key === '$ref') return [[key, value.replace('#/components/schemas/', 'urn:contract:')]]
    if (nestedSchemas.has(key)) return [[key, forAjv(value)]]
    if (namedSchemas.has(key)) {
      const members = Object.entries(value as Record<string, Schema>)
      return [[key, Object.fromEntries(members.map(([name, it]) => [name, forAjv(it)]))]]
    }
    return [[key, value]]
  })
  const converted = Object.fromEntries(entries)
  return schema.discriminator === undefined ? converted : { type: 'object', ...converted }
}

/** Returns the schema of parameters as Ajv wants it, with their defaults. */
function parametersForAjv({ properties = {}, ...schema }: Schema): Schema {
  const converted = Object.entries(properties).map(([name, it]) => {
    const { default: value } = it
    return [name, { ...forAjv(it), ...(value !== undefined && { default: value }) }]
  })
  return { ...schema, properties: Object.fromEntries(converted) }
}

/** One closed object for all parameters of a place; only headers and cookies bring others along. */
function parameterSchema(document: Document, all: Parameter[], place: Parameter['in']): Schema {
  const own = all.filter((it) => it.in === place)
  /** Ajv fills no default behind a reference. */
  const withDefault = ({ schema }: Parameter): Schema => {
    const { default: value } = follow<Schema>(document, schema)
    return value === undefined ? schema : { ...schema, default: value }
  }
  return {
    type: 'object',
    properties: Object.fromEntries(own.map((it) => [parameterName(it), withDefault(it)])),
    required: own.filter((it) => it.required).map(parameterName),
    additionalProperties: place === 'header' || place === 'cookie',
  }
}

/** Header names are compared without case, and Node hands them over in lower case. */
function parameterName(parameter: Parameter): string {
  return parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name
}

function exportTable(table: Table): string {
  const record = (entries: Record<string, string>) =>
    `{ ${Object.entries(entries)
      .map(([key, name]) => `${JSON.stringify(key)}: ${name}`)
      .join(', ')} }`
  const operations = Object.entries(table).map(([id, parts]) => {
    const body = Object.entries(parts).map(([part, entries]) => `${part}: ${record(entries)}`)
    return `  ${id}: {\n    ${body.join(',\n    ')},\n  },`
  })
  return `export const validators = {\n${operations.join('\n')}\n}\n`
}

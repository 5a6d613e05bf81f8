// Writes `generated/validators.js`: Ajv 2020-12 compiled to standalone code, one function for each
// part of a request, each response body and the headers of each response. esbuild binds Ajv's helpers and our formats into it, so
// that the file imports nothing and nothing compiles when the service starts.
import standaloneModule from 'ajv/dist/standalone/index.js'
import { createAjv, forAjv } from './ajv.ts'
import { sentTypes } from './bodies.ts'
import { bundleModule } from './bundle-module.ts'
import { type Document, eachOperation, follow, type Parameter, type Schema } from './document.ts'
import { isRawContent, writtenSchema } from './event-streams.ts'
import { Collectors, isChangedForHandlers } from './received.ts'
import { contentsOf, responsesOf, sentHeaders } from './responses.ts'

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
    ajv.addSchema({ $id: names[name], ...convert(document, schema) })
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
    const items = sentTypes(document, operation).flatMap(({ name, kind, media }) => {
      const schema = media['x-itemSchema']
      return kind === 'lines' && schema ? [[name, received(add(schema), schema)]] : []
    })
    const documented = responsesOf(document, operation)
    const responses = documented
      .flatMap(([key, response]) => contentsOf(document, key, response))
      .flatMap(({ type, media, key }) => {
        const schema = isRawContent(type, media) ? undefined : writtenSchema(type, media)
        return schema === undefined ? [] : [[key, add(schema)]]
      })
    const headers = documented.map(([status, response]) => [
      status,
      add(parameterSchema(document, sentHeaders(document, response), 'header')),
    ])
    table[operation.operationId] = {
      parameters: Object.fromEntries(places),
      body: Object.fromEntries(bodies),
      ...(items.length > 0 && { items: Object.fromEntries(items) }),
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

/** Returns code that exports validators by name. */
export function validatorCode(document: Document, schemas: ReadonlyMap<string, Schema>): string {
  if (schemas.size === 0) return ''
  const ajv = createAjv(document)
  const names = [...schemas].map(([name, schema]) => {
    const $id = `urn:fitting:${name}`
    ajv.addSchema({ $id, ...forAjv(document, schema) })
    return [name, $id]
  })
  return standaloneCode(ajv, Object.fromEntries(names))
}

/** Returns the schema of parameters as Ajv wants it, with their defaults. */
function parametersForAjv(document: Document, { properties = {}, ...schema }: Schema): Schema {
  const converted = Object.entries(properties).map(([name, it]) => {
    const { default: value } = it
    return [name, { ...forAjv(document, it), ...(value !== undefined && { default: value }) }]
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

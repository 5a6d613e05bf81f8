// The document that clients get. The service itself runs on the stricter one that it is made from.
import { formats } from '../../src/engine/formats.ts'
import {
  type Document,
  eachOperation,
  follow,
  headersOf,
  type Parameter,
  type Reference,
  type Schema,
} from './document.ts'
import { removeInvalidExamples } from './example-checks.ts'
import { reachedComponents } from './expand/components.ts'
import { subschemas } from './subschemas.ts'

/**
 * Returns the document as it is served. Objects in responses are open, so that clients ignore the
 * properties which later versions add; an object that a request can hold stays closed. Formats are
 * standard ones. Examples that break their schemas and parameters that only browsers set are left
 * out.
 */
export function servedDocument(source: Document): Document {
  const document = structuredClone(source)
  removeInvalidExamples(document)
  const sent = new Set<Schema>()
  const answered = new Set<Schema>()
  for (const { operation, parameters } of eachOperation(document)) {
    const body = operation.requestBody && follow(document, operation.requestBody)
    // A media type without a schema takes anything.
    const sentTypes = Object.values(body?.content ?? {}).filter((it) => 'schema' in it)
    const inRequest = [...parameters, ...sentTypes]
    const inResponse = Object.values(operation.responses).flatMap((it) => {
      const response = follow(document, it)
      return [...headersOf(document, response), ...Object.values(response.content ?? {})]
    })
    for (const { schema } of inRequest) collect(document, schema, sent)
    for (const { 'x-itemSchema': item } of Object.values(body?.content ?? {})) {
      if (item) collect(document, item, sent)
    }
    for (const it of inResponse) {
      if (it.schema) collect(document, it.schema, answered)
      if ('x-itemSchema' in it && it['x-itemSchema'])
        collect(document, it['x-itemSchema'], answered)
    }
  }
  for (const schema of answered) {
    if (!sent.has(schema) && schema.additionalProperties === false)
      delete schema.additionalProperties
  }
  for (const schema of new Set([...sent, ...answered])) standardizeFormat(schema)
  for (const { operation } of eachOperation(document)) {
    delete operation['x-indexes']
    const settable = operation.parameters?.filter((it) => !isSetByBrowser(document, it))
    if (settable?.length === 0) delete operation.parameters
    else if (settable !== undefined) operation.parameters = settable
  }
  for (const { parameters } of eachOperation(document)) {
    for (const it of parameters) if (it.content) delete (it as Partial<Parameter>).schema
  }
  return { ...document, components: reachedComponents(document) }
}

const isSetByBrowser = (document: Document, parameter: Parameter | Reference) =>
  follow<Parameter>(document, parameter)['x-set-by-browser'] === true

/** Puts what our format says in the standard vocabulary in its place; the schema's own keywords win. */
function standardizeFormat(schema: Schema): void {
  const standard = schema.format === undefined ? undefined : formats[schema.format]?.standard
  if (standard === undefined) return
  const entries = Object.entries(schema).flatMap(([key, value]) =>
    key === 'format'
      ? Object.entries(standard).filter(([it]) => it === 'format' || !(it in schema))
      : [[key, value] as const],
  )
  for (const key of Object.keys(schema)) delete schema[key as keyof Schema]
  Object.assign(schema, Object.fromEntries(entries))
}

/** Adds a schema and everything that it refers to. */
function collect(document: Document, schema: Schema, found: Set<Schema>): void {
  if (found.has(schema)) return
  found.add(schema)
  const { $ref } = schema
  if ($ref !== undefined) collect(document, follow<Schema>(document, { $ref }), found)
  for (const it of subschemas(schema)) collect(document, it.schema, found)
}

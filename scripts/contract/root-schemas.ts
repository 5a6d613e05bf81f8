// Where a document has schemas: under which keys of which objects OpenAPI puts one.
import type { Document, Pointer, Schema } from './document.ts'

/** The fields of OpenAPI that hold parts under names, among which any word may be. */
const maps = new Set([
  ...['paths', 'webhooks', 'pathItems', 'callbacks', 'responses', 'parameters', 'headers'],
  ...['requestBodies', 'content', 'encoding', 'mediaTypes', 'schemas'],
])
/** The fields of OpenAPI that hold no schemas. */
const values = new Set(['example', 'examples', 'links', 'servers', 'securitySchemes', 'security'])

interface Root {
  readonly schema: Schema
  readonly at: Pointer
  readonly holder: object
  readonly key: string
}

/** Yields each schema of a document that is not part of another, with the keys that lead to it. */
export function* rootSchemas({ components, ...document }: Document): Generator<Root> {
  yield* schemasBelow(document, [], false)
  yield* schemasBelow({ components }, [], false)
}

function* schemasBelow(node: unknown, at: Pointer, isMap: boolean): Generator<Root> {
  if (typeof node !== 'object' || node === null) return
  const isSchemas = isMap && at.at(-1) === 'schemas'
  for (const [key, value] of Object.entries(node)) {
    const here = [...at, key]
    const isSchema = key === 'schema' || key === 'itemSchema' || key === 'x-itemSchema'
    if (isSchemas || (isSchema && !isMap)) yield { schema: value, at: here, holder: node, key }
    else if (isMap || !(values.has(key) || key.startsWith('x-')))
      yield* schemasBelow(value, here, !isMap && maps.has(key))
  }
}

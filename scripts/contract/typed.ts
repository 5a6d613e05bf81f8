// Says in keywords that openapi-typescript reads what a document says in others, so that the types of a
// schema take no value that the schema rejects, as far as types can say it.
import { isReference } from './composition.ts'
import { withBranches } from './discriminators.ts'
import type { Document, Schema } from './document.ts'
import { allOf, isNothing } from './parts.ts'
import { rootSchemas } from './root-schemas.ts'
import { eachSchema } from './subschemas.ts'
import { spellOutWebhooks } from './webhooks.ts'

/** Returns the document that types are generated from. */
export function typedDocument(served: Document): Document {
  const document = withBranches(withoutExamples(served))
  spellOutWebhooks(document)
  // Schemas that are put in place of others are new, and hold those that are still to come.
  for (const { schema } of [...eachSchema(document)]) {
    listItems(schema)
    const { if: test, then = {}, else: otherwise = {}, $ref } = schema
    if (test) add(schema, { anyOf: [allOf([test, then]), otherwise] })
    for (const it of Object.values(schema.dependentSchemas ?? {}))
      add(schema, { ...it, required: [] })
    if ($ref === undefined || isReference(schema)) continue
    delete schema.$ref
    add(schema, { $ref })
  }
  return document
}

/** Returns a document without the examples that are in no type, or that look like references. */
function withoutExamples(served: Document): Document {
  const document = structuredClone(served)
  for (const { holder } of rootSchemas(document)) {
    if ('examples' in holder) delete holder.examples
    if ('example' in holder && holdsReference(holder.example)) delete holder.example
  }
  for (const { schema } of eachSchema(document)) {
    if (holdsReference(schema.example)) delete schema.example
    if (holdsReference(schema.examples)) delete schema.examples
  }
  return document
}

const holdsReference = (value: unknown) => JSON.stringify(value)?.includes('"$ref":') === true

function add(schema: Schema, part: Schema): void {
  schema.allOf = [...(schema.allOf ?? []), part]
}

/** A tuple of types has all of its items and no others. */
function listItems(schema: Schema & { minItems?: number }): void {
  const { prefixItems, items, minItems = 0 } = schema
  if (prefixItems === undefined) return
  const isClosed = items !== undefined && isNothing(items)
  if (isClosed && minItems >= prefixItems.length) return
  delete schema.prefixItems
  const others = isClosed ? [] : [items ?? {}]
  schema.items = items === undefined ? {} : { anyOf: [...prefixItems, ...others] }
}

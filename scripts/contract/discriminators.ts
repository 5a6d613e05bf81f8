// Discriminators: the values of one member that lead to the branches of a union.
import { componentName, type Document, type Schema } from './document.ts'
import { partsOf, valuesOf } from './parts.ts'
import { eachSchema } from './subschemas.ts'

/** Returns the branches of a union with a discriminator, each with the values that lead to it. */
export function branchesOf(document: Document, schema: Schema): Schema[] {
  const tag = schema.discriminator?.propertyName ?? ''
  return (schema.oneOf ?? schema.anyOf ?? []).map((it) => tagged(document, schema, it, tag))
}

/** Returns a copy of a document in which each branch names its values, for tools that do not follow discriminators. */
export function withBranches(source: Document): Document {
  const document = structuredClone(source)
  for (const { schema } of [...eachSchema(document)]) {
    if (schema.discriminator === undefined) continue
    const branches = branchesOf(document, schema)
    delete schema.discriminator
    if (schema.oneOf) schema.oneOf = branches
    else if (schema.anyOf) schema.anyOf = branches
  }
  return document
}

/** Returns a branch that requires the values which lead to it. */
function tagged(document: Document, schema: Schema, branch: Schema, tag: string): Schema {
  const values = valuesFor(document, schema, branch, tag)
  if (values === undefined) return branch
  const parts = partsOf(document, branch)
  const isRequired = parts.some((it) => it.required?.includes(tag))
  if (isRequired && ownValues(document, branch, tag)?.length === values.length) return branch
  return { ...asAllOf(branch), required: [tag], properties: { [tag]: { enum: [...values] } } }
}

const asAllOf = (schema: Schema): Schema =>
  Object.keys(schema).join() === '$ref' ? schema : { allOf: [schema] }

/** Returns the values that lead to a branch; undefined where nothing says which. */
export function valuesFor(
  document: Document,
  { discriminator }: Schema,
  branch: Schema,
  tag: string,
): readonly unknown[] | undefined {
  const name = componentName(branch)
  const mapped = Object.entries(discriminator?.mapping ?? {}).flatMap(([value, target]) =>
    name !== undefined && componentName({ $ref: target }) === name ? [value] : [],
  )
  const own = ownValues(document, branch, tag)
  if (own && mapped.length > 0) return own.filter((it) => mapped.includes(String(it)))
  if (own) return own.length > 1 && own.includes(name) ? [name] : own
  if (mapped.length > 0) return mapped
  return name === undefined ? undefined : [name]
}

/** Returns what the branch itself says of the member. */
function ownValues(document: Document, branch: Schema, tag: string) {
  const own = partsOf(document, branch).flatMap((it) =>
    Object.hasOwn(it.properties ?? {}, tag) ? partsOf(document, it.properties?.[tag] ?? {}) : [],
  )
  return valuesOf(own)
}

/** Makes each value of a discriminator lead to a branch by a reference, also where a name does. */
export function spellOutMappings(document: Document, schema: Schema): void {
  const { discriminator } = schema
  if (discriminator === undefined) return
  const { mapping = {}, propertyName } = discriminator
  for (const [value, target] of Object.entries(mapping)) {
    if (Object.hasOwn(document.components.schemas, target))
      mapping[value] = `#/components/schemas/${target}`
  }
  for (const branch of schema.oneOf ?? schema.anyOf ?? []) {
    const name = componentName(branch)
    const isMapped = Object.values(mapping).includes(branch.$ref ?? '')
    if (name === undefined || isMapped) continue
    const own = ownValues(document, branch, propertyName)
    if (own === undefined || (own.length > 1 && own.includes(name)))
      mapping[name] = `#/components/schemas/${name}`
  }
  if (Object.keys(mapping).length > 0) discriminator.mapping = mapping
}

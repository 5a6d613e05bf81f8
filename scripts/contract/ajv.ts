// Ajv 2020-12 with our formats and the schemas of a contract, which validators are compiled with.
import { _, Ajv2020, type CodeKeywordDefinition, str } from 'ajv/dist/2020.js'
import { validateFormat } from '../../src/engine/formats.ts'
import { isMultiple } from '../../src/lib/numbers.ts'
import { branchesOf } from './discriminators.ts'
import { componentName, type Document, follow, type Schema } from './document.ts'
import { checks, isCalled, withLimits } from './formats.ts'
import { eachSchema, hasUnevaluated, namedSchemas, nestedSchemas } from './subschemas.ts'

/** Compares decimals: Ajv's own takes any number for a multiple where the quotient is too large. */
const multipleOf = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  error: {
    message: ({ schemaCode }) => str`must be multiple of ${schemaCode}`,
    params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
  },
  code(context) {
    const { gen, data, schemaCode } = context
    const code = _`require("./src/lib/numbers.ts").isMultiple`
    context.fail(_`!${gen.scopeValue('func', { ref: isMultiple, code })}(${data}, ${schemaCode})`)
  },
} satisfies CodeKeywordDefinition

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
    discriminator: true,
    code: {
      source: true,
      esm: true,
      formats: isStandardCalled(document)
        ? _`require("./scripts/contract/formats.ts").checks`
        : _`require("./src/engine/formats.ts").validateFormat`,
    },
  })
  // Where nothing asks for it, Ajv need not keep track; it fails at that beside patternProperties.
  ajv.opts.unevaluated = hasUnevaluated(document)
  for (const [name, check] of Object.entries(checks)) ajv.addFormat(name, check)
  ajv.removeKeyword(multipleOf.keyword).addKeyword(multipleOf)
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    ajv.addSchema({ $id: `urn:contract:${name}`, ...forAjv(document, schema) })
  }
  for (const [id, schema] of otherTargets(document))
    ajv.addSchema({ $id: id, ...forAjv(document, schema) })
  return ajv
}

/** Tells whether code needs the functions of standard formats; the patterns of the others stand in it. */
function isStandardCalled(document: Document): boolean {
  return [...eachSchema(document)].some(
    ({ schema }) => isCalled(schema?.format) && !Object.hasOwn(validateFormat, schema.format ?? ''),
  )
}

/** Returns the schemas that references lead to and that are no components, by their ids. */
function otherTargets(document: Document): Map<string, Schema> {
  const references = [...eachSchema(document)].flatMap(({ schema }) => schema?.$ref ?? [])
  const others = references.filter(
    (it) => idOf(it) !== it && componentName({ $ref: it }) === undefined,
  )
  return new Map(others.map((it) => [idOf(it), follow<Schema>(document, { $ref: it })]))
}

/** Returns the id under which Ajv knows the schema at a place of the document. */
function idOf(reference: string): string {
  const name = componentName({ $ref: reference })
  if (name !== undefined) return `urn:contract:${name}`
  if (!/^#\/(components|paths|webhooks)\//.test(reference)) return reference
  return `urn:place:${Buffer.from(reference).toString('base64url')}`
}

/**
 * Returns a schema as Ajv wants it: references by the ids above, branches with the values of their
 * discriminator, formats of numbers as limits, no word to clients of what an enum may hold one day, and no default. What enum, const and
 * examples hold is data and stays.
 */
export function forAjv(document: Document, schema: Schema): Schema {
  const convert = (it: Schema): Schema => {
    if (Array.isArray(it)) return it.map(convert) as Schema
    if (typeof it !== 'object' || it === null) return it
    const converted = Object.entries(told(document, it)).map(([key, value]) => {
      if (key === '$ref') return [key, idOf(value)]
      if (nestedSchemas.has(key)) return [key, convert(value)]
      if (!namedSchemas.has(key)) return [key, value]
      const members = Object.entries(value as Record<string, Schema>)
      return [key, Object.fromEntries(members.map(([name, one]) => [name, convert(one)]))]
    })
    return Object.fromEntries(converted)
  }
  return convert(schema)
}

/** Returns a schema without annotations of OpenAPI; Ajv finds the branch where each names its values. */
function told(document: Document, schema: Schema): Schema {
  const { discriminator, default: _, 'x-open-enum': __, ...own } = withLimits(schema)
  if (discriminator === undefined || !(own.oneOf ?? own.anyOf)) return own
  const { propertyName } = discriminator
  const branches = branchesOf(document, schema)
  if (own.oneOf === undefined) return { ...own, anyOf: branches }
  const isTagged = (it: Schema) => {
    const { properties = {}, required } =
      Object.keys(it).length === 1 ? follow<Schema>(document, it) : it
    const tag = Object.hasOwn(properties, propertyName) ? properties[propertyName] : undefined
    return tag && ('const' in tag || 'enum' in tag) && required?.includes(propertyName)
  }
  const isFound = branches.every(isTagged)
  return {
    ...(isFound && { type: 'object' }),
    ...own,
    oneOf: branches,
    ...(isFound && { discriminator: { propertyName } }),
  }
}

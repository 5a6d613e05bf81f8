// The rule that a schema compiles. What JSON Schema allows and its compiler does not is found here, with
// its place, before code is generated.

import { createAjv, forAjv } from '../ajv.ts'
import type { Document } from '../document.ts'
import { rootSchemas } from '../root-schemas.ts'
import { eachSchema, type Found } from '../subschemas.ts'
import type { Finding, Pointer, Rule } from './rule.ts'

const known = new WeakMap<Document, readonly Finding[]>()

export const compiledRule: Rule = {
  id: 'engine/schema-compiles',
  summary: 'A schema compiles to a validator.',
  // Other rules ask for its findings too.
  check(document) {
    const found = known.get(document) ?? refusedIn(document)
    known.set(document, found)
    return found
  },
}

function refusedIn(document: Document): Finding[] {
  const isSet = findingOf([], () => createAjv(document)).length === 0
  if (!isSet) return refusedAlone(document)
  const ajv = createAjv(document)
  const patterns = [...eachSchema(document)].flatMap(badPatterns)
  const refused = [...rootSchemas(document)].flatMap(({ schema, at }) => {
    const [root, kind, name] = at
    if (root === 'components' && kind === 'schemas')
      return findingOf(at, () => ajv.getSchema(`urn:contract:${name}`))
    // What a reference leads to compiles by itself.
    const isReference = Object.keys(schema).join() === '$ref'
    return isReference ? [] : findingOf(at, () => ajv.compile(forAjv(document, schema)))
  })
  return [...refused, ...patterns]
}

/** Returns the components that Ajv does not even take without compiling them. */
function refusedAlone(document: Document): Finding[] {
  const { components } = document
  return Object.entries(components.schemas).flatMap(([name, schema]) =>
    findingOf(['components', 'schemas', name], () =>
      createAjv({ ...document, components: { ...components, schemas: { [name]: schema } } }),
    ),
  )
}

/** Returns the patterns of names that are none: Ajv compiles no pattern of a schema that takes anything. */
function badPatterns({ schema, at }: Found): Finding[] {
  return Object.entries(schema.patternProperties ?? {}).flatMap(([pattern, it]) => {
    const isAny = Object.keys(it).length === 0
    return isAny ? findingOf([...at, 'patternProperties'], () => new RegExp(pattern, 'u')) : []
  })
}

function findingOf(at: Pointer, compile: () => unknown): Finding[] {
  try {
    compile()
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ at, message: `the schema does not compile: ${reason}` }]
  }
}

// Checks that a document is OpenAPI at all: that each object has what it must have, of the type that it
// must have. The lint, codegen and the mock take that for granted.
import {
  BaseResolver,
  createConfig,
  lintDocument,
  makeDocumentFromString,
  type NodeType,
  type NormalizedProblem,
  Oas2Types,
  Oas3_2Types,
} from '@redocly/openapi-core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { atPointer, type Document, isReference, type Pointer, type Reference } from './document.ts'
import { typeExtension } from './extensions.ts'
import { rootSchemas } from './root-schemas.ts'

/** What is wrong with a document, by a rule of Redocly, with a pointer to the place. */
export interface StructureError {
  readonly pointer: string
  readonly message: string
  readonly rule: string
}

/** Returns where a document of 3.1 or 3.2 is not what OpenAPI and JSON Schema say. */
export async function structureErrors(document: object): Promise<StructureError[]> {
  // Redocly fails on circles.
  const errors = nameErrors(document)
  if (errors.length > 0) return errors
  const source = parsed(document)
  if ('rule' in source) return [source]
  const problems = await lintDocument({
    document: source,
    config: await structure,
    customTypes: withAnyField(typeExtension.oas3(Oas3_2Types)),
    externalRefResolver: new BaseResolver(),
  })
  if (problems.length > 0) return problems.map(errorOf)
  return [...rootSchemas(document as Document)].flatMap(schemaErrors)
}

/** What must be there is checked after the upgrade, but for parameters; `type: file` is a type of 2.0. */
const swaggerTypes = Object.fromEntries(
  Object.entries(withAnyField(Oas2Types)).map(([name, { required, properties, ...type }]) => [
    name,
    {
      ...type,
      properties: name === 'Schema' ? { ...properties, type: {} } : properties,
      ...(name === 'Parameter' && { required }),
    },
  ]),
) as Record<string, NodeType>

/** Returns where a document of 2.0 is not what OpenAPI says. The upgrade takes that for granted. */
export async function swaggerErrors(document: object): Promise<StructureError[]> {
  const source = parsed(document)
  if ('rule' in source) return [source]
  const problems = await lintDocument({
    document: source,
    config: await structure,
    customTypes: swaggerTypes,
    externalRefResolver: new BaseResolver(),
  })
  return problems.map(errorOf)
}

/** The fields that hold data, in which `$ref` is a name like any other. */
const dataFields = new Set(['example', 'examples', 'default', 'const', 'enum'])

/** Returns references that lead nowhere, or through references alone back to themselves, and bad names. */
function nameErrors(document: object): StructureError[] {
  const found: StructureError[] = []
  const visit = (node: unknown, pointer: string, isData: boolean) => {
    if (typeof node !== 'object' || node === null) return
    if (isReference(node) && !isData) {
      const message = `${node.$ref} ${leadsTo(document, node)}`
      if (leadsTo(document, node) !== '') found.push({ pointer, message, rule: 'struct' })
    }
    // The writer of types calls the method of this name.
    const { propertyName } = node as { propertyName?: unknown }
    for (const [key, isNamed] of [
      ['hasOwnProperty', Object.hasOwn(node, 'hasOwnProperty')],
      ['propertyName', propertyName === 'hasOwnProperty' && pointer.endsWith('/discriminator')],
    ]) {
      const message = 'the name hasOwnProperty is not supported'
      if (isNamed) found.push({ pointer: `${pointer}/${key}`, message, rule: 'struct' })
    }
    for (const [key, value] of Object.entries(node)) {
      const isBelowData = isData || dataFields.has(key) || key.startsWith('x-')
      visit(value, `${pointer}/${escaped(key)}`, isBelowData)
    }
  }
  visit(document, '#', false)
  return found
}

/** Returns what is wrong with a reference; an empty string where nothing is. */
function leadsTo(document: object, start: Reference): string {
  const passed = new Set<unknown>()
  let found: unknown = start
  while (isReference(found)) {
    if (passed.has(found)) return 'leads back to itself'
    passed.add(found)
    found = found.$ref.startsWith('#/') ? atPointer(document, found.$ref) : undefined
  }
  return found === undefined ? 'does not exist' : ''
}

const escaped = (key: string | number) => `${key}`.replaceAll('~', '~0').replaceAll('/', '~1')

const ajv = new Ajv2020({ strict: false, allErrors: true })
const isJsonSchema = ajv.getSchema('https://json-schema.org/draft/2020-12/schema')

/** Returns where keywords have values that JSON Schema 2020-12 does not give them. */
function schemaErrors({ schema, at }: { schema: unknown; at: Pointer }): StructureError[] {
  if (isJsonSchema === undefined || isJsonSchema(schema)) return []
  const errors = isJsonSchema.errors ?? []
  // An alternative that fails makes all around it fail as well.
  const deepest = Math.max(...errors.map((it) => it.instancePath.split('/').length))
  return errors
    .filter((it) => it.instancePath.split('/').length === deepest)
    .map(({ instancePath, message = '' }) => {
      const pointer = `#/${at.map(escaped).join('/')}${instancePath}`
      return { pointer, message: `the schema ${message}`, rule: 'json-schema' }
    })
}

/** Returns the document for Redocly, or why it does not take it: one that is nested too deeply. */
function parsed(document: object) {
  try {
    return makeDocumentFromString(JSON.stringify(document), 'openapi.json')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { pointer: '#/', message, rule: 'struct' }
  }
}

/** Returns a problem of Redocly's as an error. */
function errorOf({ message, ruleId, location: [place] }: NormalizedProblem): StructureError {
  return { pointer: place?.pointer ?? '#/', message, rule: ruleId }
}

const structure = createConfig({ rules: { struct: 'error', 'no-unresolved-refs': 'error' } })

const pathItemOf = (_: unknown, name: string) => (name.startsWith('x-') ? undefined : 'PathItem')

/** Lets objects have fields that OpenAPI does not know: other tools read them, and the lint reports them. */
function withAnyField(types: Record<string, NodeType>): Record<string, NodeType> {
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => {
      // What other tools add to this map is no webhook.
      if (name === 'WebhooksMap') return [name, { ...type, additionalProperties: pathItemOf }]
      const isClosed = name === 'Paths' || name === 'Responses'
      const { additionalProperties: others = isClosed ? undefined : null } = type
      return [name, { ...type, additionalProperties: others }]
    }),
  )
}

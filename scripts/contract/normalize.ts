// Brings a bundled document of any team into the one form that the generators read.
import { declaresNoBody, isBodiless, leftOutTypes } from './bodies.ts'
import { nameComponents } from './component-names.ts'
import { spellOutMappings } from './discriminators.ts'
import {
  type Document,
  eachMethod,
  follow,
  isIgnored,
  type OperationObject,
  type Parameter,
  type PathItem,
  type ResponseObject,
  type Schema,
} from './document.ts'
import { nameItems } from './event-streams.ts'
import { freeName, spellOutInheritance } from './inheritance.ts'
import { nameOperations } from './operation-ids.ts'
import { unicodePattern } from './patterns.ts'
import { eachSchema, spellOutBooleans } from './subschemas.ts'

/** A document as it may be written: OpenAPI lets all of this be left out. */
type Written = Omit<Document, 'components' | 'paths'> & {
  readonly components?: Partial<Document['components']>
  readonly paths?: Document['paths']
}

/**
 * Returns the document with what OpenAPI lets it say elsewhere or leave out: path items in place of
 * references to them, the security of the document at each operation, a name for each operation's
 * handler. Parameters of a path item stay there; `eachOperation` merges them. Headers that OpenAPI
 * ignores are left out, and media types that the engine does not read beside JSON: the lint reports both.
 * @throws Error that names a path item which does not exist.
 */
export function normalize(source: Written): Document {
  // A copy as JSON: an alias of YAML, which stands in two places, becomes two objects.
  const { components, paths: written = {}, ...rest } = JSON.parse(JSON.stringify(source)) as Written
  const paths = withoutExtensions(written)
  const document: Document = nameComponents({
    ...rest,
    paths,
    components: {
      ...components,
      schemas: components?.schemas ?? {},
      securitySchemes: components?.securitySchemes ?? {},
    },
  })
  for (const [path, item] of Object.entries(document.paths)) {
    document.paths[path] = pathItem(document, item)
  }
  for (const { operation } of eachMethod(document)) {
    if (operation.responses) operation.responses = withoutExtensions(operation.responses)
  }
  nameItems(document)
  spellOutBooleans(document)
  for (const { schema } of eachSchema(document)) {
    spellOutMappings(document, schema)
    declareRequired(schema)
    spellOutPatterns(schema)
  }
  spellOutInheritance(document)
  nameShared(document)
  for (const item of Object.values(document.paths)) completeParameters(item, document)
  for (const { operation } of eachMethod(document)) {
    complete(operation, document)
    completeParameters(operation, document)
  }
  dropLeftOut(document)
  nameOperations(document)
  return document
}

/** Declares what is required of an object whose other members are left out. */
function declareRequired(schema: Schema): void {
  const { properties, required = [], additionalProperties, unevaluatedProperties } = schema
  if (properties === undefined || (additionalProperties ?? unevaluatedProperties) !== undefined)
    return
  for (const name of required) if (!Object.hasOwn(properties, name)) properties[name] = {}
}

/** Writes patterns in the way that validators read them. */
function spellOutPatterns(schema: Schema & { pattern?: string }): void {
  const { pattern, patternProperties } = schema
  if (pattern !== undefined) schema.pattern = unicodePattern(pattern)
  if (patternProperties === undefined) return
  const entries = Object.entries(patternProperties).map(([it, own]) => [unicodePattern(it), own])
  schema.patternProperties = Object.fromEntries(entries)
}

/** Makes components of the schemas elsewhere to which references lead. */
function nameShared(document: Document): void {
  const { schemas } = document.components
  const isElsewhere = ($ref = '') =>
    $ref.startsWith('#/') && !$ref.startsWith('#/components/schemas/')
  const all = [...eachSchema(document)]
  const wanted = new Set(all.flatMap(({ schema: { $ref } }) => (isElsewhere($ref) ? [$ref] : [])))
  const targets = [...wanted].map(
    ($ref = '') => [$ref, follow<Schema>(document, { $ref })] as const,
  )
  const renamed = new Map<string | undefined, string>()
  for (const [$ref, target] of targets) {
    const name = freeName(schemas, `Shared${renamed.size + 1}`)
    renamed.set($ref, `#/components/schemas/${name}`)
    schemas[name] = { ...target }
    for (const key of Object.keys(target)) delete target[key as keyof Schema]
    target.$ref = `#/components/schemas/${name}`
  }
  for (const { schema } of eachSchema(document)) {
    const $ref = renamed.get(schema.$ref)
    if ($ref !== undefined) schema.$ref = $ref
  }
}

/** Returns what a path item refers to, with what stands beside the reference. Each path has its own. */
function pathItem(document: Document, item: PathItem): PathItem {
  if (item.$ref === undefined) return item
  const { $ref, ...beside } = item
  return { ...structuredClone(follow<PathItem>(document, { $ref })), ...beside }
}

function complete(operation: OperationObject, { security = [] }: Document): void {
  operation.security ??= security
  operation.responses ??= {}
}

/** Returns a map of OpenAPI without the keys of other tools in it, which name no member of the map. */
function withoutExtensions<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith('x-')))
}

function dropLeftOut(document: Document): void {
  for (const { method, operation } of eachMethod(document)) {
    const isRead = method === 'get' || method === 'head'
    if (isRead && declaresNoBody(document, operation)) delete operation.requestBody
    const { requestBody, responses } = operation
    for (const [status, it] of Object.entries(responses)) {
      if (!isBodiless(method, status)) continue
      // Another response may refer to the same content.
      const { content: _, ...bodiless } = follow<ResponseObject>(document, it)
      responses[status] = bodiless
    }
    for (const it of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
      const { content = {} } = follow<Pick<ResponseObject, 'content'>>(document, it)
      for (const key of leftOutTypes(document, content)) delete content[key]
    }
  }
}

/**
 * Leaves out the headers of which OpenAPI says that they are ignored. Gives a parameter with `content` the
 * schema of it, which the served document leaves out again.
 */
function completeParameters(owner: PathItem | OperationObject, document: Document): void {
  const read = owner.parameters?.filter((it) => !isIgnored(follow(document, it)))
  if (read?.length !== owner.parameters?.length) owner.parameters = read ?? []
  for (const it of read ?? []) {
    const parameter = follow<Partial<Parameter>>(document, it)
    const [media] = Object.values(parameter.content ?? {})
    parameter.schema ??= media?.schema ?? {}
  }
  for (const it of 'responses' in owner ? Object.values(owner.responses) : []) {
    const { headers } = follow<ResponseObject>(document, it)
    for (const name in headers) if (name.toLowerCase() === 'content-type') delete headers[name]
  }
}

// Rules for schemas: the subset of JSON Schema that the validators, the serializers, the types and
// the mock read alike.
import { createAjv, forAjv } from '../ajv.ts'
import { sentTypes } from '../bodies.ts'
import { valuesFor } from '../discriminators.ts'
import { componentName, type Document, eachOperation, follow, type Schema } from '../document.ts'
import { fits } from '../extensions.ts'
import { fixedSizes, isChecked } from '../formats.ts'
import { partsOf } from '../parts.ts'
import { defaultOf, reached } from '../received.ts'
import { validatedSchemas } from '../serializers.ts'
import { eachSchema, hasUnevaluated, keywords } from '../subschemas.ts'
import { compiledRule } from './compiled.ts'
import type { Finding, Rule } from './rule.ts'

/** Keywords that change what others mean, and that validators do not follow. */
const unsupported = ['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$schema', '$vocabulary']

type Check = (schema: Schema, document: Document) => (string | false)[]

const subsetRules: readonly Rule[] = [
  schemaRule('engine/schema-keywords', 'Validators can follow a schema.', (schema, document) => [
    ...unsupported
      .filter((key) => key in schema)
      .map((key) => `${key} is outside the supported subset of JSON Schema`),
    ...checkUnevaluated(schema, document),
    holdsItself(schema, document) && 'the schema refers to itself without a member or item between',
    ...inheritedNames(schema).map(
      (name) => `a property called ${name} is not supported: every JavaScript object inherits one`,
    ),
  ]),
  schemaRule('engine/schema-type', 'The types of a schema fit its values.', checkType),
  schemaRule('engine/union', 'A discriminator leads to each branch of its union.', checkUnion),
  schemaRule('engine/open-enum', 'x-open-enum: true stands beside an enum.', (schema) => [
    'x-open-enum' in schema &&
      (!fits('x-open-enum', schema['x-open-enum']) || schema.enum === undefined) &&
      'x-open-enum: true belongs beside an enum',
  ]),
  compiledRule,
]

/** Runs on a contract that keeps the rules above: other schemas may not compile. */
const defaultRule: Rule = {
  id: 'engine/default-valid',
  summary: 'A default keeps its schema and stands where it is filled in.',
  check: (document) =>
    subsetRules.some(({ check }) => check(document, {}).length > 0)
      ? []
      : [...invalidDefaults(document), ...hiddenDefaults(document), ...patchDefaults(document)],
}

const validatedRule: Rule = {
  id: 'engine/validated-response',
  summary: 'Types, constants or required members tell the alternatives of a response apart.',
  isWarning: true,
  check: (document) => validatedSchemas(document).map((at) => ({ at, message: isValidated })),
}
const isValidated =
  'each value is validated before it is written: only that tells which alternatives it fits'

export const schemaRules: readonly Rule[] = [
  ...subsetRules,
  defaultRule,
  validatedRule,
  schemaRule('style/schema-keywords', 'A schema has keywords of JSON Schema only.', (schema) =>
    Object.keys(schema)
      .filter((key) => !keywords.has(key) && !unsupported.includes(key) && !key.startsWith('x-'))
      .map((key) => `${key} does nothing: it is no keyword of JSON Schema`),
  ),
  schemaRule('style/schema-format', 'A format is checked.', ({ format }) => [
    format !== undefined &&
      !isChecked(format) &&
      `no value is checked for the format ${format}: it is neither a standard one nor in src/engine/formats.ts`,
  ]),
  schemaRule('style/text-length', 'The length of a text is bounded.', checkLength),
  schemaRule('style/closed-object', 'An object says whether it is closed.', (schema) => [
    isOf(schema, 'object') &&
      schema.additionalProperties === undefined &&
      'an object must say additionalProperties: false, true or a schema',
  ]),
]

/** Validators could not tell these apart from members of the value. */
function inheritedNames(schema: Schema & { dependentRequired?: object }): string[] {
  const { properties = {}, required = [], dependentSchemas = {}, dependentRequired = {} } = schema
  const names = [properties, dependentSchemas, dependentRequired].flatMap(Object.keys)
  return [...new Set([...names, ...required])].filter((name) => name in {})
}

/** Returns the schemas that hold for the same value, always or under conditions. */
function besides(schema: Schema, document: Document): Schema[] {
  const { $ref, allOf = [], anyOf = [], oneOf = [], dependentSchemas = {} } = schema
  const { if: test, then, else: otherwise, not } = schema
  const own = [test, then, otherwise, not].filter((it) => it !== undefined)
  const referred = $ref === undefined ? [] : [follow<Schema>(document, { $ref })]
  return [...referred, ...allOf, ...anyOf, ...oneOf, ...Object.values(dependentSchemas), ...own]
}

function allBesides(schema: Schema, document: Document): Set<Schema> {
  const found = new Set<Schema>()
  const visit = (it: Schema) => {
    if (found.has(it)) return
    found.add(it)
    besides(it, document).forEach(visit)
  }
  besides(schema, document).forEach(visit)
  return found
}

/** Validation would never end. */
const holdsItself = (schema: Schema, document: Document) => allBesides(schema, document).has(schema)

/** Ajv forgets some of what has been evaluated. */
function checkUnevaluated(schema: Schema, document: Document) {
  const { unevaluatedItems, unevaluatedProperties, patternProperties } = schema
  if (patternProperties && hasUnevaluated(document)) {
    return ['patternProperties is not supported in a contract with unevaluated keywords']
  }
  if (unevaluatedItems === undefined && unevaluatedProperties === undefined) return []
  const others = [...allBesides(schema, document)]
  const isHalf = (it: Schema) => it.if && !(it.then && it.else)
  const hasItems = others.some((it) => 'items' in it)
  const hasContains = [schema, ...others].some((it) => 'contains' in it)
  return [
    [schema, ...others].some(isHalf) &&
      'unevaluatedProperties and unevaluatedItems need then and else where there is if',
    unevaluatedItems !== undefined &&
      (hasItems || hasContains) &&
      'unevaluatedItems is not supported together with contains, and with items of another schema',
  ]
}

function schemaRule(id: Rule['id'], summary: string, check: Check): Rule {
  return {
    id,
    summary,
    check: (document) =>
      [...eachSchema(document)].flatMap(({ schema, at }) => {
        return check(schema, document).flatMap((message) =>
          message === false ? [] : [{ at, message }],
        )
      }),
  }
}

const isOf = ({ type }: Schema, wanted: string) => [type].flat().includes(wanted)

function checkType(schema: Schema) {
  const own = [schema.type ?? []].flat()
  return [
    own.includes('null') &&
      schema.enum?.includes(null) === false &&
      'the type allows null and the enum does not: add null to the enum, or drop it from the type',
    own.includes('object') &&
      schema.enum?.some((it) => typeof it !== 'object' || Array.isArray(it)) === true &&
      'the type is object and the enum has other values',
  ]
}

function checkLength(schema: Schema) {
  const isSized = [...fixedSizes, 'password-bytes'].includes(schema.format ?? '')
  const isBounded = isSized || 'maxLength' in schema || 'enum' in schema || 'const' in schema
  return [
    isOf(schema, 'string') &&
      !isBounded &&
      'a string must have maxLength, enum, const or a format of fixed size',
  ]
}

function checkUnion(schema: Schema, document: Document) {
  const { discriminator, oneOf, anyOf } = schema
  if (discriminator === undefined) return []
  const { propertyName: tag, mapping = {} } = discriminator
  const { schemas } = document.components
  const isLost = (it: string) => !Object.hasOwn(schemas, componentName({ $ref: it }) ?? it)
  const lost = Object.values(mapping).filter(isLost)
  if (lost.length > 0) return lost.map((it) => `the mapping leads to ${it}, which does not exist`)
  const told = new Set<unknown>()
  return (oneOf ?? anyOf ?? []).flatMap((branch, index) => {
    if (branch.type === 'null') return []
    const values = valuesFor(document, schema, branch, tag)
    const name = branch.$ref ?? `branch ${index + 1}`
    const members = partsOf(document, branch).flatMap((it) => it.properties?.[tag] ?? [])
    const isOneWay = members
      .flatMap((it) => partsOf(document, it))
      .some((it) => it.readOnly || it.writeOnly)
    if (isOneWay) return [`the member ${tag} must be neither readOnly nor writeOnly`]
    if (values === undefined) return [`${name} must say which ${tag} leads to it, as a const`]
    if (values.length === 0) return [`the mapping leads to ${name} from no ${tag} that it allows`]
    const twice = values.filter((it) => told.has(it))
    for (const it of values) told.add(it)
    return twice.map((it) => `the ${tag} ${it} leads to two branches`)
  })
}

function invalidDefaults(document: Document): Finding[] {
  const ajv = createAjv(document)
  return [...eachSchema(document)].flatMap(({ schema, at }) => {
    if (schema.default === undefined) return []
    const validate = ajv.compile(forAjv(document, schema))
    if (validate(structuredClone(schema.default))) return []
    const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`.trim()) ?? []
    return [
      { at: [...at, 'default'], message: `the default breaks its schema: ${errors.join('; ')}` },
    ]
  })
}

/** A member has one default, whatever it is: those of its branches are not filled in. */
function hiddenDefaults(document: Document): Finding[] {
  const message = 'the default of a branch is not filled in: repeat it beside oneOf or anyOf'
  const isHidden = (schema: Schema) => {
    const { oneOf = [], anyOf = [] } = follow<Schema>(document, schema)
    if (defaultOf(document, schema) !== undefined) return false
    return [...oneOf, ...anyOf].some((it) => defaultOf(document, it) !== undefined)
  }
  return [...eachSchema(document)].flatMap(({ schema, at }) =>
    Object.entries(schema.properties ?? {})
      .filter(([, it]) => isHidden(it))
      .map(([name]) => ({ at: [...at, 'properties', name], message })),
  )
}

/** A member that is missing in a merge patch stays as it is. */
function patchDefaults(document: Document): Finding[] {
  const message = 'a merge patch has no defaults: what it leaves out stays as it is'
  const hasDefault = (schema: Schema) =>
    [...reached(document, schema, new Set())].some(({ properties = {} }) =>
      Object.values(properties).some((it) => defaultOf(document, it) !== undefined),
    )
  return [...eachOperation(document)].flatMap(({ path, method, operation }) =>
    sentTypes(document, operation)
      .filter(({ name, schema }) => name === mergePatch && hasDefault(schema))
      .map(({ key }) => {
        const place =
          operation.requestBody && '$ref' in operation.requestBody ? [] : ['content', key]
        return { at: ['paths', path, method, 'requestBody', ...place], message }
      }),
  )
}

const mergePatch = 'application/merge-patch+json'

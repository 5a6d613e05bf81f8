// How parameters and response headers are read: what the engine needs to know of their styles and
// schemas, found out once, when code is generated.
import type {
  ParameterOutline,
  ParameterTable,
  ScalarType,
  Shape,
} from '../../src/engine/operation.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { type Document, follow, type Parameter, type Schema } from './document.ts'

/** In the order in which a text is tried as each of them. */
const scalars: readonly ScalarType[] = ['null', 'boolean', 'integer', 'number', 'string']

/** The styles that are read, by the place of a parameter; the first is the default of OpenAPI. */
const styles = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
} as const satisfies Record<Parameter['in'], readonly string[]>

/** Returns the outlines of parameters by name. @throws Error that names one that is not supported. */
export function parameterTable(
  document: Document,
  parameters: readonly Parameter[],
): ParameterTable {
  return Object.fromEntries(parameters.map((it) => [it.name, outlineOf(document, it)]))
}

/** Returns why the engine cannot read a parameter; undefined where it can. */
export function parameterProblem(document: Document, parameter: Parameter): string | undefined {
  try {
    outlineOf(document, parameter)
    return undefined
  } catch (error) {
    if (error instanceof Unsupported) return error.message
    throw error
  }
}

class Unsupported extends Error {}

function outlineOf(document: Document, parameter: Parameter): ParameterOutline {
  const { name, in: place, allowEmptyValue, allowReserved, content } = parameter
  const isSet = parameter['x-set'] === true
  const refuse = (message: string) => new Unsupported(`the ${place} parameter ${name} ${message}`)
  if (name.toLowerCase() in {} || name in {}) throw refuse('has a name that every object has')
  if (place !== 'query' && (allowReserved || allowEmptyValue)) {
    throw refuse('has allowReserved or allowEmptyValue, which are for the query')
  }
  const { 'x-collectionFormat': format } = parameter
  if (format !== undefined) {
    throw refuse(`has the collectionFormat ${format}, for which OpenAPI 3 has no style`)
  }
  const style = parameter.style ?? styles[place][0]
  if (!(styles[place] as readonly string[]).includes(style)) {
    throw refuse(`has the style ${style}; supported is ${styles[place].join(' or ')}`)
  }
  const explode = parameter.explode ?? style === 'form'
  const schema = follow(document, parameter.schema)
  const shape = shapeOf(document, parameter.schema, [])
  const required = parameter.required === true
  const outline =
    schema.default === undefined ? { required } : { required, default: schema.default }
  const [only, ...others] = shape.types
  if (content !== undefined) {
    const [type = '', ...more] = Object.keys(content)
    if (!isRawType(type) && more.length === 0) return { type: 'string', isJson: true, ...outline }
    throw refuse('has content other than one type of JSON; give it a schema and a style')
  }
  const isPrefixed = style === 'label' || style === 'matrix'
  const traits = {
    ...(allowEmptyValue && { skipsEmpty: true as const }),
    ...(allowReserved && { isReserved: true as const }),
  }
  if (!shape.items && !shape.members && only && only !== 'null' && others.length === 0) {
    if (style === 'deepObject')
      throw refuse('has the style deepObject, which is for objects and lists')
    if (isSet) throw refuse('has x-set, which is for lists in the query')
    if (!isPrefixed && Object.keys(traits).length === 0) return { type: only, ...outline }
  }
  const parts = [shape.items, ...Object.values(shape.members ?? {}), shape.others]
  const isDeep = style === 'deepObject'
  if (!isDeep && parts.some((it) => it?.items || it?.members)) {
    throw refuse('has a list or an object inside of another, for which no style is defined')
  }
  const kinds = [shape.types.some((it) => it !== 'null'), shape.items, shape.members]
  if (!isDeep && kinds.filter(Boolean).length !== 1) {
    throw refuse('must be a scalar, a list or an object, and not several of them')
  }
  if (place === 'cookie' && explode && shape.others && !shape.isClosed) {
    throw refuse('takes every cookie for a member of it; give it additionalProperties: false')
  }
  if (isSet && !(place === 'query' && shape.items)) {
    throw refuse('has x-set, which is for lists in the query')
  }
  const set = isSet && { isSet: true as const }
  return { type: 'shaped', style: style as 'form', explode, shape, ...set, ...traits, ...outline }
}

type Loose = Schema & { allOf?: Schema[]; anyOf?: Schema[]; oneOf?: Schema[] }

function shapeOf(document: Document, schema: Schema, above: readonly object[]): Shape {
  const { types, ...rest } = partsOf(document, schema, above)
  if (types === undefined && !rest.items && !rest.members) return { types: ['string'] }
  const found = new Set(types)
  if (found.has('integer') && found.has('number')) found.delete('integer')
  return {
    types: scalars.filter((it) => found.has(it)),
    ...((types === undefined || found.has('array')) && rest.items && { items: rest.items }),
    ...(found.has('array') && !rest.items && { items: { types: ['string'] as const } }),
    ...((types === undefined || found.has('object')) && rest.members && rest),
    ...(found.has('object') && !rest.members && { ...rest, members: {} }),
  }
}

interface Parts extends Omit<Shape, 'types'> {
  types?: readonly string[] | undefined
}

/** Returns what a schema says of types, members and items; `types` is undefined where it says nothing. */
function partsOf(document: Document, given: Schema, above: readonly object[]): Parts {
  const schema = follow<Loose>(document, given)
  if (above.includes(schema)) throw new Unsupported('a parameter has a schema that contains itself')
  const inside = [...above, schema]
  const of = (it: Schema) => partsOf(document, it, inside)
  const { type, enum: values, const: only, items, properties, additionalProperties } = schema
  let parts: Parts = {
    types: type === undefined ? typesOf(only === undefined ? values : [only]) : [type].flat(),
    ...(items && { items: shapeOf(document, items, inside) }),
    ...(properties && {
      members: Object.fromEntries(
        Object.entries(properties).map(([name, it]) => [name, shapeOf(document, it, inside)]),
      ),
    }),
    ...(additionalProperties !== undefined && {
      others:
        typeof additionalProperties === 'object'
          ? shapeOf(document, additionalProperties, inside)
          : { types: ['string'] as const },
    }),
    ...(additionalProperties === false && { isClosed: true as const }),
  }
  for (const it of schema.allOf ?? []) parts = joined(parts, of(it), 'all')
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(of)
  const [first, ...more] = branches
  if (first)
    parts = joined(
      parts,
      more.reduce((one, it) => joined(one, it, 'any'), first),
      'all',
    )
  return parts
}

function joined(one: Parts, other: Parts, of: 'all' | 'any'): Parts {
  const types =
    of === 'any'
      ? one.types && other.types && [...one.types, ...other.types]
      : one.types && other.types
        ? one.types.filter((it) => other.types?.includes(it))
        : (one.types ?? other.types)
  const members = joinedMembers(one.members, other.members)
  const items = joinedShape(one.items, other.items)
  const others = joinedShape(one.others, other.others)
  const isClosed = one.isClosed ?? other.isClosed
  return {
    types,
    ...(items && { items }),
    ...(members && { members }),
    ...(others && { others }),
    ...(isClosed && { isClosed }),
  }
}

function joinedMembers(one: Shape['members'], other: Shape['members']): Shape['members'] {
  if (!one || !other) return one ?? other
  const entries = Object.entries(other).map(([name, it]) => {
    return [name, joinedShape(Object.hasOwn(one, name) ? one[name] : undefined, it)] as const
  })
  return { ...one, ...Object.fromEntries(entries) } as Shape['members']
}

/** Returns what is read as either of two shapes; the schema says which fits. */
function joinedShape(one: Shape | undefined, other: Shape | undefined): Shape | undefined {
  if (!one || !other) return one ?? other
  const { types = [], ...rest } = joined(one, other, 'any')
  return { ...rest, types: scalars.filter((it) => types.includes(it)) }
}

function typesOf(values: readonly unknown[] | undefined): string[] | undefined {
  return values?.map((it) => {
    if (it === null) return 'null'
    if (Array.isArray(it)) return 'array'
    return typeof it === 'number' && Number.isInteger(it) ? 'integer' : typeof it
  })
}

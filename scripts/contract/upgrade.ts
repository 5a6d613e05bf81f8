// Upgrades documents of OpenAPI 2.0 and 3.0 to 3.1. The upgrader rewrites every object that looks like a
// schema, so what only looks like one is hidden from it; what it leaves is finished here.
import { upgrade } from '@scalar/openapi-upgrader'
import { withBodies } from './swagger.ts'

type Fields = Record<string, unknown>

/** Begins a hidden name or value. No document has this character. */
const mark = '\u0001'

/** The objects whose keys are names of the document. */
const maps = new Set(['properties', 'patternProperties', 'schemas', 'definitions'])

/** Returns a document of 2.0 or 3.0 as one of 3.1; any other document as it is. */
export function upgradeDocument(source: object): object {
  const { openapi, swagger } = source as Fields
  if (typeof openapi === 'string' && !openapi.startsWith('3.0')) return source
  const values: unknown[] = []
  const hideValue = (value: unknown) => `${mark}${values.push(value) - 1}`

  const hide = (node: unknown, isMap = false): unknown => {
    if (Array.isArray(node)) return node.map((it) => hide(it))
    if (!isFields(node)) return node
    const entries = Object.entries(node).map(([key, value]) => {
      if (isMap) return [mark + key, hide(value)]
      if (key === 'example' || key.startsWith('x-')) return [key, hideValue(value)]
      if (key === 'examples' && isFields(value)) return [key, hideExamples(value)]
      return [key, hide(value, key === 'properties')]
    })
    return Object.fromEntries(entries)
  }
  const hideExamples = (examples: Fields) => {
    const entries = Object.entries(examples).map(([name, it]) => {
      if (!isFields(it) || !('value' in it)) return [name, isFields(it) ? it : hideValue(it)]
      return [name, { ...it, value: hideValue(it.value) }]
    })
    return Object.fromEntries(entries)
  }
  const reveal = (node: unknown, isMap = false): unknown => {
    if (typeof node === 'string' && node.startsWith(mark)) return values[Number(node.slice(1))]
    if (Array.isArray(node)) return node.map((it) => reveal(it))
    if (!isFields(node)) return node
    const entries = Object.entries(node).map(([key, value]) => [
      key.startsWith(mark) ? key.slice(1) : key,
      reveal(value, !isMap && maps.has(key)),
    ])
    const revealed = Object.fromEntries(entries)
    return isMap ? revealed : finished(revealed)
  }
  const given = swagger === undefined ? source : withBodies(source as Fields)
  return reveal(upgrade(hide(given) as Fields, '3.1')) as object
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns an object in the form of 3.1. */
function finished(node: Fields): Fields {
  moveLimit(node, 'minimum', 'exclusiveMinimum')
  moveLimit(node, 'maximum', 'exclusiveMaximum')
  // What 3.0 calls `byte` has to be base64; contentEncoding only says so.
  if (node.contentEncoding === 'base64') node.format = 'byte'
  if (typeof node.discriminator === 'string') {
    node.discriminator = { propertyName: node.discriminator }
  }
  return withNull(node)
}

/** An exclusive limit was a mark beside the limit. */
function moveLimit(node: Fields, limit: string, exclusive: string): void {
  if (typeof node[exclusive] !== 'boolean') return
  const isExclusive = node[exclusive] && typeof node[limit] === 'number'
  delete node[exclusive]
  if (!isExclusive) return
  node[exclusive] = node[limit]
  delete node[limit]
}

/**
 * Returns a nullable schema with `null` among its types and values, or as an alternative where it is
 * composed: its parts need not allow null.
 */
function withNull({ nullable, 'x-nullable': extension, ...schema }: Fields): Fields {
  const { type } = schema
  const hasNull = Array.isArray(type) && type.includes('null')
  const isNullable = hasNull || nullable === true || extension === true
  const isComposed = ['$ref', 'allOf', 'anyOf', 'oneOf'].some((it) => it in schema)
  if (isNullable && isComposed) {
    if (hasNull) schema.type = type.find((it) => it !== 'null')
    return { anyOf: [schema, { type: 'null' }] }
  }
  if (isNullable && typeof type === 'string') schema.type = [type, 'null']
  if (Array.isArray(schema.type) && isNullable && Array.isArray(schema.enum)) {
    if (!schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  }
  return schema
}

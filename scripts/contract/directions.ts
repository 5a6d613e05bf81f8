// Schemas by direction: a readOnly member belongs to responses, a writeOnly one to requests. In the other
// direction it is not required. A closed object refuses it there, as it refuses any member that it does
// not declare; any other object ignores it.
import { type Document, eachOperation, follow, type Schema } from './document.ts'
import { defaultOf, reached } from './received.ts'
import { namedSchemas, nestedSchemas } from './subschemas.ts'

type Direction = 'request' | 'response'

/**
 * What the schemas are for. In types, a member of a request that has a default is required, because a
 * handler always gets it. In validators, a member of the other direction that is ignored keeps its name.
 */
type Purpose = 'validators' | 'types'

const hiddenBy = { request: 'readOnly', response: 'writeOnly' } as const

/**
 * Returns the document as handlers see it. A component that requests have in another form gets a second
 * one, whose name ends in `.request`. Returns the document itself where nothing differs.
 */
export function byDirection(document: Document, purpose: Purpose): Document {
  if (!/"(readOnly|writeOnly|default)":/.test(JSON.stringify(document))) return document
  const copy = structuredClone(document)
  const converter = new Converter(document, purpose)
  for (const { holder, direction } of schemaHolders(copy)) {
    for (const key of ['schema', 'x-itemSchema'] as const) {
      const schema = holder[key]
      if (schema !== undefined) holder[key] = converter.convert(schema, direction)
    }
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    copy.components.schemas[name] = converter.convert(schema, 'response')
  }
  if (!converter.hasChanged) return document
  Object.assign(copy.components.schemas, converter.components)
  return copy
}

/** Returns a copy of the document in which readOnly and writeOnly stand at each member that they concern. */
export function withMarkers(document: Document): Document {
  const copy = structuredClone(document)
  const inline = schemaHolders(copy).flatMap(({ holder }) => [
    holder.schema,
    holder['x-itemSchema'],
  ])
  const seen = new Set<Schema>()
  // A served document has no empty components.
  for (const schema of [...Object.values(copy.components?.schemas ?? {}), ...inline]) {
    if (schema === undefined) continue
    for (const { properties = {} } of reached(copy, schema, seen)) {
      for (const it of Object.values(properties)) {
        if (isHidden(copy, it, 'request')) it.readOnly = true
        if (isHidden(copy, it, 'response')) it.writeOnly = true
      }
    }
  }
  return copy
}

interface Holder {
  schema?: Schema
  'x-itemSchema'?: Schema
}

/** Returns what holds the schemas of operations, each once. */
function schemaHolders(document: Document): { holder: Holder; direction: Direction }[] {
  const requests: Holder[] = []
  const responses: Holder[] = []
  for (const { operation, parameters } of eachOperation(document)) {
    const body = operation.requestBody && follow(document, operation.requestBody)
    requests.push(...parameters, ...Object.values(body?.content ?? {}))
    for (const it of Object.values(operation.responses)) {
      const { headers = {}, content = {} } = follow(document, it)
      const followed = Object.values(headers).map((header) => follow(document, header))
      responses.push(...followed, ...Object.values(content))
    }
  }
  return [
    ...[...new Set(requests)].map((holder) => ({ holder, direction: 'request' as const })),
    ...[...new Set(responses)].map((holder) => ({ holder, direction: 'response' as const })),
  ]
}

/** Tells whether a direction leaves a member out, by its own schema or one that it refers to. */
function isHidden(
  document: Document,
  schema: Schema,
  direction: Direction,
  seen = new Set<Schema>(),
): boolean {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false
  seen.add(schema)
  if (schema[hiddenBy[direction]] === true) return true
  const { $ref, allOf = [] } = schema
  const target = $ref === undefined ? [] : [follow<Schema>(document, { $ref })]
  return [...target, ...allOf].some((it) => isHidden(document, it, direction, seen))
}

/** The keywords whose schemas an object has to fit as well. */
const ofSameObject = new Set(['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas'])

class Converter {
  hasChanged = false
  /** Those of requests. */
  readonly components: Record<string, Schema> = {}
  readonly #refs = new Map<string, string>()
  readonly #document: Document
  readonly #purpose: Purpose

  constructor(document: Document, purpose: Purpose) {
    this.#document = document
    this.#purpose = purpose
  }

  /** @param outer the members that schemas around this one hide in the same object. */
  convert(schema: Schema, direction: Direction, outer: readonly string[] = []): Schema {
    if (typeof schema !== 'object' || schema === null) return schema
    const hidden = [...outer, ...this.#hiddenMembers(schema, direction)]
    const converted: Schema = { ...schema }
    for (const [key, value] of Object.entries(schema)) {
      if (!nestedSchemas.has(key) && !namedSchemas.has(key)) continue
      const names = ofSameObject.has(key) ? hidden : []
      const convert = (it: Schema) => this.convert(it, direction, names)
      Object.assign(converted, { [key]: this.#convertAll(key, value, convert) })
    }
    if (schema.properties) converted.properties = this.#properties(schema, direction)
    if (schema.required) converted.required = schema.required.filter((it) => !hidden.includes(it))
    if (converted.required?.length !== schema.required?.length) this.hasChanged = true
    if (direction === 'request') this.#adaptRequest(schema, converted)
    return converted
  }

  /** Converts what a keyword holds: a list of schemas, a schema, or schemas by name. */
  #convertAll(key: string, value: object, convert: (it: Schema) => Schema) {
    if (Array.isArray(value)) return value.map(convert)
    if (nestedSchemas.has(key)) return convert(value)
    return mapped(value as Record<string, Schema>, (it) => [convert(it)])
  }

  #properties(schema: Schema, direction: Direction): Record<string, Schema> {
    const isClosed = (schema.additionalProperties ?? schema.unevaluatedProperties) === false
    const isNamed = this.#purpose === 'validators' && !isClosed
    return mapped(schema.properties ?? {}, (it) => {
      if (!isHidden(this.#document, it, direction)) return [this.convert(it, direction)]
      this.hasChanged = true
      return isNamed ? [{ [hiddenBy[direction]]: true }] : []
    })
  }

  #adaptRequest(schema: Schema, converted: Schema): void {
    if (schema.$ref !== undefined) converted.$ref = this.#requestRef(schema.$ref)
    const { mapping } = schema.discriminator ?? {}
    if (schema.discriminator && mapping) {
      const renamed = mapped(mapping, (it) => [it.startsWith('#') ? this.#requestRef(it) : it])
      converted.discriminator = { ...schema.discriminator, mapping: renamed }
    }
    if (this.#purpose === 'validators') return
    const withDefault = Object.keys(converted.properties ?? {}).filter(
      (name) => defaultOf(this.#document, schema.properties?.[name] ?? {}) !== undefined,
    )
    if (withDefault.length === 0) return
    this.hasChanged = true
    converted.required = [...new Set([...(converted.required ?? []), ...withDefault])]
  }

  /** Returns a reference to what a request has of a schema, which gets a name of its own if it differs. */
  #requestRef($ref: string): string {
    const known = this.#refs.get($ref)
    if (known !== undefined) return known
    const target = follow<Schema>(this.#document, { $ref })
    const name = this.#differsInRequests(target) ? this.#freeName($ref) : undefined
    const renamed = name === undefined ? $ref : `#/components/schemas/${name}`
    this.#refs.set($ref, renamed)
    if (name !== undefined) {
      this.components[name] = {}
      this.components[name] = this.convert(target, 'request')
    }
    return renamed
  }

  #freeName($ref: string): string {
    const { schemas } = this.#document.components
    const own = $ref.replace(/^#\/components\/schemas\//, '').replace(/[^\w.-]+/g, '.')
    let name = `${own}.request`
    while (name in schemas || name in this.components) name += '_'
    return name
  }

  #differsInRequests(schema: Schema): boolean {
    for (const { properties = {} } of reached(this.#document, schema, new Set())) {
      for (const it of Object.values(properties)) {
        if (isHidden(this.#document, it, 'request') || isHidden(this.#document, it, 'response'))
          return true
        if (this.#purpose === 'types' && defaultOf(this.#document, it) !== undefined) return true
      }
    }
    return false
  }

  /** Returns the members of an object that one of the schemas which it has to fit hides. */
  #hiddenMembers(schema: Schema, direction: Direction, seen = new Set<Schema>()): string[] {
    if (seen.has(schema)) return []
    seen.add(schema)
    const own = Object.entries(schema.properties ?? {})
      .filter(([, it]) => isHidden(this.#document, it, direction))
      .map(([name]) => name)
    const { $ref, allOf = [], anyOf = [], oneOf = [], then: yes, else: no } = schema
    const target = $ref === undefined ? [] : [follow<Schema>(this.#document, { $ref })]
    const others = [...target, ...allOf, ...anyOf, ...oneOf, yes, no].flatMap((it) =>
      typeof it === 'object' ? this.#hiddenMembers(it, direction, seen) : [],
    )
    return [...own, ...others]
  }
}

/** Converts the members of an object; an empty list leaves one out. */
function mapped<T>(members: Record<string, T>, convert: (member: T) => T[]): Record<string, T> {
  const entries = Object.entries(members).flatMap(([name, it]) =>
    convert(it).map((converted) => [name, converted] as const),
  )
  return Object.fromEntries(entries)
}

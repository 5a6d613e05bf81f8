// Writes the functions that collect what a handler is given of a valid body, for src/engine/received.ts.
// A member is declared where a schema that the value fits declares it: all of allOf, those branches of
// anyOf and oneOf that the value fits, as the annotations of JSON Schema have it. `additionalProperties`
// and `unevaluatedProperties` declare all members. An object of which nothing is declared keeps them all.
import { branchesOf } from './discriminators.ts'
import { type Document, follow, type Schema } from './document.ts'

/** Tells whether a handler is given something else than what is sent, for a body of this schema. */
export function isChangedForHandlers(document: Document, schema: Schema): boolean {
  for (const it of reached(document, schema, new Set())) {
    const members = Object.values(it.properties ?? {})
    const { additionalProperties, unevaluatedProperties } = it
    const isPartial =
      (members.length > 0 || it.patternProperties !== undefined) &&
      additionalProperties === undefined &&
      unevaluatedProperties === undefined
    if (isPartial || members.some((member) => defaultOf(document, member) !== undefined))
      return true
  }
  return false
}

/** Writes functions that collect; those of all bodies share the ones for their parts. */
export class Collectors {
  readonly #document: Document
  readonly #validatorOf: (schema: Schema) => string
  readonly #names = new Map<Schema, string>()
  readonly #sources: string[] = []

  /** @param validatorOf returns the name of the function that tells whether a value fits a schema. */
  constructor(document: Document, validatorOf: (schema: Schema) => string) {
    this.#document = document
    this.#validatorOf = validatorOf
  }

  get source(): string {
    return this.#sources.join('\n')
  }

  /** Returns the name of the function for a schema. */
  nameOf(schema: Schema): string {
    const known = this.#names.get(schema)
    if (known !== undefined) return known
    const name = `collect${this.#names.size}`
    this.#names.set(schema, name)
    const lines = [
      ...this.#composed(schema),
      ...block('typeof v === "object" && v !== null && !Array.isArray(v)', this.#members(schema)),
      ...block('Array.isArray(v)', this.#items(schema)),
    ]
    this.#sources.push(`function ${name}(v, to) {\n  ${lines.join('\n  ')}\n}`)
    return name
  }

  /** Returns the call for a value; nothing where its schema says nothing of objects. */
  #call(schema: Schema | boolean | undefined, value: string): string[] {
    if (typeof schema !== 'object') return []
    for (const it of reached(this.#document, schema, new Set())) {
      if (hasMembers(it)) return [`${this.nameOf(schema)}(${value}, to)`]
    }
    return []
  }

  #composed(schema: Schema): string[] {
    const { $ref, allOf = [], anyOf = [], oneOf = [], dependentSchemas = {} } = schema
    const isTold = schema.discriminator !== undefined
    const branches = isTold ? branchesOf(this.#document, schema) : [...anyOf, ...oneOf]
    const target = $ref === undefined ? [] : [follow<Schema>(this.#document, { $ref })]
    const always = [...target, ...allOf].flatMap((it) => this.#call(it, 'v'))
    const chosen = branches.flatMap((it) => this.#ifValid(it, this.#call(it, 'v')))
    const dependent = Object.entries(dependentSchemas).flatMap(([name, it]) =>
      block(`v?.[${JSON.stringify(name)}] !== undefined`, this.#call(it, 'v')),
    )
    return [...always, ...chosen, ...dependent, ...this.#conditional(schema)]
  }

  #conditional(schema: Schema): string[] {
    if (schema.if === undefined) return []
    const then = [...this.#call(schema.if, 'v'), ...this.#call(schema.then, 'v')]
    const otherwise = this.#call(schema.else, 'v')
    const condition = `${this.#validatorOf(schema.if)}(v)`
    return [...block(condition, then), ...block(`!${condition}`, otherwise)]
  }

  #ifValid(schema: Schema, lines: string[], value = 'v'): string[] {
    return lines.length === 0 ? [] : block(`${this.#validatorOf(schema)}(${value})`, lines)
  }

  #members(schema: Schema): string[] {
    const { properties = {}, patternProperties = {}, additionalProperties } = schema
    const others = additionalProperties ?? schema.unevaluatedProperties
    const names = Object.keys(properties)
    const hidden = names.filter((it) => properties[it]?.readOnly === true)
    const patterns = Object.entries(patternProperties).map(
      ([pattern, it]) => [`new RegExp(${JSON.stringify(pattern)}, "u")`, it] as const,
    )
    const isNamed = [
      `${JSON.stringify(names)}.includes(name)`,
      ...patterns.map(([it]) => `${it}.test(name)`),
    ]
    return [
      ...(others !== undefined && others !== false ? ['declare(to, v, null)'] : []),
      ...(names.length > 0
        ? [`declare(to, v, ${this.#constant(`new Set(${JSON.stringify(names)})`)})`]
        : []),
      ...(hidden.length > 0 ? [`hide(to, v, ${JSON.stringify(hidden)})`] : []),
      ...patterns.flatMap(([pattern, it]) => [
        `declareMatching(to, v, ${pattern})`,
        ...eachName(`${pattern}.test(name)`, this.#call(it, 'v[name]')),
      ]),
      ...Object.entries(properties).flatMap(([name, it]) => this.#member(name, it)),
      ...eachName(`!(${isNamed.join(' || ')})`, this.#call(others, 'v[name]')),
    ]
  }

  #member(name: string, schema: Schema): string[] {
    if (schema.readOnly === true) return []
    const key = JSON.stringify(name)
    const value = defaultOf(this.#document, schema)
    if (value === undefined)
      return block(`v[${key}] !== undefined`, this.#call(schema, `v[${key}]`))
    const filled = `withDefault(to, v, ${key}, ${JSON.stringify(value)})`
    const call = this.#call(schema, filled)
    return call.length > 0 ? call : [filled]
  }

  #items({ prefixItems = [], items, contains, unevaluatedItems }: Schema): string[] {
    const first = prefixItems.flatMap((it, index) =>
      block(`v.length > ${index}`, this.#call(it, `v[${index}]`)),
    )
    const others = this.#call(items ?? unevaluatedItems, 'it')
    const contained = contains ? this.#ifValid(contains, this.#call(contains, 'it'), 'it') : []
    return [
      ...first,
      ...loop(`const it of v.slice(${prefixItems.length})`, others),
      ...loop('const it of v', contained),
    ]
  }

  #constant(code: string): string {
    const name = `constant${this.#sources.length}`
    this.#sources.push(`const ${name} = ${code}`)
    return name
  }
}

const block = (condition: string, lines: string[]) =>
  lines.length === 0 ? [] : [`if (${condition}) {`, ...lines, '}']
const loop = (head: string, lines: string[]) =>
  lines.length === 0 ? [] : [`for (${head}) {`, ...lines, '}']
const eachName = (condition: string, lines: string[]) =>
  loop('const name of Object.keys(v)', block(condition, lines))

const hasMembers = ({ properties, patternProperties, ...others }: Schema) =>
  properties !== undefined ||
  patternProperties !== undefined ||
  others.additionalProperties !== undefined ||
  others.unevaluatedProperties !== undefined

/** Returns the default of a member, beside a reference or allOf, or else behind it. */
export function defaultOf(document: Document, schema: Schema): unknown {
  if (typeof schema !== 'object' || schema.default !== undefined) return schema.default
  const { $ref, allOf = [] } = schema
  const parts = $ref === undefined ? allOf : [follow<Schema>(document, { $ref }), ...allOf]
  return parts.map((it) => defaultOf(document, it)).find((it) => it !== undefined)
}

/** Yields a schema and each that it leads to, once. */
export function* reached(document: Document, schema: Schema, seen: Set<Schema>): Generator<Schema> {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return
  seen.add(schema)
  yield schema
  const { $ref, additionalProperties, unevaluatedProperties } = schema
  const parts = [
    ...($ref === undefined ? [] : [follow<Schema>(document, { $ref })]),
    ...[schema.properties, schema.patternProperties, schema.dependentSchemas].flatMap((it) =>
      Object.values(it ?? {}),
    ),
    ...[schema.allOf, schema.anyOf, schema.oneOf, schema.prefixItems].flatMap((it) => it ?? []),
    ...[
      schema.items,
      schema.contains,
      schema.unevaluatedItems,
      schema.if,
      schema.then,
      schema.else,
    ],
    additionalProperties,
    unevaluatedProperties,
  ]
  for (const it of parts) {
    if (typeof it === 'object') yield* reached(document, it, seen)
  }
}

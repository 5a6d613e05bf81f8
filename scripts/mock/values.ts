// Composes values that fit a schema, for the answers of the mock and of stubs: the schema's first example
// that fits, or a value made from its keywords. What combinators ask for is tried, and checked.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type Document, follow } from '../contract/document.ts'
import { checks, withLimits } from '../contract/formats.ts'
import { partsOf } from '../contract/parts.ts'
import { merge, type Schema } from './merge.ts'
import { makeObject } from './objects.ts'
import { composeString, pick, type Random, randomOf } from './strings.ts'

/** No value could be composed for a schema. */
class NoValue extends Error {}

/** A value that was made up, and the seed that makes it again. */
export interface Making {
  readonly random: Random
  /** Which alternative of a union is tried. */
  readonly attempt: number
  /** Whether an alternative of a union gets members that the others reject. */
  readonly isApart: boolean
  /** Whether examples and defaults stand for their schemas. */
  readonly isExample: boolean
  readonly depth: number
}

const attempts = 30
/** From this attempt on, a value is made apart from other alternatives. */
const apart = 12
/** Below it, optional members and items are left out. */
export const deep = 4
const tooDeep = 30
/** How many attempts at a made-up value may give none. */
const maxFailures = 200

type Check = (value: unknown) => unknown

/** Keywords that hold schemas by name. */
const maps = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas'])

/** The id under which references of the document are found. */
const root = 'contract://document'

/** Composes values for one direction: `readOnly` members belong to responses, `writeOnly` ones to requests. */
export class Values {
  readonly #document: Document
  readonly #hidden: 'readOnly' | 'writeOnly'
  readonly #ajv = new Ajv2020({ strict: false, logger: false, multipleOfPrecision: 10 })
  readonly #checks = new WeakMap<object, Check>()
  /** The values of examples, by the depth and the attempt that they depend on. */
  readonly #found = new WeakMap<object, Map<string, unknown>>()
  /** The attempts of the present value that gave none. */
  #failures = 0
  /** Schemas of which no attempt gave a value that fits, with the depth from which on. */
  readonly #hopeless = new WeakMap<object, number>()

  constructor(document: Document, direction: 'request' | 'response') {
    this.#document = document
    this.#hidden = direction === 'request' ? 'readOnly' : 'writeOnly'
    for (const [name, check] of Object.entries(checks)) this.#ajv.addFormat(name, check)
    const { schemas } = document.components
    this.#ajv.addSchema({ $id: root, components: { schemas: this.#visible(schemas, true) } })
  }

  /**
   * Returns a value that fits a schema: its example, or with a seed one that is made up where one is found.
   * @throws NoValue where none is found.
   */
  compose(schema: Schema, seed?: number): unknown {
    this.#failures = 0
    const start = { attempt: seed ?? 0, isApart: false, isExample: seed === undefined, depth: 0 }
    const value = this.make(schema, { ...start, random: randomOf(seed ?? 0) })
    if (this.fits(schema, value)) return value
    if (seed !== undefined) return this.compose(schema)
    throw new NoValue(`no value could be composed for ${JSON.stringify(schema).slice(0, 200)}`)
  }

  /** Tells whether a value fits a schema. */
  fits(schema: Schema, value: unknown): boolean {
    let check = this.#checks.get(schema)
    if (check === undefined) {
      check = this.#ajv.compile(this.#visible(schema) as object)
      this.#checks.set(schema, check)
    }
    return check(value) === true
  }

  /** Whether a member belongs to the other direction alone. */
  isHidden(schema: unknown): boolean {
    if (typeof schema !== 'object' || schema === null) return false
    const own = schema as Schema
    if (own[this.#hidden] === true) return true
    if (typeof own.$ref === 'string') return this.isHidden(follow(this.#document, own as never))
    return Array.isArray(own.allOf) && own.allOf.some((it) => this.isHidden(it))
  }

  /** Whether no value was found for a schema that is as deep as this in another. */
  isHopeless(schema: unknown, depth: number): boolean {
    if (typeof schema !== 'object' || schema === null) return false
    return (this.#hopeless.get(schema) ?? Number.POSITIVE_INFINITY) <= depth
  }

  /** Returns a schema as Ajv takes it, which does not ask for what belongs to the other direction alone. */
  #visible(node: unknown, isMap = false, outer: readonly string[] = []): unknown {
    if (Array.isArray(node)) return node.map((it) => this.#visible(it, false, outer))
    if (typeof node !== 'object' || node === null) return node
    const hidden = isMap ? [] : [...outer, ...this.#hiddenMembers(node)]
    const entries = Object.entries(isMap ? node : withLimits(node)).flatMap(
      ([key, it]): [string, unknown][] => {
        if (isMap) return [[key, this.#visible(it)]]
        if (key === '$ref') return [[key, String(it).replace(/^#/, `${root}#`)]]
        // What is no schema may look like one: Ajv would read an `$id` in an example.
        if (['example', 'examples', 'discriminator'].includes(key)) return []
        if (['enum', 'const', 'default'].includes(key)) return [[key, it]]
        const isSame = ['allOf', 'anyOf', 'oneOf'].includes(key)
        return [[key, this.#visible(it, maps.has(key), isSame ? hidden : [])]]
      },
    )
    const visible = Object.fromEntries(entries)
    const { required } = visible
    if (!isMap && Array.isArray(required))
      visible.required = required.filter((it) => !hidden.includes(it))
    return visible
  }

  /** Returns the members that a schema, or one that holds beside it, gives to the other direction alone. */
  #hiddenMembers(schema: object): string[] {
    return partsOf(this.#document, schema).flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([name, it]) => (this.isHidden(it) ? [name] : [])),
    )
  }

  /** Returns a value for a schema, which mostly fits. @throws NoValue for a schema without an end. */
  make(schema: unknown, making: Making): unknown {
    if (typeof schema !== 'object' || schema === null) return schema === false ? null : 'any'
    if (making.depth > tooDeep) throw new NoValue('the schema has no end')
    const own = schema as Schema
    // A value that is hard to find is an example.
    const isExample = making.isExample || this.#failures > maxFailures
    return isExample
      ? this.#makeOnce(own, { ...making, isExample, attempt: making.attempt % attempts })
      : this.#search(own, making)
  }

  /** Alternatives hold the same schemas, and each tries theirs. */
  #makeOnce(own: Schema, making: Making): unknown {
    const found = this.#found.get(own) ?? new Map<string, unknown>()
    const key = `${Math.min(making.depth, deep + 1)} ${making.attempt}`
    if (found.has(key)) return found.get(key)
    const value = this.#search(own, making)
    this.#found.set(own, found.set(key, value))
    return value
  }

  #search(own: Schema, making: Making): unknown {
    const isPlain = !Object.keys(own).some((it) => combinators.has(it))
    // Attempts inside of attempts would take exponential time.
    const isHopeless = this.isHopeless(own, making.depth)
    let failure: NoValue | undefined
    let value: unknown
    for (let attempt = 0; attempt < (isPlain || isHopeless ? 1 : attempts); attempt++) {
      const next = {
        ...making,
        attempt: making.attempt + attempt,
        isApart: attempt >= apart,
      }
      try {
        value = this.#makeFlat(this.#flatten(own, next), own, next)
        failure = undefined
        if (isPlain || this.fits(own, value)) return value
        this.#failures++
      } catch (error) {
        // Another alternative may have an end.
        if (!(error instanceof NoValue) || making.depth > deep) throw error
        failure = error
      }
    }
    if (!isPlain && !isHopeless) this.#hopeless.set(own, making.depth)
    if (failure !== undefined) throw failure
    return value
  }

  /** Returns a schema without combinators: of each union, the alternative whose turn it is. */
  #flatten(schema: Schema, making: Making, passed = 0): Schema {
    if (passed > tooDeep) throw new NoValue('the schema refers to itself')
    const { $ref, allOf = [], anyOf, oneOf, if: _if, then, else: otherwise, ...own } = schema
    let flat: Schema = own
    const add = (it: unknown) => {
      if (typeof it !== 'object' || it === null) return
      flat = merge(this.#flatten(it as Schema, making, passed + 1), flat)
    }
    if (typeof $ref === 'string') add(follow(this.#document, { $ref }))
    for (const it of allOf as unknown[]) add(it)
    for (const [index, union] of [anyOf, oneOf].entries()) {
      if (!Array.isArray(union)) continue
      const branch = this.#branch(union, making, index)
      add(branch)
      flat = merge(flat, tagOf(schema, branch))
      if (union === oneOf && making.isApart) {
        flat = merge(flat, this.#without(union, branch, making, passed))
      }
    }
    if (making.attempt % 3 === 1) add(then)
    if (making.attempt % 3 === 2) add(otherwise)
    return flat
  }

  /** Returns members that the other alternatives reject: an open object of one may fit them as well. */
  #without(union: readonly unknown[], branch: unknown, making: Making, passed: number): Schema {
    const membersOf = (it: unknown) => {
      const { properties = {} } = this.#flatten(it as Schema, making, passed + 1)
      return properties as Record<string, Schema>
    }
    const [own, ...others] = [branch, ...union.filter((it) => it !== branch)].map(membersOf)
    const all = others.flatMap((it) => Object.entries(it))
    const rejected = all.flatMap(([name, it]) => {
      const values = [null, 0, 'any'].filter((value) => !this.fits(it, value))
      return values.length === 0 || name in (own ?? {}) ? [] : [[name, { const: values[0] }]]
    })
    if (rejected.length === 0) return {}
    const properties = Object.fromEntries(rejected)
    return { properties, required: Object.keys(properties) }
  }

  #branch(union: readonly unknown[], { attempt, isExample, random }: Making, index: number) {
    if (isExample) return union[Math.floor(attempt / (index + 1)) % union.length]
    return pick(random, union)
  }

  #makeFlat(flat: Schema, own: Schema, making: Making): unknown {
    if ('const' in flat) return flat.const
    if (Array.isArray(flat.enum)) {
      return making.isExample
        ? flat.enum[making.attempt % flat.enum.length]
        : pick(making.random, flat.enum)
    }
    const shown = [flat.example, flat.examples, flat.default]
      .flat()
      .filter((it) => it !== undefined)
    // A format that only its examples show is kept when a value is made up.
    if (making.isExample || isUnknown(flat)) {
      const example = shown.find((it) => this.fits(own, it))
      if (example !== undefined) return example
    }
    switch (typeOf(flat, making)) {
      case 'null':
        return null
      case 'boolean':
        return making.isExample || making.random() < 0.5
      case 'integer':
      case 'number':
        return makeNumber(flat, making)
      case 'array':
        return this.#makeArray(flat, making)
      case 'object':
        return makeObject(this, flat, making)
      default:
        return composeString(flat, making.random)
    }
  }

  #makeArray(schema: Schema, making: Making): unknown[] {
    const {
      items,
      prefixItems = [],
      contains,
      minItems = 0,
      maxItems = 100,
    } = schema as ArraySchema
    const next = { ...making, depth: making.depth + 1 }
    const wanted = making.depth > deep ? 0 : making.isExample ? 1 : Math.floor(making.random() * 3)
    const values = prefixItems.map((it) => this.make(it, next))
    if (contains !== undefined) {
      const count = schema.minContains === undefined ? 1 : Number(schema.minContains)
      for (let index = 0; index < count; index++)
        values.push(this.make(contains, { ...next, attempt: index }))
    }
    const least = Math.max(minItems, values.length)
    const length = Math.min(maxItems, Math.max(least, isNever(items) ? 0 : wanted))
    for (let index = values.length; index < length; index++) {
      // Items that must be unique differ by their attempt and their numbers.
      const own = {
        ...next,
        attempt: next.attempt + index,
        random: randomOf(index + making.attempt * 31),
      }
      const isSame = schema.uniqueItems === true && index > 0
      values.push(this.make(items ?? {}, isSame ? { ...own, isExample: false } : own))
    }
    return values
  }
}

/** Whether a schema takes no value: `false`, which codegen writes as `not: {}`. */
const isNever = (schema: unknown) => schema === false || JSON.stringify(schema) === '{"not":{}}'

interface ArraySchema {
  readonly items?: unknown
  readonly prefixItems?: readonly unknown[]
  readonly contains?: unknown
  readonly minItems?: number
  readonly maxItems?: number
}

/** Keywords that more than one value has to be tried for. */
const combinators = new Set([
  ...[
    '$ref',
    '$dynamicRef',
    'allOf',
    'anyOf',
    'oneOf',
    'not',
    'if',
    'contains',
    'uniqueItems',
    'pattern',
  ],
  ...['patternProperties', 'propertyNames', 'dependentSchemas', 'dependentRequired', 'format'],
  ...[
    'unevaluatedProperties',
    'unevaluatedItems',
    'examples',
    'example',
    'default',
    'minProperties',
  ],
])

/** Returns what the discriminator of a union asks of a branch. */
function tagOf({ discriminator }: Schema, branch: unknown): Schema {
  const { propertyName, mapping = {} } = (discriminator ?? {}) as {
    propertyName?: string
    mapping?: Record<string, string>
  }
  const { $ref } = branch as { $ref?: string }
  if (propertyName === undefined || $ref === undefined) return {}
  const name = $ref.slice($ref.lastIndexOf('/') + 1)
  const tag =
    Object.keys(mapping).find((it) => mapping[it] === $ref || mapping[it] === name) ?? name
  return { properties: { [propertyName]: { const: tag } }, required: [propertyName] }
}

const isUnknown = ({ format, pattern }: Schema) => format !== undefined || pattern !== undefined

function typeOf(schema: Schema, { attempt, isExample, random, depth }: Making): unknown {
  const types = [schema.type ?? []].flat()
  if (types.length > 0) {
    if (depth > deep && types.includes('null')) return 'null'
    return isExample ? types[Math.floor(attempt / 2) % types.length] : pick(random, types)
  }
  const has = (...names: string[]) => names.some((it) => it in schema)
  if (has('properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties'))
    return 'object'
  if (has('items', 'prefixItems', 'contains', 'minItems')) return 'array'
  return has('minimum', 'maximum', 'multipleOf', 'exclusiveMinimum') ? 'number' : 'string'
}

function makeNumber(schema: Schema, { attempt, isExample, random }: Making): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Readonly<
    Record<string, number | undefined>
  >
  const step = multipleOf ?? 1
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step)
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step)
  const from = low ?? Math.min(1, high ?? 1)
  const to = high ?? from + 100
  const chosen = isExample ? from + (attempt % 7) * step : from + random() * (to - from)
  const rounded = Math.ceil(Math.min(chosen, to) / step) * step
  const value = rounded > to ? Math.floor(to / step) * step : rounded
  const isBetween = low !== undefined && high !== undefined && (value < low || value > high)
  if (isBetween || (schema.type !== 'integer' && multipleOf === undefined && to - from < 1))
    return (from + to) / 2
  return multipleOf === undefined ? value : Number(value.toPrecision(12))
}

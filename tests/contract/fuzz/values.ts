// Generators of values from schemas of the contract's subset: valid ones over the whole schema, and
// ones that are broken in one place.
import fc from 'fast-check'
import { type Document, follow, type Schema } from '../../../scripts/contract/document.ts'
import { brokenText, validText } from './strings.ts'

type Values = fc.Arbitrary<unknown>

const anyText = fc.string({ maxLength: 300 })

export class Generators {
  readonly #document: Document

  constructor(document: Document) {
    this.#document = document
  }

  valid(reference: Schema): Values {
    const schema = follow<Schema>(this.#document, reference)
    const { oneOf, enum: values } = schema
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (values !== undefined) return fc.constantFrom(...values)
    if (oneOf !== undefined) return fc.oneof(...oneOf.map((it) => this.valid(it)))
    const types = [schema.type].flat()
    return fc.oneof(...types.map((type) => this.#validOf(type, schema)))
  }

  #validOf(type: string | undefined, schema: Schema): Values {
    switch (type) {
      case 'null':
        return fc.constant(null)
      case 'boolean':
        return fc.boolean()
      case 'integer': {
        const { minimum: min = -1000, maximum: max = 1000 } = limits(schema)
        return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max))
      }
      case 'number': {
        const { minimum: min = -1000, maximum: max = 1000 } = limits(schema)
        return fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max))
      }
      case 'string':
        return validText(schema)
      case 'array':
        return fc.array(this.valid(schema.items ?? {}), { minLength: 1, maxLength: 3 })
      case 'object': {
        const { properties = {}, required = [], minProperties = 0 } = schema as Bounded
        const members = Object.entries(properties).map(([name, it]) => [name, this.valid(it)])
        const declared = fc
          .record(Object.fromEntries(members), { requiredKeys: required as never[] })
          .filter((it) => Object.keys(it).length >= minProperties)
        if (schema.additionalProperties === false) return declared
        const others = fc.dictionary(
          fc.constantFrom('client_id', 'scope', '__proto__', ''),
          anyText,
        )
        return fc.tuple(declared, others).map(([own, more]) => ({ ...more, ...own }))
      }
      default:
        throw new Error(`no generator for the type ${type}`)
    }
  }

  /** Values that are wrong in one place, where the schema can be broken at all. */
  broken(reference: Schema): Values {
    const schema = follow<Schema>(this.#document, reference)
    const { oneOf, discriminator, enum: values } = schema
    if (oneOf !== undefined) {
      const tag = discriminator?.propertyName ?? ''
      const unknown = this.valid(schema).map((it) => ({
        ...(it as object),
        [tag]: 'nothing known',
      }))
      return fc.oneof(unknown, fc.constantFrom(null, [], 5), ...oneOf.map((it) => this.broken(it)))
    }
    if (schema.const !== undefined || values !== undefined) {
      return fc.constantFrom(null, 5, 'nothing of these', {})
    }
    const types = [schema.type].flat()
    const kinds = [this.#otherType(types)]
    if (types.includes('string')) kinds.push(brokenText(schema))
    const outside = numbersOutside(schema)
    if (types.includes('integer')) kinds.push(fc.constantFrom(1.5, ...outside))
    if (types.includes('number') && outside.length > 0) kinds.push(fc.constantFrom(...outside))
    if (types.includes('object')) kinds.push(...this.#brokenObjects(schema))
    return fc.oneof(...kinds)
  }

  #otherType(types: readonly unknown[]): Values {
    const samples: [string, unknown][] = [
      ['null', null],
      ['boolean', true],
      ['integer', 7],
      ['string', 'seven'],
      ['object', {}],
      ['array', []],
    ]
    // An object without members is one; whether it may be empty is another question.
    const own = types.includes('number') ? [...types, 'integer'] : types
    return fc.constantFrom(...samples.filter(([type]) => !own.includes(type)).map(([, it]) => it))
  }

  #brokenObjects(schema: Schema): Values[] {
    const { properties = {}, required = [], minProperties = 0 } = schema as Bounded
    const valid = this.valid(schema) as fc.Arbitrary<Record<string, unknown>>
    const without = required.map((name) =>
      valid.map((it) => Object.fromEntries(Object.entries(it).filter(([key]) => key !== name))),
    )
    const wrong = Object.entries(properties).map(([name, it]) =>
      fc.tuple(valid, this.broken(it)).map(([value, bad]) => ({ ...value, [name]: bad })),
    )
    const unknown =
      schema.additionalProperties === false
        ? [valid.map((it) => ({ ...it, isSuperuser: true, unknownMember: 1 }))]
        : []
    const empty = minProperties > 0 ? [fc.constant({})] : []
    return [...without, ...wrong, ...unknown, ...empty]
  }
}

interface Bounded extends Schema {
  readonly minProperties?: number
}

function limits(schema: Schema) {
  return schema as { minimum?: number; maximum?: number }
}

/** Returns numbers beyond the limits that a schema has. */
function numbersOutside(schema: Schema): number[] {
  const { minimum, maximum } = limits(schema)
  const outside = [minimum !== undefined && minimum - 1, maximum !== undefined && maximum + 1]
  return outside.filter((it) => it !== false)
}

// What a handler is given of random bodies, against what JSON Schema says of them: a member is declared where
// a schema that the value fits declares it. Read here from the schemas, not from the generated code.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAjv, forAjv } from '../../scripts/contract/ajv.ts'
import { type Document, follow, type Schema } from '../../scripts/contract/document.ts'
import { normalize } from '../../scripts/contract/normalize.ts'
import { anyValue, components, schema, withSecrets } from '../support/random-schemas.ts'
import { compile, toyDocument, toyOperation } from '../support/toy-contract.ts'

const seed = Number(process.env.RECEIVED_SEED ?? 7)

type Fits = (schema: Schema, value: unknown) => boolean

/** Returns what the schemas which hold for a value declare of it. */
function declared(
  document: Document,
  schemas: readonly Schema[],
  value: unknown,
  fits: Fits,
): unknown {
  const all = schemas.flatMap((it) => holding(document, it, value, fits))
  const below = (own: readonly Schema[], it: unknown) => declared(document, own, it, fits)
  if (Array.isArray(value)) {
    return value.map((it, index) =>
      below(
        all.flatMap(({ prefixItems = [], items }) => prefixItems[index] ?? items ?? []),
        it,
      ),
    )
  }
  if (typeof value !== 'object' || value === null) return value
  const says = all.some((it) => others(it) !== undefined || namesOf(it).length > 0)
  const entries = Object.entries(value).flatMap(([name, it]) => {
    const found = all.flatMap((own) => membersOf(own, name))
    return found.length > 0 || !says ? [[name, below(found, it)] as const] : []
  })
  return Object.fromEntries(entries)
}

const others = ({ additionalProperties: it }: Schema) => (it === false ? undefined : it)
const namesOf = ({ properties = {}, patternProperties = {} }: Schema) => [
  ...Object.keys(properties),
  ...Object.keys(patternProperties),
]

/** Returns what a schema declares of a member. */
function membersOf(own: Schema, name: string): Schema[] {
  const { properties = {}, patternProperties = {} } = own
  const named = Object.hasOwn(properties, name) ? [properties[name] ?? {}] : []
  const matching = Object.entries(patternProperties)
    .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
    .map(([, it]) => it)
  if (named.length + matching.length > 0) return [...named, ...matching]
  const rest = others(own)
  return rest === undefined ? [] : [rest === true ? {} : (rest as Schema)]
}

/** Returns a schema and those that hold beside it for a value. */
function holding(document: Document, own: Schema, value: unknown, fits: Fits): Schema[] {
  const { $ref, allOf = [], anyOf = [], oneOf = [], dependentSchemas = {} } = own
  const { if: test, then, else: otherwise } = own
  const has = (name: string) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  const isTrue = test !== undefined && fits(test, value)
  const more = [
    ...($ref === undefined ? [] : [follow<Schema>(document, { $ref })]),
    ...allOf,
    ...[...anyOf, ...oneOf].filter((it) => fits(it, value)),
    ...(test === undefined ? [] : isTrue ? [test, then ?? {}] : [otherwise ?? {}]),
    ...Object.entries(dependentSchemas).flatMap(([name, it]) => (has(name) ? [it] : [])),
  ]
  return [own, ...more.flatMap((it) => holding(document, it, value, fits))]
}

it(`a handler is given the declared members, and no others (RECEIVED_SEED=${seed})`, async () => {
  const schemas = fc.sample(schema, { seed, numRuns: 20 })
  const operations = schemas.map((it, index) => {
    const requestBody = { required: true, content: { 'application/json': { schema: it } } }
    return [
      `/${index}`,
      { post: toyOperation({ operationId: `op${index}`, requestBody }) },
    ] as const
  })
  const document = normalize(toyDocument(Object.fromEntries(operations), components))
  const { validators } = await compile(document)
  const ajv = createAjv(document)
  const compiled = new Map<Schema, (value: unknown) => unknown>()
  const fits: Fits = (own, value) => {
    const check = compiled.get(own) ?? ajv.compile(forAjv(document, own))
    compiled.set(own, check)
    return check(value) === true
  }
  const values = fc.sample(anyValue, { seed, numRuns: 60 })
  let given = 0
  for (const index of schemas.keys()) {
    const sent = document.paths[`/${index}`]?.post?.requestBody
    const own = sent && follow(document, sent).content['application/json']?.schema
    if (own === undefined) throw new Error(`op${index} has no schema`)
    const body = validators[`op${index}`]?.body['application/json']
    if (!body) throw new Error(`op${index} is not compiled`)
    for (const value of [...values, ...values.map(withSecrets)]) {
      const shown = `${JSON.stringify(own)}\n${JSON.stringify(value)}`
      const got = structuredClone(value)
      expect(body(got), shown).toBe(fits(own, value))
      if (!fits(own, value)) continue
      expect(got, shown).toEqual(declared(document, [own], value, fits))
      given++
    }
  }
  expect(given).toBeGreaterThan(schemas.length)
}, 60_000)

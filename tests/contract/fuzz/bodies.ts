// Bodies of requests in each media type that an operation takes: valid ones, and ones that are broken
// in one place. A form holds text alone, and can be broken in ways that JSON cannot.
import fc from 'fast-check'
import {
  type Document,
  type DocumentedOperation,
  follow,
  type Schema,
} from '../../../scripts/contract/document.ts'
import type { Sent } from '../suite/requests.ts'
import type { Generators } from './values.ts'

export type SentBody = Pick<Sent, 'body' | 'headers'>
type Kind = 'valid' | 'broken'
type Members = Readonly<Record<string, unknown>>

/** Where an operation takes no body, nothing. @throws Error for a media type without a generator. */
export function bodiesOf(
  document: Document,
  generators: Generators,
  { operation }: DocumentedOperation,
  kind: Kind,
): fc.Arbitrary<SentBody> {
  const body = operation.requestBody && follow(document, operation.requestBody)
  const types = Object.entries(body?.content ?? {})
  if (types.length === 0) return fc.constant({})
  const texts = types.map(([type, { schema }]) => {
    const made = makers[type]
    if (made === undefined) throw new Error(`bodies of ${type} need a generator in bodies.ts`)
    return made(document, generators, schema, kind).map((text) => ({
      body: text,
      headers: { 'content-type': type },
    }))
  })
  return fc.oneof(...texts)
}

type Maker = (
  document: Document,
  generators: Generators,
  schema: Schema,
  kind: Kind,
) => fc.Arbitrary<string>

const makers: Readonly<Record<string, Maker>> = {
  'application/json': (_, generators, schema, kind) =>
    generators[kind](schema).map((it) => JSON.stringify(it)),
  'application/x-www-form-urlencoded': (document, generators, schema, kind) => {
    const declared = Object.keys(follow(document, schema).properties ?? {})
    const forms = formsOf(generators[kind](schema), declared)
    if (kind === 'valid') return forms
    const valid = formsOf(generators.valid(schema), declared)
    const twice = valid.map((it) => `${it}&${it}`)
    const malformed = fc
      .tuple(valid, fc.constantFrom('%', '%zz', '%ff', '%c3'))
      .map(([it, end]) => it + end)
    return fc.oneof({ weight: 3, arbitrary: forms }, twice, malformed)
  },
}

/**
 * Those values that a form can hold: what is no text would become text, and may be valid then. An
 * empty one would be left out.
 */
function formsOf(values: fc.Arbitrary<unknown>, declared: readonly string[]): fc.Arbitrary<string> {
  return values
    .filter((it): it is Members => typeof it === 'object' && it !== null && !Array.isArray(it))
    .filter((it) => declared.every((name) => !(name in it) || isFormText(it[name])))
    .map((it) => {
      const texts = Object.entries(it).map(([name, one]) => [name, String(one)])
      return new URLSearchParams(Object.fromEntries(texts)).toString()
    })
}

const isFormText = (value: unknown) =>
  typeof value === 'string' && value !== '' && value.isWellFormed()

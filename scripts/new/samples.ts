// Values of fields, for examples of the contract, tests and seeds.
import type { Field } from './fields.ts'
import { sentence, withArticle } from './names.ts'

export const sampleId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'
/** The user of the contract's examples. */
export const sampleUserId = '01935f3e-7c1a-7b3e-9d43-2f1c5a8e6b01'

/** Returns a value that a field accepts. @param nth different numbers give different values where possible. */
export function sampleOf(field: Field, nth = 1): unknown {
  return field.isList ? [single(field, nth)] : single(field, nth)
}

/** Returns the field that examples and tests change: preferably one that takes any value. */
export function changedField(fields: readonly Field[]): Field | undefined {
  return fields.find((it) => it.type !== 'ref' && !it.isUnique) ?? fields[0]
}

/** Returns the change of one field, to another value than that of the sample. */
export function changeOf(fields: readonly Field[]): Record<string, unknown> {
  const field = changedField(fields)
  return field ? { [field.name.camel]: sampleOf(field, 2) } : {}
}

function single(field: Field, nth: number): unknown {
  const { type, values } = field
  switch (type) {
    case 'string':
      return textOf(field, nth)
    case 'integer':
    case 'number':
      return numberOf(field, nth)
    case 'boolean':
      return nth % 2 === 0
    case 'date':
      return `2026-03-0${nth % 10}`
    case 'datetime':
      return `2026-03-0${nth % 10}T09:00:00.000Z`
    case 'enum':
      return values[(nth - 1) % values.length]
    case 'json':
      return { key: `value ${nth}` }
    case 'ref':
      return sampleUserId
  }
}

/** Returns a text of an allowed length that has a visible character at both ends. Later ones sort later. */
function textOf(
  { name, isList, min = 0, max = Number.MAX_SAFE_INTEGER }: Field,
  nth: number,
): string {
  const noun = isList ? name.spoken.replace(/s$/, '') : name.spoken
  const text = [withArticle(noun), `another ${noun}`][nth - 1] ?? 'something else'
  const short = 'abc'.charAt(nth - 1)
  return sentence((text.length > max ? short : text).padEnd(min, '.'))
}

function numberOf({ min = 1, max = Number.MAX_SAFE_INTEGER }: Field, nth: number): number {
  const first = max < 3 ? Math.min(min, max) : Math.max(min, 1)
  return Math.min(first + nth - 1, max)
}

/** Returns how a sentence speaks of a value: a noun with its article, or a name that is no noun as it is. */
export function phraseOf({ name, type, isList }: Field): string {
  const isNoun = !isList && type !== 'boolean' && !/(?: on| at|[^s]s)$/.test(name.spoken)
  return isNoun ? withArticle(name.spoken) : name.camel
}

/** Returns a value that a field rejects, and what is wrong with it; undefined if it accepts all of its type. */
export function wrongOf(field: Field): { what: string; value: unknown } | undefined {
  const { type, min, max, isList } = field
  if (isList) return { what: 'that are no list', value: 'x' }
  switch (type) {
    case 'string':
      return { what: 'that is too long', value: 'x'.repeat((max ?? 0) + 1) }
    case 'integer':
      return { what: 'that is too large', value: (max ?? 0) + 1 }
    case 'number':
      if (max !== undefined) return { what: 'that is too large', value: max + 1 }
      return min === undefined ? undefined : { what: 'that is too small', value: min - 1 }
    case 'boolean':
      return { what: 'that is no boolean', value: 'yes' }
    case 'date':
    case 'datetime':
      return { what: 'that does not exist', value: '2026-02-30' }
    case 'enum':
      return { what: 'that is unknown', value: 'unknown-value' }
    case 'json':
      return { what: 'that is no object', value: 'x' }
    case 'ref':
      return { what: 'that is no id', value: 'x' }
  }
}

// Values of fields, for examples of the contract, tests and seeds.
import type { Field } from './fields.ts'
import { sentence } from './names.ts'

const sampleId = '01936298-0d4f-7a3c-9b51-6c2de80f7a14'

/** Returns a value that a field accepts. @param nth different numbers give different values where possible. */
export function sampleOf(field: Field, nth = 1): unknown {
  return field.isList ? [single(field, nth)] : single(field, nth)
}

function single(field: Field, nth: number): unknown {
  const { type, min = 0, max = Number.MAX_SAFE_INTEGER, values, name } = field
  switch (type) {
    case 'string':
      return textOf(`${sentence(name.spoken)} ${nth}`, min, max)
    case 'integer':
    case 'number':
      return Math.min(Math.max(nth, min), max)
    case 'boolean':
      return nth % 2 === 0
    case 'date':
      return `2026-03-0${1 + (nth % 9)}`
    case 'datetime':
      return `2026-03-0${1 + (nth % 9)}T09:00:00.000Z`
    case 'enum':
      return values[nth % values.length]
    case 'json':
      return { nth }
    case 'ref':
      return sampleId
  }
}

/** Returns a text of an allowed length that has a visible character at both ends. */
function textOf(text: string, min: number, max: number): string {
  if (text.length > max) return text.replaceAll(' ', '').slice(-max)
  return text.padEnd(min, '.')
}

/** Returns a value that a field refuses, and what is wrong with it; undefined if it accepts all of its type. */
export function wrongOf({
  type,
  min,
  max,
  isList,
}: Field): { what: string; value: unknown } | undefined {
  if (isList) return { what: 'that is no list', value: 'x' }
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
      return { what: 'that is no day', value: '2026-02-30' }
    case 'enum':
      return { what: 'that is unknown', value: 'unknown-value' }
    case 'json':
      return { what: 'that is no object', value: 'x' }
    case 'ref':
      return { what: 'that is no id', value: 'x' }
  }
}

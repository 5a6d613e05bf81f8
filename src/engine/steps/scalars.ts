// Scalars as texts: one spelling for each number.
import type { ScalarType } from '../operation.ts'

const integer = /^(0|-?[1-9]\d{0,15})$/
const decimal = /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/

/** Returns the integer that a text spells, and the text where it is another spelling, or no safe integer. */
export function integerOf(text: string): number | string {
  return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text
}

/** Returns the number that a text spells, and the text where a double cannot hold it. */
export function numberOf(text: string): number | string {
  if (!decimal.test(text) || text === '-0') return text
  const isExact = text.replace(/\D/g, '').length <= 15 || String(Number(text)) === text
  return isExact ? Number(text) : text
}

/** Returns the value of a text as the first of these types that it spells; an empty one may be null. */
export function scalarOf(text: string, types: readonly ScalarType[]): unknown {
  for (const type of types) {
    if (type === 'string') return text
    if (type === 'null' && text === '' && !types.includes('string')) return null
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
    const value = type === 'integer' ? integerOf(text) : type === 'number' ? numberOf(text) : text
    if (value !== text) return value
  }
  return text
}

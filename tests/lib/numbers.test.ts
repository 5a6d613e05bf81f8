import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isMultiple } from '../../src/lib/numbers.ts'

const integer = fc.integer({ min: -1e12, max: 1e12 })

it('takes each decimal for a multiple of its last digit', () => {
  fc.assert(fc.property(integer, (it) => isMultiple(Number(`${it}e-3`), 0.001)))
})

it('takes no decimal with one more digit for a multiple', () => {
  fc.assert(fc.property(integer, (it) => !isMultiple(Number(`${it}5e-4`), 0.001)))
})

it.each([
  [1e308, 0.5, true],
  [1e308, 0.123456789, false],
  [-1e308, 5e-324, true],
  [1e17, 0.3, false],
  [3e17, 0.3, true],
  [1e300, 7, false],
  [0, 0.1, true],
  [0.30000000000000004, 0.1, true],
])('compares %d with multiples of %d: %s', (value, divisor, expected) => {
  expect(isMultiple(value, divisor)).toBe(expected)
})

// Arithmetic on numbers as they are written, in decimals.

/** Doubles are binary: 19.99 / 0.01 is 1998.9999999999998. */
const tolerance = 1e-10

/** Larger quotients have fewer decimals than the tolerance. */
const largeQuotient = 1e5

/** Tells whether a number is a multiple of another, which is above 0. */
export function isMultiple(value: number, divisor: number): boolean {
  const quotient = value / divisor
  if (Math.abs(quotient) < largeQuotient)
    return Math.abs(Math.round(quotient) - quotient) <= tolerance
  const [a, b] = [decimalOf(value), decimalOf(divisor)]
  const unit = Math.min(a.exponent, b.exponent)
  const inUnits = ({ digits, exponent }: Decimal) => digits * 10n ** BigInt(exponent - unit)
  return inUnits(a) % inUnits(b) === 0n
}

/** A number as digits * 10 ** exponent. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent] = value.toExponential().split('e')
  const [integer = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(integer + fraction), exponent: Number(exponent) - fraction.length }
}

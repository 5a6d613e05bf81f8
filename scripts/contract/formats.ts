// The checks of formats: ours, those of ajv-formats, and some of our own where these take more than the
// standard has. Formats of numbers are limits.
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { validateFormat } from '../../src/engine/formats.ts'
import { standardFormats } from '../../src/engine/standard-formats.ts'
import type { Schema } from './document.ts'

type Check = RegExp | ((text: string) => boolean)

const base64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/
const base64url = /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const integer = /^-?(?:0|[1-9]\d{0,19})$/

/** What a format asks of each text. */
export const checks: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(Object.keys(standardFormats).map((name) => [name, checkOf(name)])),
  ...validateFormat,
}

function checkOf(name: string): Check {
  const range = integerRange(name)
  if (range) return (text) => integer.test(text) && isWithin(BigInt(text), range)
  if (name === 'byte') return base64
  if (name === 'base64url') return base64url
  if (name === 'uuid') return uuid
  const known = fullFormats[name as keyof typeof fullFormats]
  const check = typeof known === 'object' && 'validate' in known ? known.validate : known
  if (check instanceof RegExp || typeof check === 'function') return check as Check
  throw new Error(`the format ${name} has no check`)
}

/** Tells whether values are checked for a format; one of a double is any number of JSON. */
export const isChecked = (format: string): boolean =>
  Object.hasOwn(checks, format) || format === 'float' || format === 'double'

/** Tells whether a text is what a format asks for; an unknown format asks for nothing. */
export function accepts(format: string, text: string): boolean {
  const check = Object.hasOwn(checks, format) ? checks[format] : undefined
  return check === undefined || (check instanceof RegExp ? check.test(text) : check(text))
}

/** The formats whose texts have a limited length. */
export const fixedSizes: readonly string[] = ['uuid', 'lower-case-uuid', 'date', 'date-time']

/** The formats that validators check by a function, which their code has to import. */
export const isCalled = (format: string | undefined): boolean =>
  format !== undefined && typeof checks[format] === 'function'

interface Range {
  readonly least: bigint
  readonly end: bigint
}

/** Returns the integers that a format allows, without the end. */
function integerRange(format: string | undefined): Range | undefined {
  const [, unsigned, size] = /^(u?)int(8|16|32|64)$/.exec(format ?? '') ?? []
  if (size === undefined) return undefined
  const values = 2n ** BigInt(size)
  return unsigned ? { least: 0n, end: values } : { least: -values / 2n, end: values / 2n }
}

const isWithin = (value: bigint, { least, end }: Range) => value >= least && value < end

const largestFloat = 3.4028234663852886e38

/** Returns a schema with the limits that its format sets to numbers. */
export function withLimits(schema: Schema): Schema {
  const { format, type, minimum = -Infinity, maximum = Infinity } = schema
  const types = [type ?? []].flat()
  if (types.length > 0 && !types.some((it) => it === 'number' || it === 'integer')) return schema
  const range = integerRange(format)
  if (range === undefined) {
    if (format !== 'float') return schema
    const [least, largest] = [Math.max(minimum, -largestFloat), Math.min(maximum, largestFloat)]
    return { ...schema, minimum: least, maximum: largest }
  }
  return {
    ...schema,
    ...(types.length > 0
      ? { type: types.map((it) => (it === 'number' ? 'integer' : it)) }
      : { multipleOf: schema.multipleOf ?? 1 }),
    minimum: Math.max(minimum, Number(range.least)),
    maximum: Math.min(maximum, below(Number(range.end))),
  }
}

/** Returns the largest integer below a power of two that a double holds. */
const below = (end: number) => end - Math.max(1, end / 2 ** 53)

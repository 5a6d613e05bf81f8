// Composes strings for schemas: by format, by pattern, within their lengths.
import fc from 'fast-check'

/** Returns a number from 0 up to, but not including, 1. */
export type Random = () => number

/** Returns the numbers that a seed stands for. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pick<T>(random: Random, values: readonly T[]): T | undefined {
  return values[Math.floor(random() * values.length)]
}

const digits = (random: Random, length: number, base = 16) =>
  Array.from({ length }, () => Math.floor(random() * base).toString(base)).join('')
const day = (random: Random) =>
  `20${10 + Math.floor(random() * 80)}-0${1 + Math.floor(random() * 9)}-1${digits(random, 1, 10)}`
const time = (random: Random) => `1${digits(random, 1, 10)}:${Math.floor(random() * 6)}0:00Z`
const uuid = (it: Random) =>
  `${digits(it, 8)}-${digits(it, 4)}-4${digits(it, 3)}-8${digits(it, 3)}-${digits(it, 12)}`
const integer = (it: Random) => `${Math.floor(it() * 100)}`
const word = (random: Random) => `x${digits(random, 6, 36)}`

/** The formats of JSON Schema and OpenAPI. */
const formats: Readonly<Record<string, (random: Random) => string>> = {
  uuid,
  'lower-case-uuid': uuid,
  'date-time': (it) => `${day(it)}T${time(it)}`,
  date: day,
  time,
  duration: (it) => `P${1 + Math.floor(it() * 30)}D`,
  email: (it) => `${word(it)}@example.com`,
  'idn-email': (it) => `${word(it)}@example.com`,
  hostname: (it) => `${word(it)}.example.com`,
  'idn-hostname': (it) => `${word(it)}.example.com`,
  ipv4: (it) => `192.0.2.${Math.floor(it() * 250)}`,
  ipv6: (it) => `2001:db8::${digits(it, 3)}1`,
  uri: (it) => `https://example.com/${word(it)}`,
  url: (it) => `https://example.com/${word(it)}`,
  'http-url': (it) => `https://example.com/${word(it)}`,
  'uri-reference': (it) => `/${word(it)}`,
  'uri-template': (it) => `/${word(it)}/{id}`,
  iri: (it) => `https://example.com/${word(it)}`,
  'iri-reference': (it) => `/${word(it)}`,
  'json-pointer': (it) => `/${word(it)}`,
  'relative-json-pointer': () => '0',
  regex: (it) => `^${word(it)}$`,
  byte: (it) => Buffer.from(word(it)).toString('base64'),
  base64url: (it) => Buffer.from(word(it)).toString('base64url'),
  ...Object.fromEntries(
    [8, 16, 32, 64].flatMap((bits) => [
      [`int${bits}`, integer],
      [`uint${bits}`, integer],
    ]),
  ),
  'entity-tags': (it) => `"${word(it)}"`,
  'password-bytes': (it) => `aB3-${word(it)}`,
}

export interface StringSchema {
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
}

/** Returns a string for a schema: mostly one that fits, always one within its lengths. */
export function composeString(schema: StringSchema, random: Random): string {
  const { format, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema
  const made = format === undefined ? undefined : formats[format]?.(random)
  if (made !== undefined && fits(schema, made)) return made
  const plain = (made ?? word(random)).padEnd(minLength, 'x').slice(0, maxLength)
  return fits(schema, plain) ? plain : (matching(schema, random) ?? plain)
}

/** Returns a string that matches a pattern; undefined where none is found. */
export function matching(schema: StringSchema, random: Random): string | undefined {
  // fast-check makes no strings for assertions: what they forbid is filtered out.
  const pattern = (schema.pattern ?? '').replace(/\(\?<?[!=](?:[^()]|\([^()]*\))*\)/g, '')
  const seed = Math.floor(random() * 2 ** 31)
  try {
    const some = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { seed, numRuns: 50 })
    return some.find((it) => fits(schema, it))
  } catch {
    // A pattern that fast-check does not read has no string here.
    return undefined
  }
}

function fits({ pattern, minLength = 0, maxLength }: StringSchema, text: string): boolean {
  const length = [...text].length
  if (length < minLength || (maxLength !== undefined && length > maxLength)) return false
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

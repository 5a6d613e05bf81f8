// Generators of strings: for each named format, for patterns and for bare bounds, what is valid and
// what is not. A format without its generator fails the fuzzing.
import fc from 'fast-check'
import type { Schema } from '../../../scripts/contract/document.ts'

type Text = fc.Arbitrary<string>

/** Any code point that can be stored, as `maxLength` counts them. */
const anyText = (minLength: number, maxLength: number): Text =>
  fc.string({ unit: 'binary', minLength, maxLength }).map((it) => it.replaceAll('\0', '0'))

interface Format {
  /** Values within these bounds that the format accepts. */
  readonly valid: (minLength: number, maxLength: number) => Text
  readonly broken: Text
}

const anyTime = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((it) => it.toISOString())

const formats: Readonly<Record<string, Format>> = {
  'lower-case-uuid': {
    valid: () => fc.uuid(),
    broken: fc.oneof(
      fc.uuid().map((it) => it.replaceAll('-', '')),
      fc.uuid().map((it) => `${it}0`),
      fc.constantFrom('1', 'AAAAAAAA-0000-7000-8000-000000000000'),
    ),
  },
  date: {
    valid: () => anyTime.map((it) => it.slice(0, 10)),
    broken: fc.constantFrom(
      '2026-02-30',
      '2026-13-01',
      '26-01-01',
      '2026-01-01T00:00:00Z',
      'today',
    ),
  },
  'date-time': {
    valid: () => anyTime,
    broken: fc.constantFrom('2026-02-30T00:00:00Z', '2026-01-01T25:00:00Z', '2026-01-01', 'now'),
  },
  email: {
    valid: () => fc.emailAddress(),
    broken: fc.oneof(
      fc.emailAddress().map((it) => it.replace('@', ' at ')),
      fc.constantFrom('@example.com', 'ada@', 'ada@localhost', `${'a'.repeat(65)}@example.com`),
    ),
  },
  'http-url': {
    valid: () => fc.webUrl({ withQueryParameters: true, withFragments: true }),
    broken: fc.oneof(
      fc.webUrl().map((it) => it.replace(/^https?/, 'ftp')),
      fc.constantFrom('javascript:alert(1)', 'example.com', '//example.com', 'http://'),
    ),
  },
  'password-bytes': {
    valid: () =>
      fc.string({ unit: 'grapheme-ascii', minLength: 5, maxLength: 69 }).map((it) => `aB3${it}`),
    broken: fc.constantFrom('aB3', 'aaaaaaaa', '12345678', 'aaaa1111', `aB3${'ß'.repeat(35)}`),
  },
  searchable: {
    valid: (minLength, maxLength) =>
      fc
        .tuple(fc.stringMatching(/^[a-z\d]{3}$/), anyText(minLength, maxLength - 3))
        .map((parts) => parts.join('')),
    broken: fc.constantFrom('%%%', '_____', 'a-b-c', 'ab 12'),
  },
  'entity-tags': {
    valid: () =>
      fc.oneof(
        fc.constant('*'),
        fc
          .array(fc.stringMatching(/^(W\/)?"[!#-~]{0,20}"$/), { minLength: 1, maxLength: 3 })
          .map((it) => it.join(', ')),
      ),
    broken: fc.constantFrom('abc', '"a" "b"', '"a",', '*, "a"'),
  },
}

const largest = 5000

/** Strings that a schema accepts, those at its bounds among them. */
export function validText(schema: Schema): Text {
  const { minLength = 0, maxLength = 100 } = bounds(schema)
  const fits = (it: string) => {
    const length = [...it].length
    return length >= minLength && length <= maxLength && matches(schema, it)
  }
  const { format, pattern } = schema as { format?: string; pattern?: string }
  if (format !== undefined) {
    const made = formatOf(format)
    const within = made.valid(minLength, Math.min(maxLength, largest))
    return within.filter(fits)
  }
  if (pattern !== undefined) {
    // Fast-check makes no strings for assertions: what they forbid is filtered out.
    return fc.stringMatching(new RegExp(pattern.replace(/\(\?[!=].*?\)/g, ''))).filter(fits)
  }
  const within = anyText(minLength, Math.min(maxLength, largest))
  const longest = fc.constant('x'.repeat(maxLength))
  return fc.oneof({ weight: 9, arbitrary: within }, longest).filter(fits)
}

/** Generates strings that a schema rejects. */
export function brokenText(schema: Schema): Text {
  const { minLength = 0, maxLength } = bounds(schema)
  const { format, pattern } = schema as { format?: string; pattern?: string }
  const kinds: Text[] = [fc.constantFrom('a\0b', '\0\0', 'ab\ud800', '\udc00\udc00')]
  if (minLength > 0) kinds.push(fc.constant('x'.repeat(minLength - 1)))
  if (maxLength !== undefined) kinds.push(fc.constant('x'.repeat(maxLength + 1)))
  if (format !== undefined) kinds.push(formatOf(format).broken)
  if (pattern !== undefined) {
    const samples = [
      'ÄÖ',
      'a b',
      'me',
      'A!',
      '\n',
      '  ',
      '\u200b\u2060',
      '\u3164\u3164',
      ' ab',
      'ab ',
    ]
    kinds.push(fc.constantFrom(...samples.filter((it) => !matches(schema, it))))
  }
  return fc.oneof(...kinds)
}

function bounds(schema: Schema) {
  return schema as { minLength?: number; maxLength?: number }
}

function matches(schema: Schema, text: string): boolean {
  const { pattern } = schema as { pattern?: string }
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

function formatOf(name: string): Format {
  const format = formats[name]
  if (format === undefined) throw new Error(`the format ${name} needs a generator in strings.ts`)
  return format
}

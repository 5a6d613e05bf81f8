// The named formats of the contract: rules that a schema cannot state, each with one implementation and
// the words that a client reads when its input breaks it. Codegen compiles them into the validators. One
// that this table lacks is checked as its standard says, or is an annotation: see `standard-formats.ts`.
import { isUrl, normalizePassword } from '../lib/text.ts'

export interface Format {
  readonly accepts: (value: string) => boolean
  /** Completes "must be …". */
  readonly expected: string
  /**
   * What the served document says in its place, in the standard vocabulary. It accepts all that the
   * format accepts, and may accept more.
   */
  readonly standard: Readonly<Record<string, string | number>>
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const email = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`, 'i')
const entityTags = /^(\*|(W\/)?"[!#-~]*"(\s*,\s*(W\/)?"[!#-~]*")*)$/
const trigram = /[\p{L}\p{N}]{3}/u
const characterClasses = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/]

export const formats: Readonly<Record<string, Format>> = {
  /** RFC 9562, in the lower case that the service writes: one id has one spelling. */
  'lower-case-uuid': {
    accepts: (it) => uuid.test(it),
    expected: 'a UUID in lower case',
    standard: { format: 'uuid' },
  },
  /** RFC 3339; the day has to exist, a leap second does not pass. */
  'date-time': {
    accepts: isDateTime,
    expected: 'a date and time as in 2030-01-31T12:00:00Z',
    standard: { format: 'date-time' },
  },
  /** The dot-atom form of RFC 5321 with its limits: 64 bytes before the @, 63 a label. */
  email: { accepts: isEmail, expected: 'an email address', standard: { format: 'email' } },
  'http-url': {
    accepts: isHttpUrl,
    expected: 'a URL that starts with http:// or https://',
    standard: { format: 'uri', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' },
  },
  /** 72 bytes is where bcrypt stops reading. Counted in the form that is hashed. */
  'password-bytes': {
    accepts: isPassword,
    expected:
      '8 to 72 bytes with three of: a lower-case letter, an upper-case one, a digit, another',
    // Lengths count characters: three kinds of them are at least three.
    standard: { format: 'password', minLength: 3 },
  },
  /** The value of If-Match: RFC 9110, section 13.1.1. */
  'entity-tags': {
    accepts: (it) => entityTags.test(it),
    expected: '* or a list of entity tags in double quotes',
    standard: { pattern: entityTags.source },
  },
  /** What an index of trigrams can look for. */
  searchable: {
    accepts: (it) => trigram.test(it),
    expected: 'text with three letters or digits in a row',
    standard: { pattern: trigram.source },
  },
}

function isDateTime(value: string): boolean {
  const [, year, month, day] = dateTime.exec(value) ?? []
  const monthLength = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (month === undefined || month < '01' || month > '12') return false
  return day !== '00' && Number(day) <= monthLength
}

function isEmail(value: string): boolean {
  return value.length <= 254 && value.lastIndexOf('@') <= 64 && email.test(value)
}

function isHttpUrl(value: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(value) && isUrl(value)
}

function isPassword(value: string): boolean {
  const password = normalizePassword(value)
  const bytes = Buffer.byteLength(password)
  const classes = characterClasses.filter((it) => it.test(password)).length
  return bytes >= 8 && bytes <= 72 && classes >= 3
}

/** The functions of the table, as the compiled validators refer to them. */
export const validateFormat = Object.fromEntries(
  Object.entries(formats).map(([name, format]) => [name, format.accepts]),
)

// JSON of a request, parsed without loss: nothing that JavaScript or PostgreSQL would change on the way
// passes silently. `JSON.parse` does the work; the text is read again only where it looks suspicious.
import { apiError, type FieldError, maxFieldErrors, pointer } from './errors.ts'
import { storageErrorsOf } from './storable.ts'

/** Decodes text strictly: bytes that are not UTF-8 are a TypeError. */
export const utf8 = new TextDecoder('utf-8', { fatal: true })

/** How deep a body may be nested where the engine is given no limit. */
export const defaultDepth = 200

/**
 * Parses the JSON of a body. The errors name each number that a double changes, and each text that
 * PostgreSQL cannot store.
 * @param at the pointer of the value.
 * @throws SyntaxError where the text is not JSON, ApiError malformed_request where it is too deep.
 */
export function parseJson(
  text: string,
  maxDepth: number,
  at = '/body',
): { value: unknown; errors: readonly FieldError[] } {
  const value: unknown = JSON.parse(text)
  if (text.length > 2 * maxDepth && isDeeper(text, maxDepth)) {
    throw apiError('malformed_request', `A body may be nested ${maxDepth} levels deep.`)
  }
  if (longNumber.test(text) || largeExponent.test(text) || escapedText.test(text)) {
    return { value, errors: [...numberErrors(text, at), ...storageErrorsInJson(text, value, at)] }
  }
  return { value, errors: none }
}

/** Parses the JSON of a field or a parameter; a text that is none stays as it is, with an error. */
export function parseJsonText(
  text: string,
  at: string,
  maxDepth: number,
  context: { addFieldErrors(errors: readonly FieldError[]): void },
): unknown {
  try {
    const { value, errors } = parseJson(text, maxDepth, at)
    context.addFieldErrors(errors)
    return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    context.addFieldErrors([{ pointer: at, detail: 'must be JSON' }])
    return text
  }
}

const none: readonly FieldError[] = []

/**
 * A number of up to 15 digits without a large exponent is always exact. Written out, because V8 skips
 * through a text eight characters at a time only without a counter.
 */
const longNumber = new RegExp('[\\d.]'.repeat(16))
const largeExponent = /\d[eE][+-]?\d\d\d/

/** The escape sequences by which JSON can hold what cannot be stored; its bytes are valid UTF-8 without NUL. */
const escapedText = /\\u(0000|d[89a-f])/i

/** Returns a field error for each text in parsed JSON that cannot be stored. */
function storageErrorsInJson(text: string, parsed: unknown, at: string): readonly FieldError[] {
  return escapedText.test(text) ? storageErrorsOf(parsed, at) : none
}

/** Tells whether arrays and objects are nested deeper than a limit, in text that is valid JSON. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfText(text, at)
    else if (char === openArray || char === openObject) {
      depth++
      if (depth > limit) return true
    } else if (char === closeArray || char === closeObject) depth--
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** Returns where the quote is that closes the text which opens at `start`. */
function endOfText(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first--
  return (at - first) % 2 === 1
}

/** An array or an object that is being read, and where in it the reader stands. */
interface Level {
  readonly pointer: string
  readonly isArray: boolean
  /** The name of the member, as it is written. */
  key: string
  index: number
}

const numberOrMark = /[[\]{},:"]|-?\d[\d.eE+-]*/g

/** Returns a field error for each number in valid JSON that a double does not hold as it is written. */
function numberErrors(text: string, at: string): FieldError[] {
  const errors: FieldError[] = []
  const levels: Level[] = []
  let lastText = ''
  const here = () => {
    const level = levels.at(-1)
    if (level === undefined) return at
    return pointer(level.pointer, level.isArray ? `${level.index}` : JSON.parse(level.key))
  }
  numberOrMark.lastIndex = 0
  for (let found = numberOrMark.exec(text); found; found = numberOrMark.exec(text)) {
    const [token] = found
    const level = levels.at(-1)
    if (token === '"') {
      const end = endOfText(text, found.index)
      lastText = text.slice(found.index, end + 1)
      numberOrMark.lastIndex = end + 1
    } else if (token === '[' || token === '{') {
      levels.push({ pointer: here(), isArray: token === '[', key: '', index: 0 })
    } else if (token === ']' || token === '}') levels.pop()
    else if (token === ':' && level) level.key = lastText
    else if (token === ',' && level) level.index++
    else if (token.length > 1 && !isExact(token)) {
      errors.push({ pointer: here(), detail: 'must be a number that a double holds exactly' })
      if (errors.length === maxFieldErrors) break
    }
  }
  return errors
}

/**
 * Tells whether a number in JSON is the one that JavaScript writes for the double it becomes: 0.1 and
 * 1e21 are, 9007199254740993 and 1e400 are not.
 */
export function isExact(written: string): boolean {
  const double = Number(written)
  return Number.isFinite(double) && digitsOf(written) === digitsOf(String(double))
}

/** Returns a number without its sign as its digits and a power of ten, in one spelling for each value. */
function digitsOf(written: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return significant === '' ? '0' : `${significant}e${power}`
}

// Parameters as they stand in a request become typed values. Strict on purpose: one spelling for a
// number, one occurrence for a name. What does not parse keeps its raw form, so that the compiled
// schema refuses it by name, together with everything else that is wrong.
import { apiError, type FieldError } from '../errors.ts'
import type { ParameterOutline, ParameterTable } from '../operation.ts'

export type Values = Record<string, unknown>

const integer = /^(0|-?[1-9]\d{0,15})$/

function typed(raw: string, outline: ParameterOutline | undefined): unknown {
  if (outline?.type === 'integer') return integer.test(raw) ? Number(raw) : raw
  if (outline?.type === 'boolean' && (raw === 'true' || raw === 'false')) return raw === 'true'
  return raw
}

/** Path parameters, which the router has decoded. */
export function parsePath(raw: Readonly<Record<string, string>>, table: ParameterTable) {
  const values: Values = {}
  for (const name in table) values[name] = typed(raw[name] ?? '', table[name])
  return values
}

/** The declared headers among those sent, by their lower-case names. */
export function parseHeaders(
  raw: Readonly<Record<string, string | string[] | undefined>>,
  table: ParameterTable,
) {
  const values: Values = {}
  for (const name in table) {
    const sent = raw[name.toLowerCase()]
    if (sent !== undefined) values[name.toLowerCase()] = typed(String(sent), table[name])
  }
  return values
}

/** The declared ones among the cookies that `read` finds by name. */
export function parseCookies(read: (name: string) => string | undefined, table: ParameterTable) {
  const values: Values = {}
  for (const name in table) {
    const sent = read(name)
    if (sent !== undefined) values[name] = typed(sent, table[name])
  }
  return values
}

/**
 * A query string, or a form, as typed values, undeclared names included, and a fault for each
 * repeated name.
 * @throws ApiError malformed_request where the percent-encoding is broken.
 */
export function parsePairs(
  raw: string,
  table: ParameterTable,
  part: 'query' | 'body',
): { values: Values; faults: FieldError[] } {
  if (raw === '') return { values: {}, faults: [] }
  // Without a prototype, a parameter called __proto__ is a name like any other.
  const values: Values = Object.create(null)
  const repeated = new Set<string>()
  for (const piece of raw.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = decode(equals < 0 ? piece : piece.slice(0, equals), part)
    const value = equals < 0 ? '' : decode(piece.slice(equals + 1), part)
    if (name in values) repeated.add(name)
    else values[name] = typed(value, Object.hasOwn(table, name) ? table[name] : undefined)
  }
  const faults = [...repeated].map((name) => ({
    pointer: pointer(`/${part}`, name),
    detail: 'is given more than once',
  }))
  return { values, faults }
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw apiError('malformed_request', `The ${part} is not valid percent-encoding.`)
  }
}

const maxPointer = 500

/** Extends a JSON pointer (RFC 6901) by one name, which may be a client's and of any length. */
export function pointer(base: string, name: string): string {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return clipped(`${base}/${escaped}`)
}

/** As much of a pointer as a problem may show, no character of it cut in two. */
export function clipped(pointer: string): string {
  if (pointer.length <= maxPointer) return pointer
  return pointer.slice(0, maxPointer).replace(/(~|[\ud800-\udbff])$/, '')
}

// Parameters as they stand in a request become typed values. Strict on purpose: one spelling for a
// number, one occurrence for a name. What does not parse keeps its raw form, so that the compiled
// schema rejects it by name, together with everything else that is wrong.
import type { RequestContext } from '../context.ts'
import { apiError, type FieldError, pointer } from '../errors.ts'
import type { Operation, ParameterOutline, ParameterTable } from '../operation.ts'
import { storageErrorsOf } from '../storable.ts'

export type Values = Record<string, unknown>

/** Leaves the values of all declared parameters in the context. */
export function parseParameters(context: RequestContext, { parameters }: Operation) {
  const { values, errors } = parsePairs(context.query, parameters.query, 'query')
  context.pathValues = parsePath(context.params, parameters.path)
  for (const name in context.params) {
    if (context.params[name]?.includes('\0')) {
      context.addFieldErrors(storageErrorsOf({ [name]: context.params[name] }, '/path'))
    }
  }
  context.queryValues = values
  context.headerValues = parseHeaders(context.headers, parameters.header)
  context.cookieValues = parseCookies((name) => context.ctx.cookies.get(name), parameters.cookie)
  context.addFieldErrors(errors)
}

const integer = /^(0|-?[1-9]\d{0,15})$/

function typed(raw: string, outline: ParameterOutline | undefined): unknown {
  if (outline?.type === 'integer') return integer.test(raw) ? Number(raw) : raw
  if (outline?.type === 'boolean' && (raw === 'true' || raw === 'false')) return raw === 'true'
  return raw
}

/** Parses path parameters, which the router has decoded. */
function parsePath(raw: Readonly<Record<string, string>>, table: ParameterTable) {
  const values: Values = {}
  for (const name in table) values[name] = typed(raw[name] ?? '', table[name])
  return values
}

/** Parses the declared headers among those sent, by their lower-case names. */
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

/** Parses the declared ones among the cookies that `read` finds by name. */
function parseCookies(read: (name: string) => string | undefined, table: ParameterTable) {
  const values: Values = {}
  for (const name in table) {
    const sent = read(name)
    if (sent !== undefined) values[name] = typed(sent, table[name])
  }
  return values
}

/**
 * Parses a query string, or a form, into typed values, undeclared names included, with a field error for
 * each repeated name.
 * @throws ApiError malformed_request where the percent-encoding is broken.
 */
export function parsePairs(
  raw: string,
  table: ParameterTable,
  part: 'query' | 'body',
): { values: Values; errors: readonly FieldError[] } {
  if (raw === '') return { values: {}, errors: none }
  // Without a prototype, a parameter called __proto__ is a name like any other.
  const values: Values = Object.create(null)
  let repeated: Set<string> | undefined
  for (const piece of raw.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = decode(equals < 0 ? piece : piece.slice(0, equals), part)
    const value = equals < 0 ? '' : decode(piece.slice(equals + 1), part)
    if (name in values) {
      repeated ??= new Set()
      repeated.add(name)
    } else values[name] = typed(value, Object.hasOwn(table, name) ? table[name] : undefined)
  }
  if (repeated === undefined && !raw.includes('%00')) return { values, errors: none }
  const errors = [...(repeated ?? [])].map((name) => ({
    pointer: pointer(`/${part}`, name),
    detail: 'is given more than once',
  }))
  if (raw.includes('%00')) errors.push(...storageErrorsOf(values, `/${part}`))
  return { values, errors }
}

const none: readonly FieldError[] = []

const encoded = /[%+]/

function decode(text: string, part: string): string {
  if (!encoded.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw apiError('malformed_request', `The ${part} is not valid percent-encoding.`)
  }
}

// Parameters as they stand in a request become typed values. Strict on purpose: one spelling for a
// number, one occurrence for a name. What does not parse keeps its raw form, so that the compiled
// schema rejects it by name, together with everything else that is wrong.
import type { RequestContext } from '../context.ts'
import { apiError, type FieldError, pointer } from '../errors.ts'
import { defaultDepth, parseJsonText } from '../json.ts'
import type { Operation, ParameterOutline, ParameterTable } from '../operation.ts'
import { storageErrorsOf } from '../storable.ts'
import type { Engine } from '../types.ts'
import { integerOf, numberOf } from './scalars.ts'
import { type Add, halves, readSegment, readShaped, shapedQuery } from './styles.ts'

export type Values = Record<string, unknown>

/** Creates the step that leaves the values of all declared parameters in the context. */
export function parameterReader({
  operations,
  securitySchemes,
  ignoresUndeclaredQuery = false,
  bodyDepth = defaultDepth,
}: Pick<Engine, 'operations' | 'securitySchemes' | 'ignoresUndeclaredQuery' | 'bodyDepth'>) {
  const keys = Object.values(securitySchemes).flatMap((it) =>
    it.type === 'query' ? [it.name] : [],
  )
  const decodeQuery = (text: string) => decode(text, 'query')
  const plans = new Map(
    Object.values(operations).map(({ operationId, parameters }) => {
      const { query, cookie } = parameters
      const shaped = shapedQuery(query, decodeQuery)
      const plan = {
        find: ignoresUndeclaredQuery ? declaredOnly(query, shaped) : shaped,
        findCookie: isExploded(cookie) ? shapedQuery(cookie, asItIs) : undefined,
        json: jsonParameters(parameters),
      }
      return [operationId, plan]
    }),
  )
  return (context: RequestContext, operation: Operation) => {
    const { parameters, operationId } = operation
    const plan = plans.get(operationId)
    const { values, errors } = parsePairs(context.query, parameters.query, 'query', plan?.find)
    context.pathValues = parsePath(context, operation)
    for (const name in context.params) {
      if (context.params[name]?.includes('\0')) {
        context.addFieldErrors(storageErrorsOf({ [name]: context.params[name] }, '/path'))
      }
    }
    // An API key is no parameter: it must not reach keys of the cache and links to other pages.
    for (const key of keys) if (!(key in parameters.query)) delete values[key]
    context.queryValues = values
    context.headerValues = parseHeaders(context.headers, parameters.header)
    context.cookieValues = plan?.findCookie
      ? parseAllCookies(String(context.headers.cookie ?? ''), parameters.cookie, plan.findCookie)
      : parseCookies((name) => context.ctx.cookies.get(name), parameters.cookie)
    context.addFieldErrors(errors)
    for (const read of plan?.json ?? nothing) read(context, bodyDepth)
  }
}

const nothing: readonly never[] = []

/** Tells whether a list or an object has several cookies. */
const isExploded = (table: ParameterTable) =>
  Object.values(table).some(({ explode, shape }) => explode && (shape?.items || shape?.members))

/** Returns for each parameter whose text is JSON what puts its value in the place of the text. */
function jsonParameters({ path, query, header, cookie }: Operation['parameters']) {
  const namesIn = (table: ParameterTable) =>
    Object.keys(table).filter((name) => table[name]?.isJson === true)
  const readIn =
    (part: string, valuesOf: (context: RequestContext) => Values) =>
    (name: string) =>
    (context: RequestContext, maxDepth: number) => {
      const values = valuesOf(context)
      if (!(name in values)) return
      const at = pointer(`/${part}`, name)
      values[name] = parseJsonText(String(values[name]), at, maxDepth, context)
    }
  const lowerCase = (name: string) => name.toLowerCase()
  return [
    ...namesIn(path).map(readIn('path', (it) => it.pathValues)),
    ...namesIn(query).map(readIn('query', (it) => it.queryValues)),
    ...namesIn(header)
      .map(lowerCase)
      .map(readIn('header', (it) => it.headerValues)),
    ...namesIn(cookie).map(readIn('cookie', (it) => it.cookieValues)),
  ]
}

/** Leaves out the pairs of names that no parameter has. */
function declaredOnly(
  table: ParameterTable,
  find: ReturnType<typeof shapedQuery>,
): (name: string) => Add | undefined {
  const leaveOut: Add = () => true
  return (name) => find?.(name) ?? (Object.hasOwn(table, name) ? undefined : leaveOut)
}

const asItIs = (text: string) => text

/** Returns the value of a text; a text that spells none stays as it is. */
export function typed(raw: string, outline: ParameterOutline | undefined): unknown {
  switch (outline?.type) {
    case 'integer':
      return integerOf(raw)
    case 'number':
      return numberOf(raw)
    case 'boolean':
      return raw === 'true' || raw === 'false' ? raw === 'true' : raw
    case 'shaped':
      return readShaped(raw, outline, asItIs)
    default:
      return raw
  }
}

/** Parses path parameters. The router has decoded them; a shaped one is read as it was sent. */
function parsePath({ params, path }: RequestContext, operation: Operation) {
  const table = operation.parameters.path
  const values: Values = {}
  for (const name in table) {
    const outline = table[name]
    values[name] =
      outline?.type === 'shaped'
        ? readSegment(segmentOf(name, path, operation.path), name, outline)
        : typed(params[name] ?? '', outline)
  }
  return values
}

/** Returns the segment of a path that a template has as a parameter; the base path stands in front. */
function segmentOf(name: string, path: string, template: string): string {
  const fromEnd = template.split('/').reverse().indexOf(`{${name}}`)
  return path.split('/').at(-1 - fromEnd) ?? ''
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

/** Parses the declared ones among all cookies of a header; of several with one name, a scalar is the first. */
function parseAllCookies(
  header: string,
  table: ParameterTable,
  find: (name: string) => Add | undefined,
): Values {
  const values: Values = Object.create(null)
  for (const pair of header.split(';')) {
    const [name = '', sent = ''] = halves(pair.trim())
    const text = sent.replace(/^"(.*)"$/, '$1')
    const add = find(name)
    if (add) add(values, text, name)
    else if (Object.hasOwn(table, name) && !(name in values))
      values[name] = typed(text, table[name])
  }
  return values
}

/**
 * Parses a query string, or a form, into typed values, undeclared names included, with a field error for
 * each repeated name.
 * @param shaped finds how the pairs of a list or an object are added, by their names.
 * @throws ApiError malformed_request where the percent-encoding is broken.
 */
export function parsePairs(
  raw: string,
  table: ParameterTable,
  part: 'query' | 'body',
  shaped?: ReturnType<typeof shapedQuery>,
): { values: Values; errors: readonly FieldError[] } {
  if (raw === '') return { values: {}, errors: none }
  // Without a prototype, a parameter called __proto__ is a name like any other.
  const values: Values = Object.create(null)
  let repeated: Set<string> | undefined
  for (const piece of raw.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = decode(equals < 0 ? piece : piece.slice(0, equals), part)
    const sent = equals < 0 ? '' : piece.slice(equals + 1)
    const add = shaped?.(name)
    if (add === undefined ? name in values : !add(values, sent, name)) {
      repeated ??= new Set()
      repeated.add(name)
    } else if (add === undefined) {
      const outline = Object.hasOwn(table, name) ? table[name] : undefined
      values[name] = typed(decode(sent, part), outline)
    }
  }
  if (repeated === undefined && !raw.includes('%00')) return { values, errors: none }
  const errors = [...(repeated ?? [])].map((name) => ({
    pointer: pointer(`/${part}`, name),
    detail: name.includes('[')
      ? 'is given more than once, or after items that are left out'
      : 'is given more than once',
  }))
  if (raw.includes('%00')) errors.push(...storageErrorsOf(values, `/${part}`))
  return { values, errors }
}

const none: readonly FieldError[] = []

const encoded = /[%+]/

/** @throws ApiError malformed_request where the percent-encoding is broken. */
export function decode(text: string, part: string): string {
  if (!encoded.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw apiError('malformed_request', `The ${part} is not valid percent-encoding.`)
  }
}

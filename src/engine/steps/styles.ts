// Parameters whose text stands for a list, an object or one of several types: how OpenAPI's styles put
// them together. Delimiters are found before percent-encoding is decoded, so a `%2C` is a part of a value.
import type { ParameterOutline, ParameterTable, ScalarType, Shape } from '../operation.ts'

type Values = Record<string, unknown>
type Decode = (text: string) => string

const integer = /^(0|-?[1-9]\d{0,15})$/
const decimal = /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/

/** Returns the integer that a text spells, and the text where it is another spelling, or no safe integer. */
export function integerOf(text: string): number | string {
  return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text
}

/** Returns the number that a text spells, and the text where a double cannot hold it. */
export function numberOf(text: string): number | string {
  if (!decimal.test(text) || text === '-0') return text
  const isExact = text.replace(/\D/g, '').length <= 15 || String(Number(text)) === text
  return isExact ? Number(text) : text
}

/** Returns the value of a text as the first of these types that it spells; an empty one may be null. */
function scalarOf(text: string, types: readonly ScalarType[]): unknown {
  for (const type of types) {
    if (type === 'string') return text
    if (type === 'null' && text === '' && !types.includes('string')) return null
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
    const value = type === 'integer' ? integerOf(text) : type === 'number' ? numberOf(text) : text
    if (value !== text) return value
  }
  return text
}

/**
 * Returns the value of one text by the styles `simple` and `form`. A text that is no object stays as it
 * is, so that the schema rejects it.
 */
export function readShaped(raw: string, outline: ParameterOutline, decode: Decode): unknown {
  const { shape, explode = false } = outline
  if (shape === undefined) return decode(raw)
  const { items, members } = shape
  if (items) {
    if (raw === '') return []
    return raw.split(',').map((it) => scalarOf(decode(it.trim()), items.types))
  }
  if (!members) return scalarOf(decode(raw), shape.types)
  return raw === '' ? {} : (objectOf(raw, shape, explode, decode) ?? raw)
}

function objectOf(raw: string, shape: Shape, explode: boolean, decode: Decode): Values | undefined {
  const texts = raw.split(',').flatMap((it) => (explode ? halves(it.trim()) : [it.trim()]))
  const object: Values = Object.create(null)
  for (let index = 0; index < texts.length; index += 2) {
    const [name, text] = [texts[index], texts[index + 1]]
    if (name === undefined || text === undefined) return undefined
    if (!setMember(object, decode(name), decode(text), shape)) return undefined
  }
  return object
}

function halves(text: string): string[] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text] : [text.slice(0, equals), text.slice(equals + 1)]
}

/** Returns false where the member is there already. */
function setMember(object: Values, name: string, text: string, shape: Shape): boolean {
  if (name in object) return false
  const of = own(shape.members, name) ?? shape.others
  if (of !== undefined) object[name] = scalarOf(text, of.types)
  return true
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined

/** Adds the value of one pair of a query; false where its name has come before. */
export type Add = (values: Values, raw: string, name: string) => boolean

/**
 * Returns what finds, for a name in a query, how its pairs are added; undefined where no parameter of
 * this table is shaped, so that each name stands for one value.
 */
export function shapedQuery(
  table: ParameterTable,
  decode: Decode,
): ((name: string) => Add | undefined) | undefined {
  const byName = new Map<string, Add>()
  const deep = new Map<string, Shape>()
  let others: Add | undefined
  for (const [parameter, outline] of Object.entries(table)) {
    const { shape, style, explode } = outline
    if (shape === undefined) continue
    const member: Add = (values, raw, name) => {
      values[parameter] ??= Object.create(null)
      return setMember(values[parameter] as Values, name, decode(raw), shape)
    }
    if (style === 'deepObject') deep.set(parameter, shape)
    else if (shape.items && explode) byName.set(parameter, addTo(parameter, shape.items, decode))
    else if (shape.members && explode) {
      for (const name of Object.keys(shape.members)) byName.set(name, member)
      if (shape.others && !shape.isClosed) others = member
    } else {
      byName.set(parameter, (values, raw) => {
        if (parameter in values) return false
        values[parameter] = readShaped(raw, outline, decode)
        return true
      })
    }
  }
  if (byName.size === 0 && deep.size === 0 && others === undefined) return undefined
  return (name) =>
    byName.get(name) ??
    deepMember(deep, name, decode) ??
    (Object.hasOwn(table, name) ? undefined : others)
}

function addTo(parameter: string, items: Shape, decode: Decode): Add {
  return (values, raw) => {
    values[parameter] ??= []
    ;(values[parameter] as unknown[]).push(scalarOf(decode(raw), items.types))
    return true
  }
}

/** Reads `filter[name]`. */
function deepMember(
  deep: ReadonlyMap<string, Shape>,
  name: string,
  decode: Decode,
): Add | undefined {
  const open = name.indexOf('[')
  const shape = open < 0 || !name.endsWith(']') ? undefined : deep.get(name.slice(0, open))
  if (shape === undefined) return undefined
  const parameter = name.slice(0, open)
  return (values, raw) => {
    values[parameter] ??= Object.create(null)
    return setMember(values[parameter] as Values, name.slice(open + 1, -1), decode(raw), shape)
  }
}

const encode = (value: unknown) => encodeURIComponent(value === null ? '' : String(value))

/** Returns the text of a value as `readShaped` reads it. */
export function writeShaped(value: unknown, outline: ParameterOutline | undefined): string {
  if (Array.isArray(value)) return value.map(encode).join(',')
  if (typeof value !== 'object' || value === null) return encode(value)
  const between = outline?.explode ? '=' : ','
  return Object.entries(value)
    .map(([name, it]) => `${encode(name)}${between}${encode(it)}`)
    .join(',')
}

/** Returns the pairs of a query that stand for a value, each with an ampersand behind it. */
export function writeQuery(
  name: string,
  value: unknown,
  outline: ParameterOutline | undefined,
): string {
  const isDeep = outline?.style === 'deepObject'
  if (typeof value !== 'object' || value === null || !(outline?.explode || isDeep)) {
    return `${encode(name)}=${writeShaped(value, outline)}&`
  }
  if (Array.isArray(value)) return value.map((it) => `${encode(name)}=${encode(it)}&`).join('')
  return Object.entries(value)
    .map(([key, it]) => `${encode(isDeep ? `${name}[${key}]` : key)}=${encode(it)}&`)
    .join('')
}

// Parameters whose text stands for a list, an object or one of several types: how OpenAPI's styles put
// them together. Delimiters are found before percent-encoding is decoded, so a `%2C` is a part of a value.
import type { ParameterOutline, ParameterTable, Shape } from '../operation.ts'
import { deepMember, writeDeep } from './deep-objects.ts'
import { scalarOf } from './scalars.ts'

/** How a value becomes text. */
export type ParameterStyle = Pick<ParameterOutline, 'style' | 'explode' | 'isJson'>

/** The styles of the parameters of an operation, by their names. */
export interface Styles {
  readonly path: Readonly<Record<string, ParameterStyle>>
  readonly query: Readonly<Record<string, ParameterStyle>>
}

type Values = Record<string, unknown>
type Decode = (text: string) => string

/** What stands between the parts of a text; a comma where a style is not listed. */
const delimiters: Readonly<Record<string, { readonly read: RegExp; readonly written: string }>> = {
  spaceDelimited: { read: /%20|[+ ]/, written: '%20' },
  pipeDelimited: { read: /%7C|\|/i, written: '%7C' },
}
const comma = { read: /,/, written: ',' }
const delimiterOf = ({ style, explode }: ParameterStyle) =>
  (explode ? prefixes[style ?? ''] : delimiters[style ?? '']) ?? comma

/** What stands before the text of a parameter of a path, and between its parts where it is exploded. */
const prefixes: Readonly<Record<string, { readonly read: RegExp; readonly written: string }>> = {
  label: { read: /\./, written: '.' },
  matrix: { read: /;/, written: ';' },
}

/** Returns the value of a segment of a path; undefined where it does not begin as its style has it. */
export function readSegment(segment: string, name: string, outline: ParameterOutline): unknown {
  const { style = '', explode, shape } = outline
  const prefix = prefixes[style]
  if (prefix === undefined) return readShaped(segment, outline, decodeURIComponent)
  if (!segment.startsWith(prefix.written)) return undefined
  const text = segment.slice(1)
  if (style === 'label' || (explode && shape?.members)) {
    return readShaped(text, outline, decodeURIComponent)
  }
  const pairs = (explode ? text.split(';') : [text]).map(halves)
  if (pairs.some(([own = '']) => decodeURIComponent(own) !== name)) return undefined
  const values = pairs.map(([, value = '']) => value)
  return readShaped(values.join(';'), outline, decodeURIComponent)
}

/**
 * Returns the value of one text. A text that is no object stays as it is, so that the schema rejects
 * it.
 */
export function readShaped(raw: string, outline: ParameterOutline, decode: Decode): unknown {
  const { shape, explode = false } = outline
  if (shape === undefined) return decode(raw)
  const { items, members } = shape
  if (!items && !members) return scalarOf(decode(raw), shape.types)
  const parts = raw === '' ? [] : raw.split(delimiterOf(outline).read).map((it) => it.trim())
  if (items) return parts.map((it) => scalarOf(decode(it), items.types))
  return objectOf(parts, shape, explode, decode) ?? raw
}

function objectOf(
  parts: readonly string[],
  shape: Shape,
  explode: boolean,
  decode: Decode,
): Values | undefined {
  const texts = explode ? parts.flatMap(halves) : parts
  const object: Values = Object.create(null)
  for (let index = 0; index < texts.length; index += 2) {
    const [name, text] = [texts[index], texts[index + 1]]
    if (name === undefined || text === undefined) return undefined
    if (!setMember(object, decode(name), decode(text), shape)) return undefined
  }
  return object
}

/** Returns what stands before and behind the first equals sign; the whole text where there is none. */
export function halves(text: string): string[] {
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
    const { shape, style, explode, isReserved, skipsEmpty } = outline
    if (shape === undefined) continue
    const read: Decode = isReserved ? (text) => decode(text.replaceAll('+', '%2B')) : decode
    const member: Add = (values, raw, name) => {
      values[parameter] ??= Object.create(null)
      return setMember(values[parameter] as Values, name, read(raw), shape)
    }
    if (style === 'deepObject') deep.set(parameter, shape)
    else if (shape.items && explode) byName.set(parameter, addTo(parameter, shape.items, read))
    else if (shape.members && explode) {
      for (const name of Object.keys(shape.members)) byName.set(name, member)
      if (shape.others && !shape.isClosed) others = member
    } else {
      byName.set(parameter, (values, raw) => {
        if (parameter in values) return false
        values[parameter] = readShaped(raw, outline, read)
        return true
      })
    }
    const add = byName.get(parameter)
    if (skipsEmpty && add) {
      byName.set(parameter, (values, raw, name) => raw === '' || add(values, raw, name))
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

const encode = (value: unknown) => encodeURIComponent(value === null ? '' : String(value))

/** Returns the text of a value as it is read. */
export function writeShaped(value: unknown, outline: ParameterStyle | undefined): string {
  if (outline?.isJson) return encode(JSON.stringify(value))
  const { written } = outline ? delimiterOf(outline) : comma
  if (Array.isArray(value)) return value.map(encode).join(written)
  if (typeof value !== 'object' || value === null) return encode(value)
  const between = outline?.explode ? '=' : written
  return Object.entries(value)
    .map(([name, it]) => `${encode(name)}${between}${encode(it)}`)
    .join(written)
}

/** Returns the text of a value in a path. */
export function writeSegment(
  name: string,
  value: unknown,
  outline: ParameterStyle | undefined,
): string {
  const prefix = prefixes[outline?.style ?? '']
  const text = writeShaped(value, outline)
  if (prefix === undefined) return text
  if (outline?.style === 'label') return `.${text}`
  if (!outline?.explode || typeof value !== 'object') return `;${encode(name)}=${text}`
  if (!Array.isArray(value)) return `;${text}`
  return value.map((it) => `;${encode(name)}=${encode(it)}`).join('')
}

/** Returns the pairs of a query that stand for a value, each with an ampersand behind it. */
export function writeQuery(
  name: string,
  value: unknown,
  outline: ParameterStyle | undefined,
): string {
  if (outline?.style === 'deepObject') return writeDeep(name, value)
  if (typeof value !== 'object' || value === null || !outline?.explode) {
    return `${encode(name)}=${writeShaped(value, outline)}&`
  }
  if (Array.isArray(value)) return value.map((it) => `${encode(name)}=${encode(it)}&`).join('')
  return Object.entries(value)
    .map(([key, it]) => `${encode(key)}=${encode(it)}&`)
    .join('')
}

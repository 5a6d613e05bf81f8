// Forms: how the engine reads each field, by its schema and its `encoding`.
import type { FormOutline, ParameterOutline } from '../../src/engine/operation.ts'
import { type Document, type Encoding, follow, type MediaType, type Schema } from './document.ts'
import { accepts } from './formats.ts'
import { parameterProblem, parameterTable } from './parameters.ts'

/** Returns how the engine reads a form. @throws Error for a field that it does not read. */
export function outlineForm(document: Document, media: Partial<MediaType>): FormOutline {
  const all = fieldsOf(document, media)
  const read = all.map(({ parameter }) => parameter)
  const fields = Object.entries(parameterTable(document, read)).filter(([, it]) => !isText(it))
  const json = all.filter((it) => it.isJson).map(({ name }) => name)
  const skipsEmpty = all.filter((it) => !takesEmpty(document, it.schema)).map(({ name }) => name)
  return {
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(json.length > 0 && { json }),
    ...(skipsEmpty.length > 0 && { skipsEmpty }),
  }
}

/** Tells whether a field is its text as it stands; an empty one is no null where it may be a text. */
function isText({ type, shape }: ParameterOutline): boolean {
  const isScalar = !shape?.items && !shape?.members
  return type === 'string' || (isScalar && shape?.types.join() === 'null,string')
}

/** Returns why the engine does not read a form, with the keys that lead from its media type to the place. */
export function formProblems(document: Document, media: Partial<MediaType>) {
  if (!mayBeObject(document, media.schema ?? {})) {
    return [{ below: ['schema'], message: 'the schema of a form takes no object of fields' }]
  }
  const { additionalProperties: others } = follow<Schema>(document, media.schema ?? {})
  const areTexts = typeof others !== 'object' || kindOf(document, others) === 'text'
  const problems = fieldsOf(document, media).flatMap(({ name, parameter, encoding }) => {
    const below = encoding ? ['encoding', name] : ['schema', 'properties', name]
    const problem = encoding && encodingProblem(encoding)
    const message = problem ?? parameterProblem(document, parameter)
    if (message === undefined) return []
    return [{ below, message: message.replace('the query parameter', 'the field') }]
  })
  if (areTexts) return problems
  const message = 'a form has texts only in fields without a declaration'
  return [...problems, { below: ['schema', 'additionalProperties'], message }]
}

/** Tells whether a schema lets an object through, as far as its types say. */
function mayBeObject(document: Document, given: Schema, above: Schema[] = []): boolean {
  const schema = follow<Composed>(document, given)
  if (above.includes(schema)) return true
  const { type, allOf = [], anyOf = [], oneOf = [] } = schema
  if (type !== undefined && ![type].flat().includes('object')) return false
  const may = (it: Schema) => mayBeObject(document, it, [...above, schema])
  return allOf.every(may) && [anyOf, oneOf].every((it) => it.length === 0 || it.some(may))
}

function encodingProblem({ contentType, style }: Encoding): string | undefined {
  if (style !== undefined || contentType === undefined) return undefined
  const isRead = [jsonType, 'text/plain'].includes(contentType)
  return isRead ? undefined : `a field of a form is no ${contentType}`
}

export const jsonType = 'application/json'

interface Field {
  readonly name: string
  readonly schema: Schema
  readonly encoding: Encoding | undefined
  /** Whether its text, or each of its texts, is JSON. */
  readonly isJson: boolean
  /** What its texts are before JSON is parsed, as a parameter. */
  readonly parameter: Parameters<typeof parameterTable>[1][number]
}

function fieldsOf(document: Document, { schema = {}, encoding = {} }: Partial<MediaType>): Field[] {
  return Object.entries(propertiesOf(document, schema)).map(([name, it]) => {
    const own = encoding[name]
    const { explode, contentType, 'x-collectionFormat': format } = own ?? {}
    const items = itemsOf(document, it)
    const kind = kindOf(document, items ?? it)
    // A scalar has one spelling in all styles.
    const isScalar = items === undefined && kind === 'text'
    const style = isScalar && own?.style === 'deepObject' ? undefined : own?.style
    const isStyled = (style ?? explode ?? format) !== undefined
    const isJson = !isStyled && (contentType ? contentType === jsonType : kind !== 'text')
    const text: Schema = items && !contentType ? { type: 'array', items: texts } : texts
    const styled = {
      ...(style && { style }),
      ...(explode !== undefined && { explode }),
      ...(format && { 'x-collectionFormat': format }),
    }
    const parameter = { name, in: 'query' as const, schema: isJson ? text : it, ...styled }
    return { name, schema: it, encoding: own, isJson, parameter }
  })
}

const texts: Schema = { type: 'string' }

type Composed = Schema & { allOf?: Schema[]; anyOf?: Schema[] }

/** Returns the members that a schema declares, in any of its parts. */
export function propertiesOf(document: Document, given: Schema): Record<string, Schema> {
  const found = new Map<string, Schema[]>()
  const seen = new Set<Schema>()
  const collect = (part: Schema) => {
    const schema = follow<Composed>(document, part)
    if (seen.has(schema)) return
    seen.add(schema)
    for (const [name, it] of Object.entries(schema.properties ?? {})) {
      found.set(name, [...(found.get(name) ?? []), it])
    }
    for (const it of partsOf(schema)) collect(it)
  }
  collect(given)
  const entries = [...found].map(([name, all]) => {
    const [first = {}, ...more] = all
    return [name, more.length === 0 ? first : ({ anyOf: all } as Schema)] as const
  })
  return Object.fromEntries(entries)
}

const partsOf = ({ allOf = [], anyOf = [], oneOf = [] }: Composed) => [...allOf, ...anyOf, ...oneOf]

/** Returns what a list holds; undefined for what is no list. */
export function itemsOf(document: Document, given: Schema): Schema | undefined {
  const schema = follow<Composed>(document, given)
  if ([schema.type].flat().includes('array') || schema.items) return schema.items ?? {}
  return undefined
}

/** Tells whether a value is one text, or JSON since it has members or items. */
function kindOf(document: Document, given: Schema, above: Schema[] = []): 'text' | 'json' {
  const schema = follow<Composed>(document, given)
  const types = [schema.type ?? []].flat()
  if (types.includes('object') || types.includes('array')) return 'json'
  if (types.length > 0 || above.includes(schema)) return 'text'
  if (schema.properties || schema.items || schema.additionalProperties) return 'json'
  const parts = partsOf(schema).map((it) => kindOf(document, it, [...above, schema]))
  return parts.includes('json') ? 'json' : 'text'
}

/** Tells whether an empty text may be a value of a schema. Where it is none, it means no value. */
function takesEmpty(document: Document, given: Schema, above: Schema[] = []): boolean {
  const schema = follow<Composed & { minLength?: number; pattern?: string }>(document, given)
  if (above.includes(schema)) return true
  const { type, const: only, enum: values, format, minLength = 0, pattern } = schema
  if (only !== undefined) return only === ''
  if (values !== undefined) return values.includes('')
  if (type !== undefined && ![type].flat().includes('string')) return false
  if (minLength > 0 || (pattern !== undefined && !new RegExp(pattern, 'u').test(''))) return false
  if (format !== undefined && !accepts(format, '')) return false
  const takes = (it: Schema) => takesEmpty(document, it, [...above, schema])
  const { allOf = [], anyOf = [], oneOf = [] } = schema
  return [anyOf, oneOf].every((it) => it.length === 0 || it.some(takes)) && allOf.every(takes)
}

/** Tells whether a schema says nothing of a value. */
export const isAny = (schema: Schema) => Object.keys(schema).every((it) => annotations.has(it))
const annotations = new Set(['title', 'description', 'example', 'examples', 'deprecated'])

/** Tells whether a schema stands for bytes outside of JSON. */
export function isBytes(schema: Schema & { contentMediaType?: string; contentEncoding?: string }) {
  if (schema.type !== undefined && schema.type !== 'string') return false
  if (schema.format === 'binary') return true
  return schema.contentMediaType !== undefined && schema.contentEncoding === undefined
}

// Multipart bodies: which of their parts are files, by schema and `encoding`. The others are read as the
// fields of a form.
import type { FileOutline, FormOutline } from '../../src/engine/operation.ts'
import { type Document, type Encoding, follow, type MediaType, type Schema } from './document.ts'
import {
  formProblems,
  isAny,
  isBytes,
  itemsOf,
  jsonType,
  outlineForm,
  propertiesOf,
} from './forms.ts'

/** Returns how the engine reads a multipart body. @throws Error for a field that it does not read. */
export function outlineMultipart(
  document: Document,
  media: MediaType,
): FormOutline & { files?: Record<string, FileOutline> } {
  const files = filesOf(document, media)
  const form = outlineForm(
    document,
    withFields(document, media, () => undefined),
  )
  return { ...form, ...(Object.keys(files).length > 0 && { files }) }
}

/** Returns the files that the schema of a multipart body declares itself, by name. */
export function filesOf(document: Document, { schema, encoding = {} }: MediaType) {
  const { properties = {} } = follow<Schema>(document, schema)
  const entries = Object.entries(properties).flatMap(([name, it]) => {
    const file = fileOf(document, it, encoding[name])
    return file ? [[name, file] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Returns the schema that validates what the engine reads: a file is no value of JSON. */
export function readSchema(document: Document, media: MediaType): Schema {
  return withFields(document, media, ({ isList }, { minItems }) => {
    if (!isList) return {}
    return { type: 'array', ...(minItems !== undefined && { minItems }) } as Schema
  }).schema
}

/** Returns why the engine does not read a multipart body, as for a form. */
export function multipartProblems(document: Document, media: MediaType) {
  const { schema, encoding = {} } = media
  const files = filesOf(document, media)
  const hidden = Object.entries(propertiesOf(document, schema)).filter(
    ([name, it]) => !(name in files) && fileOf(document, it, encoding[name]),
  )
  const { additionalProperties: others } = follow<Schema>(document, schema)
  return [
    ...formProblems(
      document,
      withFields(document, media, () => undefined),
    ),
    ...hidden.map(([name]) => ({
      below: ['schema'],
      message: `the file ${name} must be among the properties of the body itself`,
    })),
    ...Object.entries(encoding)
      .filter(([, it]) => it.headers !== undefined)
      .map(([name]) => ({
        below: ['encoding', name, 'headers'],
        message: 'the headers of a part are not read',
      })),
    ...(others === undefined || others === false
      ? []
      : [{ below: ['schema'], message: 'a multipart body has declared parts only' }]),
  ]
}

/** Returns a media type in which other schemas stand for the files. */
function withFields(
  document: Document,
  media: MediaType,
  replacement: (file: FileOutline, schema: Sized) => Schema | undefined,
): MediaType {
  const files = filesOf(document, media)
  const schema = follow<Schema>(document, media.schema)
  if (Object.keys(files).length === 0) return media
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, it]) => {
    const file = files[name]
    const shown = file ? replacement(file, follow<Sized>(document, it)) : it
    return shown ? [[name, shown] as const] : []
  })
  return { ...media, schema: { ...schema, properties: Object.fromEntries(properties) } }
}

type Sized = Schema & {
  maxLength?: number
  minItems?: number
  maxItems?: number
  contentMediaType?: string
  contentEncoding?: string
}

/** Returns how a file is read; undefined for a field. */
function fileOf(
  document: Document,
  given: Schema,
  encoding: Encoding | undefined,
): FileOutline | undefined {
  const items = itemsOf(document, given)
  const list = follow<Sized>(document, given)
  const schema = follow<Sized>(document, items ?? given)
  const { contentMediaType: own } = schema
  // Bytes of any type; `format: binary` of OpenAPI 3.0 becomes it.
  const told = encoding?.contentType ?? (own === 'application/octet-stream' ? undefined : own)
  const types = told?.split(',').map((it) => it.trim().toLowerCase())
  const isText = types?.every((it) => it.startsWith('text/') || it === jsonType) ?? true
  const isString = [schema.type].flat().includes('string') && schema.contentEncoding === undefined
  const isFile = isBytes(schema) || (isAny(schema) && (types === undefined || !isText))
  if (!isFile && (isText || !isString)) return undefined
  return {
    ...(items && { isList: true as const }),
    ...(types && { types }),
    ...(schema.maxLength !== undefined && { maxSize: schema.maxLength }),
    ...(items && list.maxItems !== undefined && { maxCount: list.maxItems }),
  }
}

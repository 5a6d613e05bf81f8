// Composes the examples that the contract leaves out, from the examples of its schemas.
import { type Document, follow, type MediaType, type Parameter, type Schema } from '../document.ts'

/** The names of the examples of a page, each with whether it has items and whether more follow. */
const pages = {
  firstPage: { summary: 'More items follow', isEmpty: false, isLast: false },
  lastPage: { summary: 'No items follow', isEmpty: false, isLast: true },
  empty: { summary: 'There are no items', isEmpty: true, isLast: true },
} as const

/** Tells whether a schema is a page of a list: `items`, and `nextCursor` for the page after it. */
export function isPage(document: Document, schema: Schema): boolean {
  const { properties } = follow<Schema>(document, schema)
  return properties?.items !== undefined && properties.nextCursor !== undefined
}

/**
 * Returns the media type with a value in each of its examples. One without examples gets some:
 * a first and a last page for a page, one example for anything else.
 */
export function withExamples(document: Document, media: MediaType): MediaType {
  const schema = media['x-itemSchema'] ?? media.schema
  if (media.example !== undefined || schema === undefined) return media
  const isList = isPage(document, schema)
  const { firstPage, lastPage } = pages
  const { summary } = firstPage
  const missing: NonNullable<MediaType['examples']> = isList
    ? { firstPage: { summary }, lastPage: { summary: lastPage.summary } }
    : { example: { summary: 'An example' } }
  const examples = Object.entries(media.examples ?? missing).map(([name, example]) => {
    if ('value' in example || 'externalValue' in example) return [name, example]
    const page = isList && Object.hasOwn(pages, name) ? pages[name as keyof typeof pages] : {}
    const value = exampleOf(document, schema, page)
    return [name, value === undefined ? example : { ...example, value }]
  })
  return { ...media, examples: Object.fromEntries(examples) }
}

interface PageForm {
  readonly isEmpty?: boolean
  readonly isLast?: boolean
}

/**
 * Returns an example of a schema: its own, or one composed from those of its parts. Undefined where
 * a part has none.
 */
export function exampleOf(document: Document, given: Schema, form: PageForm = {}): unknown {
  const own = given.examples?.[0]
  if (own !== undefined) return own
  const schema = follow<Schema>(document, given)
  if (schema.examples?.[0] !== undefined) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.default !== undefined) return schema.default
  if (schema.oneOf?.[0]) return exampleOf(document, schema.oneOf[0])
  if (schema.items) {
    const item = form.isEmpty ? undefined : exampleOf(document, schema.items)
    if (item === undefined) return form.isEmpty ? [] : undefined
    return [item]
  }
  if (!schema.properties) return undefined
  const members = Object.entries(schema.properties)
    .filter(([name]) => schema.required?.includes(name))
    .map(([name, it]) => [
      name,
      name === 'nextCursor' && form.isLast ? null : exampleOf(document, it, form),
    ])
  if (members.some(([, value]) => value === undefined)) return undefined
  return Object.fromEntries(members)
}

/** Returns a URL with the examples of its path parameters, undefined where one has none. */
export function exampleUrl(
  document: Document,
  template: string,
  parameters: readonly Parameter[],
): string | undefined {
  let isComplete = true
  const url = template.replace(/\{(\w+)\}/g, (_, name) => {
    const parameter = parameters.find((it) => it.in === 'path' && it.name === name)
    const value = parameter && (parameter.example ?? exampleOf(document, parameter.schema))
    isComplete &&= value !== undefined
    return encodeURIComponent(String(value))
  })
  return isComplete ? url : undefined
}

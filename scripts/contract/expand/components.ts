// The components of an expanded document: which of them it has, in which order, and the responses
// that two sources describe together.
import {
  type Document,
  follow,
  type MediaType,
  type Reference,
  type ResponseObject,
} from '../document.ts'

/**
 * Returns the components that something refers to, in the order in which they are met, each after
 * those it refers to itself. Security schemes stay as they are: operations refer to them by name.
 */
export function reachedComponents({ components, ...document }: Document): Document['components'] {
  const { securitySchemes } = components
  const reached: Record<string, Record<string, unknown>> = {}
  const seen = new Set<string>()

  function visit(node: unknown, isNamed = false) {
    if (typeof node !== 'object' || node === null) return
    const { $ref } = node as Partial<Reference>
    if (typeof $ref === 'string' && !isNamed) enter($ref)
    for (const [key, value] of Object.entries(node)) {
      if (key === 'examples' && !isNamed) enterExamples(value)
      if (isNamed || !['example', 'examples', 'default', 'const', 'enum'].includes(key)) {
        visit(value, ['properties', 'responses'].includes(key) && !isNamed)
      }
    }
  }

  /** What stands in an example is no reference. */
  function enterExamples(examples: unknown) {
    if (typeof examples !== 'object' || examples === null) return
    for (const it of Object.values(examples) as Partial<Reference>[]) {
      if (typeof it?.$ref === 'string' && !Array.isArray(examples)) enter(it.$ref)
    }
  }

  function enter(reference: string) {
    // A reference may lead to a part of a component.
    const [place, kind, name] = /^#\/components\/(\w+)\/([^/]+)/.exec(reference) ?? []
    if (place === undefined || kind === undefined || name === undefined || seen.has(place)) return
    seen.add(place)
    follow({ ...document, components }, { $ref: reference })
    const part = components[kind]?.[name]
    if (kind !== 'examples') visit(part)
    reached[kind] = { ...reached[kind], [name]: part }
  }

  visit(document)
  return { securitySchemes, ...reached, schemas: reached.schemas ?? {} } as Document['components']
}

/**
 * Returns a response that has what `own` says and, beside it, those examples of `added` whose problem
 * code it lacks. It is `own` itself where there is nothing to add. A response that is put together
 * from two components is a component: `Conflict` and `KeyInUse` become `ConflictOrKeyInUse`.
 */
export function mergeResponses(
  document: Document,
  own: ResponseObject | Reference,
  added: Reference,
): ResponseObject | Reference {
  const [main, other] = [
    follow<ResponseObject>(document, own),
    follow<ResponseObject>(document, added),
  ]
  const known = codesOf(main)
  const missing = Object.entries(other.content ?? {}).flatMap(([type, { examples = {} }]) =>
    Object.entries(examples)
      .filter(([, it]) => !known.includes(codeOf(it)))
      .map(([name, it]) => [type, name, it] as const),
  )
  if (missing.length === 0) return own
  const content: Record<string, MediaType> = { ...main.content }
  for (const [type, name, example] of missing) {
    const media = content[type] ?? other.content?.[type]
    if (media)
      content[type] = { ...media, examples: { ...content[type]?.examples, [name]: example } }
  }
  const merged = {
    ...main,
    description: `${main.description} Or: ${other.description}`,
    headers: { ...other.headers, ...main.headers },
    content,
  }
  if (!('$ref' in own)) return merged
  const name = `${nameOf(own)}Or${nameOf(added)}`
  document.components.responses = { ...document.components.responses, [name]: merged }
  return { $ref: `#/components/responses/${name}` }
}

const nameOf = ({ $ref }: Reference) => $ref.slice($ref.lastIndexOf('/') + 1)

const codesOf = ({ content = {} }: ResponseObject) =>
  Object.values(content).flatMap(({ examples = {} }) => Object.values(examples).map(codeOf))

const codeOf = ({ value }: { value?: unknown }) => (value as { code?: unknown } | undefined)?.code

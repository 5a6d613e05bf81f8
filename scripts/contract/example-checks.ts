// The examples of bodies that break their schemas. Neither the docs page nor the mock shows them: it composes
// a value in the place of one.
import { createAjv, forAjv } from './ajv.ts'
import { byDirection } from './directions.ts'
import {
  type Document,
  eachOperation,
  follow,
  type MediaType,
  type OperationObject,
} from './document.ts'
import { writtenSchema } from './event-streams.ts'

/** An example that breaks its schema, with the keys that lead to its media type and from there to it. */
export interface InvalidExample {
  readonly media: readonly string[]
  readonly below: readonly string[]
  readonly message: string
}

/** Returns the examples that break their schemas. Every schema has to compile. */
export function invalidExamples(source: Document): InvalidExample[] {
  const document = byDirection(source, 'validators')
  const ajv = createAjv(document)
  const errorsOf = (type: string, media: MediaType) => {
    const { example, examples = {} } = media
    const named = Object.entries(examples).map(([name, it]) => ({
      below: ['examples', name, ...('$ref' in it ? [] : ['value'])],
      value: follow(document, it).value,
    }))
    const all = example === undefined ? named : [...named, { below: ['example'], value: example }]
    if (all.length === 0) return []
    const free = type.startsWith('text/') ? { type: 'string' } : {}
    const validate = ajv.compile(forAjv(document, writtenSchema(type, media) ?? free))
    return all.flatMap(({ below, value }) => {
      if (value === undefined) return []
      // Validators fill in defaults; the example itself must stay as it is.
      if (validate(structuredClone(value))) return []
      const errors = validate.errors?.map((it) => `${it.instancePath} ${it.message}`.trim()) ?? []
      return [{ below, message: `the example breaks its schema: ${errors.join('; ')}` }]
    })
  }
  return [...eachBody(document)].flatMap(([place, body]) =>
    Object.entries(body.content ?? {}).flatMap(([type, media]) =>
      errorsOf(type, media).map((it) => ({ ...it, media: [...place, 'content', type] })),
    ),
  )
}

/** Removes the examples that break their schemas. */
export function removeInvalidExamples(document: Document): void {
  for (const { media: place, below } of invalidExamples(document)) {
    const media = place.reduce(memberOf, document) as Partial<MediaType>
    const [key, name = ''] = below
    if (key === 'example') delete media.example
    else delete media.examples?.[name]
    if (Object.keys(media.examples ?? {}).length === 0) delete media.examples
  }
}

const memberOf = (node: unknown, key: string): unknown => (node as Record<string, unknown>)[key]

/** Returns every request body and response by its place, the shared ones once. */
function eachBody(document: Document) {
  const found = new Map<string, readonly [string[], { content?: Record<string, MediaType> }]>()
  for (const { path, method, operation } of eachOperation(document)) {
    for (const { below, body } of bodiesOf(operation)) {
      const isShared = '$ref' in body && typeof body.$ref === 'string'
      const place = isShared ? placeOf(body.$ref) : ['paths', path, method, ...below]
      found.set(JSON.stringify(place), [place, follow<object>(document, body)])
    }
  }
  return found.values()
}

/** Returns the keys that a reference names. */
const placeOf = (reference: string) =>
  reference
    .slice(2)
    .split('/')
    .map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Returns the request body and the responses of an operation, each with the keys that lead to it. */
export function bodiesOf({ requestBody, responses }: OperationObject) {
  const answered = Object.entries(responses).map(([status, it]) => ({
    kind: `${status.charAt(0)}xx`,
    below: ['responses', status],
    body: it,
  }))
  const sent = { kind: 'request', below: ['requestBody'], body: requestBody }
  return requestBody === undefined ? answered : [{ ...sent, body: requestBody }, ...answered]
}

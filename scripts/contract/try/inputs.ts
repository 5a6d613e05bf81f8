// Compares what a handler is given with the values that a request was made from. It reads the document itself,
// not what codegen makes of it.
import { isDeepStrictEqual } from 'node:util'
import {
  type Document,
  type DocumentedOperation,
  follow,
  isIgnored,
  type Parameter,
  type Schema,
} from '../document.ts'
import { partsOf } from '../parts.ts'

/** The values that a request was made from: parameters by place and name, and the body. */
export interface Given
  extends Readonly<Record<Parameter['in'], Readonly<Record<string, unknown>>>> {
  /** Undefined where the request has none, or one that is read as a stream. */
  readonly body: unknown
}

/** What a handler is given, as far as it is compared. */
export interface Taken {
  readonly params: Members
  readonly query: Members
  readonly headers: Members
  readonly cookies: Members
  readonly body: unknown
}

type Members = Readonly<Record<string, unknown>>

const placeOf = { path: 'params', query: 'query', header: 'headers', cookie: 'cookies' } as const

/**
 * Returns in what the input of a handler differs from the values that were sent. Defaults are added, and
 * members that the document does not declare, or only for responses, may be left out.
 */
export function inputDifferences(
  document: Document,
  { parameters, operation }: DocumentedOperation,
  given: Given,
  taken: Taken,
): string[] {
  const wrong = parameters
    .filter((it) => !isIgnored(it))
    .flatMap(({ in: place, name, schema, style }) => {
      const own = placeOf[place]
      const sent = style === 'deepObject' ? withoutEmpty(given[place][name]) : given[place][name]
      const read = taken[own]?.[place === 'header' ? name.toLowerCase() : name]
      const at = `${own}.${name}`
      if (name in given[place]) return differences(document, sent, read, schema, at)
      return unsent(document, [schema], read, at)
    })
  if (given.body === undefined) return wrong
  const { requestBody } = operation
  const { content } = requestBody ? follow(document, requestBody) : { content: {} }
  const isForm = Object.keys(content).every((it) => it.includes('form'))
  const sent = isForm ? withoutEmpty(given.body) : given.body
  const anyOf = Object.values(content).map((it) => it.schema ?? {})
  return [...wrong, ...differences(document, sent, taken.body, { anyOf }, 'body')]
}

/** Returns a value without the empty lists and objects in it, which a form cannot say. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([name, it]) => [name, withoutEmpty(it)] as const)
  return Object.fromEntries(members.filter(([, it]) => !isObject(it) || Object.keys(it).length > 0))
}

function differences(
  document: Document,
  sent: unknown,
  taken: unknown,
  schema: Schema,
  at: string,
): string[] {
  const differs = [`${at} is ${shown(taken)}, and ${shown(sent)} was sent`]
  if (Array.isArray(sent)) {
    if (!Array.isArray(taken) || taken.length !== sent.length) return differs
    const items = candidatesOf(document, schema).flatMap((it) => [
      ...(it.prefixItems ?? []),
      ...(it.items ? [it.items] : []),
    ])
    return sent.flatMap((it, index) =>
      differences(document, it, taken[index], { anyOf: items }, `${at}/${index}`),
    )
  }
  if (!isObject(sent)) {
    // A file of a form is read as a stream.
    const isFile = typeof sent === 'string' && isObject(taken)
    return sent === taken || isFile ? [] : differs
  }
  if (!isObject(taken)) return differs
  const all = candidatesOf(document, schema)
  const schemasOf = (name: string) =>
    all.flatMap((it) =>
      Object.hasOwn(it.properties ?? {}, name) ? [it.properties?.[name] ?? {}] : [],
    )
  const kept = Object.entries(sent).flatMap(([name, it]) => {
    if (name in taken) {
      return differences(document, it, taken[name], { anyOf: schemasOf(name) }, `${at}/${name}`)
    }
    const declared = all.length === 1 ? schemasOf(name) : []
    const isRead = declared.some((own) => !partsOf(document, own).some((part) => part.readOnly))
    return isRead ? [`${at}/${name} is missing, and ${shown(it)} was sent`] : []
  })
  const names = new Set([
    ...Object.keys(taken),
    ...all.flatMap(({ properties = {} }) => Object.keys(properties)),
  ])
  const added = [...names].filter((name) => !(name in sent))
  return [
    ...kept,
    ...added.flatMap((name) => unsent(document, schemasOf(name), taken[name], `${at}/${name}`)),
  ]
}

/** Returns what is wrong of a value that was not sent: it must be the default, where there is one. */
function unsent(document: Document, schemas: readonly Schema[], taken: unknown, at: string) {
  const [first, ...others] = schemas
  const parts = first === undefined || others.length > 0 ? [] : partsOf(document, first)
  const isLost = parts.some((it) => it.default !== undefined) && !parts.some((it) => it.readOnly)
  if (taken === undefined) return isLost ? [`${at} is missing, and has a default`] : []
  const isDefault = defaultsOf(document, schemas).some((it) => isSame(it, taken))
  return isDefault ? [] : [`${at} is ${shown(taken)}, and was not sent`]
}

/** Returns the schemas that may hold for a value: those that always do, and those of all alternatives. */
function candidatesOf(document: Document, schema: Schema, passed = new Set<Schema>()): Schema[] {
  if (passed.has(schema)) return []
  passed.add(schema)
  return partsOf(document, schema).flatMap((part) => {
    const { anyOf = [], oneOf = [], if: test, then, else: otherwise } = part
    const others = [...anyOf, ...oneOf, ...[test, then, otherwise].filter((it) => it !== undefined)]
    const inner = others.flatMap((it) => candidatesOf(document, it, passed))
    return Object.keys(part).join() === 'anyOf' ? inner : [part, ...inner]
  })
}

const defaultsOf = (document: Document, schemas: readonly Schema[]) =>
  schemas.flatMap((schema) =>
    candidatesOf(document, schema).flatMap((it) => (it.default === undefined ? [] : [it.default])),
  )

/** Values of handlers are plain, but need not have the prototype of an object. */
const isSame = (a: unknown, b: unknown) =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

const shown = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 200)

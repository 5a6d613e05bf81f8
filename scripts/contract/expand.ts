// Adds to a bundled contract what follows from its operations by rule, so that the document that is
// served, mocked, compared and typed is complete. The rules are data: `expand/rules.ts`.

import { basePathOf } from '../../src/engine/servers.ts'
import {
  type Document,
  type DocumentedOperation,
  eachOperation,
  follow,
  type OperationObject,
  type Parameter,
  type Reference,
  type ResponseObject,
} from './document.ts'
import { mergeResponses, reachedComponents } from './expand/components.ts'
import { exampleOf, exampleUrl, withExamples } from './expand/examples.ts'
import { type Rule, rules } from './expand/rules.ts'

/**
 * Returns the complete document; the given one stays as it is. What an operation says itself wins
 * over a rule, and an expanded document expands to itself.
 * @throws Error that names a component which a rule needs and the contract lacks.
 */
export function expand(source: Document): Document {
  const document = structuredClone(source)
  const expanded = [...eachOperation(document)].map((found) => ({
    ...found,
    operation: expandOperation(document, found),
  }))
  for (const { path, method, operation } of expanded) {
    document.paths[path] = { ...document.paths[path], [method]: operation }
  }
  return { ...document, components: reachedComponents(document) }
}

/**
 * Tells whether a contract leaves out what follows by rule: it has the components that every operation
 * gets. Any other contract writes everything itself.
 */
export function isShort({ components }: Document): boolean {
  const [first] = rules
  return (
    Object.values(first?.headers ?? {}).every((it) => components.headers?.[it] !== undefined) &&
    Object.values(first?.responses ?? {}).every((it) => components.responses?.[it] !== undefined)
  )
}

function expandOperation(document: Document, found: DocumentedOperation): OperationObject {
  const { parameters: own, requestBody, responses, ...rest } = found.operation
  const applied = rules.filter((it) => it.applies(found, document))
  const parameters = [...(own ?? []), ...addedParameters(document, found, applied)]
  const complete = addedResponses(document, responses, applied)
  for (const [status, response] of Object.entries(complete)) {
    if (!status.startsWith('2')) continue
    complete[status] = expandSuccess(document, found, status, follow(document, response), applied)
  }
  return {
    ...rest,
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: complete,
  }
}

function addedParameters(
  document: Document,
  { parameters }: DocumentedOperation,
  applied: readonly Rule[],
): Reference[] {
  return applied
    .flatMap((rule) => rule.parameters ?? [])
    .map((name) => ({ $ref: `#/components/parameters/${name}` }))
    .filter((reference) => {
      const added = follow(document, reference as Parameter | Reference) as Parameter
      return !parameters.some((it) => it.in === added.in && it.name === added.name)
    })
}

/** Returns the operation's responses and those of the rules, merged where both have a status. */
function addedResponses(
  document: Document,
  own: OperationObject['responses'],
  applied: readonly Rule[],
): OperationObject['responses'] {
  const all = { ...own }
  for (const rule of applied.toReversed()) {
    for (const [status, name] of Object.entries(rule.responses ?? {})) {
      const added = { $ref: `#/components/responses/${name}` }
      const known = all[status]
      // It was merged before, and nothing refers to it any more.
      if (known !== undefined && document.components.responses?.[name] === undefined) continue
      all[status] = known === undefined ? added : mergeResponses(document, known, added)
    }
  }
  return all
}

/** Returns a success with the headers of the rules, and a value in each of its examples. */
function expandSuccess(
  document: Document,
  found: DocumentedOperation,
  status: string,
  { description, headers: own = {}, content, ...rest }: ResponseObject,
  applied: readonly Rule[],
): ResponseObject {
  const complete = Object.entries(content ?? {}).map(([type, media]) => [
    type,
    withExamples(document, media),
  ])
  const headers: NonNullable<ResponseObject['headers']> = {}
  for (const rule of applied) {
    if (rule.on && !rule.on.includes(status)) continue
    for (const [name, component] of Object.entries(rule.headers ?? {})) {
      const reference = { $ref: `#/components/headers/${component}` }
      headers[name] ??= own[name] ?? (rule.inline ? inlined(document, found, reference) : reference)
    }
  }
  return {
    description,
    headers: { ...headers, ...own },
    ...(content && { content: Object.fromEntries(complete) }),
    ...rest,
  }
}

/** Returns a header written out, with an example that fits the operation where there is one. */
function inlined(document: Document, found: DocumentedOperation, reference: Reference) {
  const header = follow(document, reference as Reference & { example?: unknown })
  const compose = examples[reference.$ref.slice(reference.$ref.lastIndexOf('/') + 1)]
  const example = compose?.(document, found) ?? header.example
  return { ...header, ...(example !== undefined && { example }) } as never
}

const examples: Readonly<
  Record<string, (document: Document, found: DocumentedOperation) => string | undefined>
> = {
  /** The path below this one that a GET has: of `/posts`, `/posts/{postId}`. */
  Location(document, { path }) {
    const below = [...eachOperation(document)].find(
      (it) => it.method === 'get' && it.path.replace(/\/\{\w+\}$/, '') === path && it.path !== path,
    )
    return below && exampleUrl(document, basePathOf(document) + below.path, below.parameters)
  },

  Link(document, { path, parameters }) {
    const url = exampleUrl(document, basePathOf(document) + path, parameters)
    const cursor = parameters.find((it) => it.in === 'query' && it.name === 'cursor')
    const value = cursor && (cursor.example ?? exampleOf(document, cursor.schema))
    if (url === undefined || value === undefined) return undefined
    return `<${url}?limit=1&cursor=${value}>; rel="next"`
  },
}

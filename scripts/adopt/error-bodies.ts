// Writes how errors look in a foreign contract: the engine asks for the body of an error where an operation
// declares another one than a problem document.
import { problemType } from '../../src/engine/error-bodies.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import { eachOperation, type MediaType } from '../contract/document.ts'
import { contentsOf, responsesOf } from '../contract/responses.ts'
import { type Compiled, literal } from '../contract/try/compile.ts'
import { exampleOf } from '../contract/try/stubs.ts'
import type { Schema } from '../mock/merge.ts'
import { Values } from '../mock/values.ts'

/** Returns the source of `src/error-bodies.ts`; undefined for a contract that declares no such body. */
export function errorBodiesSource(compiled: Compiled): string | undefined {
  const formats = [...formatsOf(compiled)]
  if (formats.length === 0) return undefined
  const functions = formats.map(
    ([body], index) => `const ${nameOf(index)}: Format = ${functionOf(body)}`,
  )
  const rows = formats.flatMap(([, places], index) =>
    places.map((it) => `${JSON.stringify(it)}: ${nameOf(index)},`),
  )
  return `// How errors look in this contract. An error is a problem: a status, a code and a sentence. Where an operation
// declares another format for a status, a function here turns the problem into it. They were derived from the
// examples and schemas of the contract: check them.
import { operations } from './contract.ts'
import type { ProblemDocument } from './engine/error-bodies.ts'
import { type Operation, responseKey } from './engine/operation.ts'

type Format = (problem: ProblemDocument) => unknown

${functions.join('\n\n')}

/** By operation and the key of its response. */
const formats: Readonly<Record<string, Format>> = {
${rows.join('\n')}
}

const all: Readonly<Record<string, Operation>> = operations

/** Returns the body of an error; undefined for a problem document. */
export function errorBody(problem: ProblemDocument, operationId: string): unknown {
  const operation = all[operationId]
  const key = operation && responseKey(operation, problem.status)
  return formats[\`\${operationId} \${key}\`]?.(problem)
}
`
}

const nameOf = (index: number) => (index === 0 ? 'error' : `error${index + 1}`)

function functionOf(body: string): string {
  const given = members.filter((it) => new RegExp(`[:{,] ${it}(?=[ ,])`).test(body))
  return `(${given.length > 0 ? `{ ${given.join(', ')} }` : ''}) => (${body})`
}

/** Returns the operations and keys of responses by the source of their body. */
function formatsOf(compiled: Compiled): Map<string, string[]> {
  const { document, serializers } = compiled
  const values = new Values(document, 'response')
  const formats = new Map<string, string[]>()
  for (const { operation } of eachOperation(document)) {
    const id = operation.operationId
    for (const [key, response] of responsesOf(document, operation)) {
      const [content] = /^([45]|default)/.test(key) ? contentsOf(document, key, response) : []
      const write = serializers[id]?.[key]
      if (!content || !write || content.type === problemType || isRawType(content.type)) continue
      const example: unknown = JSON.parse(write(exampleOf(document, content.media, values)))
      const body = bodySource(example, content.media, values)
      formats.set(body, [...(formats.get(body) ?? []), `${id} ${key}`])
    }
  }
  return formats
}

const members = ['status', 'code', 'detail'] as const
type Member = (typeof members)[number]

/** What an error of the contract calls the members of a problem, by the type of the value. */
const names: readonly (readonly [Member, string, RegExp])[] = [
  ['status', 'number', /^(status|code|status_?code|http_?status|error_?code)$/i],
  ['code', 'string', /^(code|error|error_?code|type)$/i],
  ['detail', 'string', /^(message|detail|details|description|error_?description|reason|title)$/i],
]
const sample: Readonly<Record<string, unknown>> = { status: 404, code: 'not_found', detail: 'No.' }

/** Returns the source of a body with the members of a problem in it, as far as its schema allows that. */
function bodySource(example: unknown, { schema }: MediaType, values: Values): string {
  const marked = mapMembers(example, (name, value) => {
    const [member] = names.find(([, type, it]) => typeof value === type && it.test(name)) ?? []
    return member ? mark + member : value
  })
  const filled = mapMembers(marked, (_, value) => {
    const isMarked = typeof value === 'string' && value.startsWith(mark)
    return isMarked ? sample[value.slice(mark.length)] : value
  })
  const isFitting = values.fits(schema as Schema, filled)
  return literal(isFitting ? marked : example)
    .replace(/"\\u0001(\w+)"/g, '$1')
    .replace(/"(\w+)": \1(?=[ ,])/g, '$1')
}

/** Begins what stands for a member of a problem. No document has this character. */
const mark = '\u0001'

function mapMembers(value: unknown, map: (name: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((it) => mapMembers(it, map))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, it]) => {
    const isScalar = typeof it !== 'object' || it === null
    return [name, isScalar ? map(name, it) : mapMembers(it, map)]
  })
  return Object.fromEntries(entries)
}

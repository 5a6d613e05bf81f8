// The rule for the size of lists: a page is bounded, so that one request cannot make the service
// build and send tens of megabytes. The size is computed from the schemas, for the longest values.
import { type Document, type DocumentedOperation, follow, type Schema } from '../document.ts'
import { fixedSizes } from '../formats.ts'
import { type Message, type Options, operationRule, type Rule } from './rule.ts'

export const sizeRules: readonly Rule[] = [
  operationRule(
    'style/list-size',
    'All items of a list fit into so many kilobytes of JSON, at their longest.',
    checkSizes,
  ),
]

/** What a character takes at most in JSON, in bytes: a control character is six (`\u0001`). */
const bytesOfCharacter = 6
/** What a number, a boolean or null takes at most. */
const bytesOfScalar = 25
/** Quotes, colon and comma around a member, beside its name. */
const bytesAround = 4

function checkSizes(
  { method, operation }: DocumentedOperation,
  document: Document,
  { kilobytes = 2000 }: Options,
): Message[] {
  const success = method === 'get' ? operation.responses[200] : undefined
  const content = success && follow(document, success).content
  const below = ['responses', '200']
  return Object.values(content ?? {}).flatMap(({ schema }) =>
    Object.entries((schema && follow<Schema>(document, schema).properties) ?? {}).map(
      ([name, it]) => {
        const list = follow<Schema>(document, it)
        if (list.items === undefined) return false
        const bytes = most(list, document)
        if (!Number.isFinite(bytes)) {
          return { below, message: `${name} needs maxItems, and maxLength on each text in it` }
        }
        const size = Math.ceil(bytes / 1000)
        const message = `${name} may be ${size} kB, and at most ${kilobytes}: show a part of each long text`
        return size > Number(kilobytes) && { below, message }
      },
    ),
  )
}

/** Returns what a value of a schema takes at most in JSON, in bytes; infinite where nothing bounds it. */
function most(schema: Schema, document: Document, within: readonly Schema[] = []): number {
  const found = follow<Schema & { maxLength?: number; maxItems?: number }>(document, schema)
  if (within.includes(found)) return Number.POSITIVE_INFINITY
  const inside = (it: Schema) => most(it, document, [...within, found])
  if (found.oneOf) return Math.max(...found.oneOf.map(inside))
  if (found.const !== undefined) return bytesOf(found.const)
  if (found.enum) return Math.max(...found.enum.map(bytesOf))
  if (found.items) return (found.maxItems ?? Number.POSITIVE_INFINITY) * (inside(found.items) + 1)
  if (found.properties) {
    const members = Object.entries(found.properties)
    return members.reduce((sum, [name, it]) => sum + name.length + bytesAround + inside(it), 2)
  }
  if (![found.type].flat().includes('string')) return bytesOfScalar
  if (found.maxLength !== undefined) return found.maxLength * bytesOfCharacter + 2
  return fixedSizes.includes(found.format ?? '') ? 40 : Number.POSITIVE_INFINITY
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

// Our rule for the size of lists: a page is bounded, so that one request cannot make the service build
// and send tens of megabytes. It is computed from the schemas, at its worst.
import { type Document, type DocumentedOperation, follow, type Schema } from './document.ts'

/** How large all items of one list may be, in bytes. */
const mostBytes = 2_000_000

/** What a character takes at most in JSON: a control character is six (`\u0001`). */
const bytesOfCharacter = 6
/** What a number, a boolean or null takes at most. */
const bytesOfScalar = 25
/** Quotes, colon and comma around a member, beside its name. */
const bytesAround = 4

/** The rule that concerns the lists in the answer of a read. */
export function checkSizes({ method, operation }: DocumentedOperation, document: Document) {
  const success = method === 'get' ? operation.responses[200] : undefined
  const content = success && follow(document, success).content
  return Object.values(content ?? {}).flatMap(({ schema }) =>
    Object.entries(follow<Schema>(document, schema).properties ?? {}).map(([name, it]) => {
      const list = follow<Schema>(document, it)
      if (list.items === undefined) return false
      const bytes = most(list, document)
      if (!Number.isFinite(bytes)) return `${name} needs maxItems, and maxLength on each text in it`
      const size = Math.ceil(bytes / 1000)
      return (
        bytes > mostBytes &&
        `${name} may be ${size} kB, and at most ${mostBytes / 1000}: show a part of each long text`
      )
    }),
  )
}

/** What a value of a schema takes at most in JSON, in bytes; infinite where nothing bounds it. */
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
  return ['uuid', 'date-time'].includes(found.format ?? '') ? 40 : Number.POSITIVE_INFINITY
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

// Files of the contract as YAML: written in the style of openapi/, and edited without touching other lines.
import { isCollection, isScalar, isSeq, parseDocument, visit, Document as YamlDocument } from 'yaml'

/** Returns a value as YAML: long texts folded, types and enums on one line, times in quotes. */
export function yaml(value: object): string {
  const document = new YamlDocument(value)
  visit(document, {
    Scalar(_, node) {
      const text = node.value
      if (typeof text !== 'string') return
      if (/^\d{4}-\d{2}-\d{2}/.test(text)) node.type = 'QUOTE_SINGLE'
      const isLong = text.length > 80 || text.includes(': ')
      if (text.includes(' ') && isLong) node.type = 'BLOCK_FOLDED'
    },
    Pair(_, { key, value: list }) {
      const isShort = isScalar(key) && ['type', 'enum', 'tags'].includes(String(key.value))
      if (isShort && isSeq(list)) list.flow = true
    },
  })
  return document.toString({ lineWidth: 100, singleQuote: true, flowCollectionPadding: false })
}

/**
 * Adds an entry at the end of the block list or the block of keys at a path.
 * @throws Error if there is none.
 */
export function withEntry(text: string, path: readonly string[], entry: string): string {
  const block = parseDocument(text).getIn(path, true)
  if (!isCollection(block) || block.flow || block.range == null) {
    throw new Error(`expected a block at ${path.join('.')}`)
  }
  const end = endOfLine(text, lastEnd(text, block.range[1]))
  return `${text.slice(0, end)}\n${entry.trimEnd()}${text.slice(end)}`
}

/** Adds a value to the list at a path, as a block or on one line as the list is written. */
export function withValue(text: string, path: readonly string[], value: string): string {
  const list = parseDocument(text).getIn(path, true)
  if (!isSeq(list) || list.range == null) throw new Error(`expected a list at ${path.join('.')}`)
  const end = list.range[1]
  if (list.flow) {
    const start = list.items.length === 0 ? '' : ', '
    return `${text.slice(0, end - 1)}${start}${value}${text.slice(end - 1)}`
  }
  const first = text.lastIndexOf('\n', list.range[0]) + 1
  return withEntry(text, path, `${text.slice(first, list.range[0])}- ${value}`)
}

/** Returns the end of what a node says, without white space and comments after it. */
function lastEnd(text: string, end: number): number {
  const before = text.slice(0, end).trimEnd()
  return before.length
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

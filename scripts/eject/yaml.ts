// Takes pairs and items out of YAML, so that comments and layout of the rest stay.
import {
  isCollection,
  isPair,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

interface Range {
  readonly start: number
  readonly end: number
  /** What stands there instead. */
  readonly text?: string
}

type Part = Pair | Node

/** Returns the text without the parts of its maps and sequences that a function selects. */
export function withoutParts(
  text: string,
  select: (part: Part, path: readonly string[]) => boolean,
): string {
  const document = parseDocument(text)
  const ranges: Range[] = []
  const visit = (node: unknown, path: readonly string[]): void => {
    if (!isCollection(node)) return
    const removed = node.items.filter((it) => select(it as Part, [...path, nameOf(it, node)]))
    const collection = node as YAMLMap | YAMLSeq
    const own = removed.map((it) => rangeOf(text, it as Part, collection, removed))
    const isEmptied = removed.length > 0 && removed.length === node.items.length
    ranges.push(...(isEmptied && !collection.flow ? [emptied(text, collection, own)] : own))
    for (const item of node.items) {
      if (removed.includes(item)) continue
      visit(isPair(item) ? item.value : item, [...path, nameOf(item, node)])
    }
  }
  visit(document.contents, [])
  ranges.sort((a, b) => b.start - a.start)
  let rest = text
  for (const { start, end, text: by = '' } of ranges) {
    rest = rest.slice(0, start) + by + rest.slice(end)
  }
  return rest
}

function nameOf(item: unknown, { items }: { items: unknown[] }): string {
  return isPair(item) ? String(item.key) : String(items.indexOf(item))
}

function rangeOf(
  text: string,
  part: Part,
  { flow, items }: YAMLMap | YAMLSeq,
  removed: readonly unknown[],
): Range {
  const own = extentOf(part)
  if (!flow) return lines(text, own)
  const comma = /^\s*,\s*/.exec(text.slice(own.end))?.[0].length ?? 0
  if (comma > 0) return { start: own.start, end: own.end + comma }
  const previous = items
    .slice(0, items.indexOf(part as never))
    .findLast((it) => !removed.includes(it))
  return previous ? { start: extentOf(previous as Part).end, end: own.end } : own
}

/** Returns the range of a block collection without any item left, which has to become a flow collection. */
function emptied(text: string, collection: YAMLMap | YAMLSeq, items: readonly Range[]): Range {
  const start = text.slice(0, items[0]?.start).trimEnd().length
  return { start, end: items.at(-1)?.end ?? start, text: isSeq(collection) ? ' []\n' : ' {}\n' }
}

function extentOf(part: Part): Range {
  const [first, last] = isPair(part)
    ? [part.key as Node, (part.value ?? part.key) as Node]
    : [part, part]
  return { start: first.range?.[0] ?? 0, end: last.range?.[1] ?? 0 }
}

/** Extends a range to its lines and to the comments right above, which stand at the same column. */
function lines(text: string, { start, end }: Range): Range {
  let from = text.lastIndexOf('\n', start - 1) + 1
  const indent = /^\s*/.exec(text.slice(from))?.[0] ?? ''
  for (;;) {
    const above = text.lastIndexOf('\n', from - 2) + 1
    if (above >= from || !text.startsWith(`${indent}#`, above)) break
    from = above
  }
  const rest = text.slice(end)
  const ended = text[end - 1] === '\n'
  return { start: from, end: ended ? end : end + (/^.*(\n|$)/.exec(rest)?.[0].length ?? 0) }
}

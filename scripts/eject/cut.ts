// Takes nodes out of the text of a TypeScript or JSON file, with their commas, comments and lines.
import ts from 'typescript'

interface Range {
  readonly start: number
  readonly end: number
}

/** Returns the text without the nodes. The rest keeps its bytes, but for blank lines around what is gone. */
export function cut(file: ts.SourceFile, nodes: Iterable<ts.Node>): string {
  const removed = new Set(nodes)
  const ranges = [...removed].flatMap((node) => rangesOf(file, node, removed))
  ranges.sort((a, b) => a.start - b.start)
  let kept = ''
  let at = 0
  for (const { start, end } of ranges) {
    kept += file.text.slice(at, Math.max(at, start))
    at = Math.max(at, end)
  }
  return kept + file.text.slice(at)
}

function rangesOf(file: ts.SourceFile, node: ts.Node, removed: ReadonlySet<ts.Node>): Range[] {
  const { text } = file
  const own = { start: startOf(file, node), end: node.getEnd() }
  const { parent } = node
  if (ts.isUnionTypeNode(parent) || ts.isIntersectionTypeNode(parent)) {
    return unionMember(file, node, parent, removed)
  }
  const siblings = listOf(node)
  if (siblings === undefined) return [lines(text, { ...own, end: withTrailing(text, own.end) })]
  const comma = /^\s*,/.exec(text.slice(own.end))?.[0].length ?? 0
  const range = lines(text, { ...own, end: withTrailing(text, own.end + comma) })
  if (comma > 0) return [range]
  // The last of a list without a comma after it: the comma before it goes.
  const previous = siblings.slice(0, siblings.indexOf(node)).findLast((it) => !removed.has(it))
  if (previous === undefined) return [range]
  const offset = text.slice(previous.getEnd(), own.start).indexOf(',')
  if (offset < 0) return [range]
  const start = previous.getEnd() + offset
  const isInline = !text.slice(start, own.start).includes('\n')
  return isInline ? [{ start, end: own.end }] : [range, { start, end: start + 1 }]
}

/** Returns the elements of the list, separated by commas, that a node is part of. */
function listOf(node: ts.Node): readonly ts.Node[] | undefined {
  const { parent } = node
  if (ts.isArrayLiteralExpression(parent)) return parent.elements
  if (ts.isObjectLiteralExpression(parent)) return parent.properties
  if (ts.isNamedImports(parent) || ts.isNamedExports(parent)) return parent.elements
  if (ts.isObjectBindingPattern(parent)) return parent.elements
  if (ts.isVariableDeclarationList(parent)) return parent.declarations
  if (ts.isEnumDeclaration(parent)) return parent.members
  return undefined
}

function unionMember(
  file: ts.SourceFile,
  node: ts.Node,
  union: ts.UnionTypeNode | ts.IntersectionTypeNode,
  removed: ReadonlySet<ts.Node>,
): Range[] {
  const { text } = file
  const own = { start: startOf(file, node), end: node.getEnd() }
  const before = union.types.slice(0, union.types.indexOf(node as ts.TypeNode))
  const isFirst = before.every((it) => removed.has(it))
  if (isFirst) {
    const after = /^\s*[|&]\s*/.exec(text.slice(own.end))?.[0].length ?? 0
    return [{ start: own.start, end: own.end + after }]
  }
  const separator = /\s*[|&]\s*$/.exec(text.slice(0, own.start))?.[0].length ?? 0
  return [{ start: own.start - separator, end: own.end }]
}

/** Returns where a node starts, with the comments right above it. Those above an import are the file's. */
function startOf(file: ts.SourceFile, node: ts.Node): number {
  const { text } = file
  let start = node.getStart(file)
  if (ts.isImportDeclaration(node)) return start
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []
  for (const comment of comments.toReversed()) {
    if (/\n\s*\n/.test(text.slice(comment.end, start))) break
    start = comment.pos
  }
  return start
}

/** Adds the comments behind a node on its line. */
function withTrailing(text: string, end: number): number {
  return ts.getTrailingCommentRanges(text, end)?.at(-1)?.end ?? end
}

/** Extends a range that fills its lines to these lines, and any other to the space behind it. */
function lines(text: string, { start, end }: Range): Range {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = /^[ \t]*(\r?\n|$)/.exec(text.slice(end))?.[0].length
  const isWhole = text.slice(lineStart, start).trim() === '' && lineEnd !== undefined
  if (!isWhole) return { start, end: end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) }
  return withoutBlankLine(text, { start: lineStart, end: end + lineEnd })
}

/** Extends a range between two blank lines, or before the end of the file, by one of them. */
function withoutBlankLine(text: string, { start, end }: Range): Range {
  const before = /(?:^|\n)([ \t]*\r?\n)$/.exec(text.slice(0, start))?.[1]?.length ?? 0
  if (end === text.length) return { start: start - before, end }
  const after = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length ?? 0
  return { start, end: before > 0 || start === 0 ? end + after : end }
}

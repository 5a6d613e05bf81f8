// Finds the entries of shared files that name a removed thing by a string: a path, an operationId, a schema.
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

export interface Removed {
  /** Deleted files, and folders without any file left, relative to the root. */
  readonly paths: ReadonlySet<string>
  /** The operationIds. */
  readonly operations: ReadonlySet<string>
  /** Names of components of the contract. */
  readonly components: ReadonlySet<string>
  /** URLs of the contract that have no operation left. */
  readonly urls: ReadonlySet<string>
  readonly tables: ReadonlySet<string>
  readonly problems: ReadonlySet<string>
}

/** Returns a function that tells whether a node of a file names something removed. */
export function naming(root: string, removed: Removed) {
  const folder = (file: ts.SourceFile) => relative(root, dirname(file.fileName))
  const names = new Set([...removed.operations, ...removed.components])
  const entries = new Set([...removed.urls, ...removed.tables, ...removed.problems])

  function isPath(file: ts.SourceFile, text: string): boolean {
    if (removed.paths.has(text)) return true
    return text.startsWith('.') && removed.paths.has(join(folder(file), text).replace(/\/$/, ''))
  }

  return (node: ts.Node): boolean => {
    const file = node.getSourceFile()
    if (ts.isStringLiteralLike(node)) {
      const { text, parent } = node
      if (isPath(file, text) || removed.operations.has(text)) return true
      // A script of package.json names the file that it runs.
      if (file.fileName.endsWith('.json'))
        return text.split(/\s+/).some((it) => removed.paths.has(it))
      if (ts.isLiteralTypeNode(parent)) return removed.components.has(text)
      if (names.has(text) || names.has(text.split('.')[0] ?? '')) return isEntry(node)
      return entries.has(text) && isEntry(node)
    }
    return ts.isIdentifier(node) && names.has(node.text) && isName(node)
  }
}

/** Tells whether a string is an element of an array, or the name or value of a property. */
function isEntry({ parent }: ts.Node): boolean {
  return ts.isArrayLiteralExpression(parent) || ts.isPropertyAssignment(parent)
}

/** Tells whether an identifier is the name of a property of an object literal. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node
  return ts.isObjectLiteralElementLike(parent) && parent.name === node
}

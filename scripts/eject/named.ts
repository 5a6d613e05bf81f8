// Finds the entries of shared files that name a removed thing by a string: a path, an operationId, a schema.
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { isRow } from './removable.ts'

export interface Removed {
  /** The names of the features. */
  readonly features: ReadonlySet<string>
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

/**
 * Returns a function that tells whether a node of a file names something removed.
 * @param jobs the names that removed files add to an interface of another file.
 */
export function naming(root: string, removed: Removed, jobs: ReadonlySet<string>) {
  const folder = (file: ts.SourceFile) => relative(root, dirname(file.fileName))
  const names = new Set([...removed.operations, ...jobs])
  const { features, urls, tables, problems } = removed
  const entries = new Set([...features, ...urls, ...tables, ...problems])

  function isPath(file: ts.SourceFile, text: string): boolean {
    if (removed.paths.has(text)) return true
    return text.startsWith('.') && removed.paths.has(join(folder(file), text).replace(/\/$/, ''))
  }

  /** Tells whether a text is a component, or a property of one as in `Post.title`; only tests name these. */
  function isComponent(file: ts.SourceFile, text: string): boolean {
    return folder(file).startsWith('tests') && removed.components.has(text.split('.')[0] ?? '')
  }

  return (node: ts.Node): boolean => {
    const file = node.getSourceFile()
    if (ts.isStringLiteralLike(node)) {
      const { text, parent } = node
      if (isPath(file, text) || names.has(text)) return true
      // A script of package.json names the file that it runs.
      if (file.fileName.endsWith('.json'))
        return text.split(/\s+/).some((it) => removed.paths.has(it))
      if (ts.isLiteralTypeNode(parent)) return removed.components.has(text)
      if (ts.isArrayLiteralExpression(parent) && isComponent(file, text)) return true
      return entries.has(text) && isEntry(node)
    }
    if (!ts.isIdentifier(node)) return false
    if (ts.isPropertyAccessExpression(node.parent)) return jobs.has(node.text)
    return isName(node) && (names.has(node.text) || isComponent(file, node.text))
  }
}

/** Tells whether a string is an element of an array or a table, or the name or value of a property. */
function isEntry({ parent }: ts.Node): boolean {
  if (!ts.isArrayLiteralExpression(parent)) return ts.isPropertyAssignment(parent)
  return !ts.isArrayLiteralExpression(parent.parent) || isRow(parent)
}

/** Tells whether an identifier is the name of a property of an object literal. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node
  return ts.isObjectLiteralElementLike(parent) && parent.name === node
}

// The files of a project as syntax trees.
import { join } from 'node:path'
import ts from 'typescript'

const isSource = (path: string) => /\.(tsx?|mts|mjs|js)$/.test(path)

/** Compiles all sources of a project, also those that its `tsconfig.json` leaves out. */
export function programOf(root: string, files: readonly string[]): ts.Program {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const sources = files.filter(isSource)
  return ts.createProgram(
    sources.map((it) => join(root, it)),
    { ...options, allowJs: true, noEmit: true, incremental: false },
  )
}

/** Reads a JSON file as a tree of the same nodes. */
export function parseJson(path: string): ts.SourceFile {
  return ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.Latest, true)
}

/** Visits a node and everything below it. */
export function forEachNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (it) => forEachNode(it, visit))
}

/** Returns all identifiers of files by their text. */
export function indexIdentifiers(
  files: readonly ts.SourceFile[],
): ReadonlyMap<string, ts.Identifier[]> {
  const index = new Map<string, ts.Identifier[]>()
  for (const file of files) {
    forEachNode(file, (node) => {
      if (!ts.isIdentifier(node)) return
      const same = index.get(node.text)
      if (same) same.push(node)
      else index.set(node.text, [node])
    })
  }
  return index
}

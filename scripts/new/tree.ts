// Paths as a tree.

type Tree = Map<string, Tree>

/** Returns the paths as lines, each folder before what is in it. Folders with one entry share its line. */
export function treeOf(paths: readonly string[]): string {
  const tree: Tree = new Map()
  for (const path of paths) {
    let at = tree
    for (const part of path.split('/')) {
      const next: Tree = at.get(part) ?? new Map()
      at.set(part, next)
      at = next
    }
  }
  return linesOf(tree, '').join('\n')
}

function linesOf(tree: Tree, indent: string): string[] {
  return [...tree].flatMap(([name, below]) => {
    let [path, inside] = [name, below]
    for (let [only] = inside; only && inside.size === 1; [only] = inside) {
      path = `${path}/${only[0]}`
      inside = only[1]
    }
    const line = `${indent}${path}${inside.size > 0 ? '/' : ''}`
    return [line, ...linesOf(inside, `${indent}  `)]
  })
}

// What belongs to a feature, derived from names alone.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import ts from 'typescript'

export interface Feature {
  readonly name: string
  /** Its own files, relative to the root: sources, migrations, seeds, tests and pages. */
  readonly files: readonly string[]
  /** What its handlers implement, and any other member of the objects that they return. */
  readonly handlers: ReadonlySet<string>
}

const skipped = new Set(['node_modules', '.git', '.data', 'dist', 'coverage'])

/** Lists all files below a folder, relative to it, without what git ignores in this project. */
export async function filesBelow(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const nested = entries.map(async (entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (skipped.has(entry.name)) return []
    return entry.isDirectory() ? filesBelow(root, path) : [path]
  })
  return (await Promise.all(nested)).flat().sort()
}

/** Returns the names of all features: folders of `src/features/`, and files that export handlers beside others. */
export async function featureNames(root: string, files: readonly string[]): Promise<string[]> {
  const names = new Set<string>()
  for (const path of files) {
    const [, folder = '', file = ''] = /^src\/features\/([^/]+)\/([^/]+)\.ts$/.exec(path) ?? []
    if (folder === '') continue
    names.add(folder)
    if (file === 'handlers') continue
    if ((await handlersIn(join(root, path))).size > 0) names.add(file)
  }
  return [...names].sort()
}

/** What measures with a feature of the template, and so goes with it. */
const measuredWith: Readonly<Record<string, RegExp>> = {
  posts:
    /^(bench|tests\/slow\/bench)\/|^tests\/bench\.test\.ts$|^docs\/(performance|decisions\/\d+-the-bench-.*)\.\w+$/,
}

/**
 * Returns what belongs to a feature.
 * @param known the names of all features
 */
export async function readFeature(
  root: string,
  files: readonly string[],
  name: string,
  known: readonly string[],
): Promise<Feature> {
  // The tests of `posts-likes` do not belong to `posts`.
  const longer = known.filter((it) => it.startsWith(`${name}-`))
  const own = files.filter(
    (path) =>
      (belongsTo(name, path) && !longer.some((it) => belongsTo(it, path))) ||
      measuredWith[name]?.test(path),
  )
  const sources = own.filter((path) => path.startsWith('src/'))
  const handlers = await Promise.all(sources.map((path) => handlersIn(join(root, path))))
  return { name, files: own, handlers: new Set(handlers.flatMap((it) => [...it])) }
}

function belongsTo(name: string, path: string): boolean {
  if (path.startsWith(`src/features/${name}/`)) return true
  if (path.startsWith('src/')) return new RegExp(`^src/features/[^/]+/${name}\\.ts$`).test(path)
  if (!/^(docs|migrations|seeds|tests)\//.test(path)) return false
  const bare = basename(path)
    .replace(/^\d+_/, '')
    .replace(/^demo_/, '')
    .replaceAll('_', '-')
  return bare.startsWith(name) && /^[.-]/.test(bare.slice(name.length))
}

/** Returns the members of the objects that the functions named `…Handlers` of a file create. */
async function handlersIn(path: string): Promise<Set<string>> {
  const text = await readFile(path, 'utf8')
  const found = new Set<string>()
  if (!/Handlers\b/.test(text)) return found
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const collect = (node: ts.Node) => {
    if (ts.isObjectLiteralElementLike(node) && node.name) found.add(node.name.getText(file))
    ts.forEachChild(node, collect)
  }
  for (const statement of file.statements) {
    const isHandlers =
      ts.isFunctionDeclaration(statement) && statement.name?.text.endsWith('Handlers')
    if (isHandlers && statement.body) collect(statement.body)
  }
  return found
}

// Finds where a place of the bundled contract stands in the files of `openapi/`.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

interface Source {
  readonly path: string
  readonly lines: LineCounter
  readonly node: Node | null
}

/**
 * Returns a function that finds `<file>:<line>:<column>` of a JSON pointer into the bundle of a contract,
 * or of the nearest place around it that the files have. Each file is read once. The file is relative to
 * the working directory.
 */
export function placesIn(root: string): (pointer: string) => string {
  const files = new Map<string, Source>()

  function read(path: string): Source {
    const known = files.get(path)
    if (known !== undefined) return known
    const lines = new LineCounter()
    const { contents } = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines })
    const source = { path, lines, node: contents }
    files.set(path, source)
    return source
  }

  /** Follows a reference to another file. */
  function followFile(source: Source): Source {
    const target = isMap(source.node) ? source.node.get('$ref') : undefined
    if (typeof target !== 'string' || target.includes('#') || target.includes(':')) return source
    return followFile(read(join(dirname(source.path), target)))
  }

  return (pointer) => {
    const keys = pointer
      .split('/')
      .slice(1)
      .map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'))
    // The index of a contract need not list a component that its operations refer to.
    const component = componentFile(root, keys)
    let source = read(component ?? root)
    let offset = 0
    const isOld = isMap(source.node) && source.node.has('swagger')
    for (const key of component ? keys.slice(3) : isOld ? inSwagger(keys) : keys) {
      const target = followFile(source)
      const found = below(target, key)
      // OpenAPI 2.0 has no `content` between a response and its schema, and none below a parameter.
      if (found === undefined && isOld) continue
      if (found === undefined) break
      source = { ...target, node: found.node }
      offset = found.offset
    }
    const { line, col } = source.lines.linePos(offset)
    return `${relative('', source.path)}:${line}:${col}`
  }
}

const swaggerSections: Readonly<Record<string, string>> = {
  schemas: 'definitions',
  securitySchemes: 'securityDefinitions',
}

/** Returns the keys of a pointer as OpenAPI 2.0 names the sections of a document. */
function inSwagger(keys: readonly string[]): readonly string[] {
  const [first, section = '', ...rest] = keys
  return first === 'components' ? [swaggerSections[section] ?? section, ...rest] : keys
}

function below({ node }: Source, key: string) {
  if (isSeq(node)) {
    const item = node.get(Number(key), true) as Node | undefined
    return item && { node: item, offset: item.range?.[0] ?? 0 }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((it) => isScalar(it.key) && String(it.key.value) === key)
  if (pair === undefined || !isScalar(pair.key)) return undefined
  return { node: pair.value as Node | null, offset: pair.key.range?.[0] ?? 0 }
}

/** Returns the file of the component that a pointer leads into. */
function componentFile(root: string, [place, kind, name]: readonly string[]): string | undefined {
  if (place !== 'components') return undefined
  const path = join(dirname(root), 'components', `${kind}`, `${name}.yaml`)
  return existsSync(path) ? path : undefined
}

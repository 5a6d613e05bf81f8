// Finds where a place of the bundled contract stands in the files of `openapi/`.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  YAMLSeq,
} from 'yaml'

interface Source {
  readonly path: string
  readonly lines: LineCounter
  readonly node: Node | null
}

/**
 * Returns a function that finds `<file>:<line>:<column>` of a JSON pointer into the bundle of a contract,
 * or of the nearest place around it that the files have. Each file is read once. The file is relative to
 * the working directory. A pointer leads into the document as it was upgraded to 3.1; one that `isWritten`
 * leads into the file.
 */
export function placesIn(root: string): (pointer: string, isWritten?: boolean) => string {
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

  return (pointer, isWritten = false) => {
    const keys = pointer
      .split('/')
      .slice(1)
      .map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'))
    // The index of a contract need not list a component that its operations refer to.
    const component = componentFile(root, keys)
    let source = read(component ?? root)
    let offset = 0
    const isOld = !isWritten && isMap(source.node) && source.node.has('swagger')
    const steps = component ? keys.slice(3) : isOld ? inSwagger(keys) : keys
    for (const [index, key] of steps.entries()) {
      const target = followFile(source)
      const found = isOld ? inOld(read(root).node, target, steps.slice(index)) : below(target, key)
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

interface Place {
  readonly node: Node | null
  readonly offset: number
}

/** Finds a key of 3.0 in a document of 2.0, which has bodies and the fields of forms among the parameters. */
function inOld(root: Node | null, { node }: Source, [key = '', ...rest]: readonly string[]) {
  if (isMap(node) && key === 'requestBody') {
    const at = rest.findIndex((it) => it === 'properties' || it === 'encoding')
    const field = at === -1 ? undefined : rest[at + 1]
    const isWanted = (it: Node) => textAt(it, 'in') === 'body' || textAt(it, 'name') === field
    const parameter = parametersIn(node).find(
      (it) => isInBody(root, it) && isWanted(targetOf(root, it)),
    )
    return parameter && { node: targetOf(root, parameter), offset: parameter.range?.[0] ?? 0 }
  }
  const found = below({ node }, key)
  if (isMap(node) && key === 'parameters' && isSeq(found?.node)) {
    const beside = new YAMLSeq()
    beside.items = parametersIn(node).filter((it) => !isInBody(root, it))
    return { ...found, node: beside }
  }
  return found
}

const parametersIn = (node: YAMLMap): Node[] => {
  const list = node.get('parameters')
  return isSeq(list) ? list.items.filter(isNode) : []
}

const isInBody = (root: Node | null, it: Node) =>
  ['body', 'formData'].includes(textAt(targetOf(root, it), 'in'))

const textAt = (node: Node, key: string) => (isMap(node) ? `${node.get(key)}` : '')

/** Returns the parameter that a reference leads to. */
function targetOf(root: Node | null, it: Node): Node {
  const [, name] = /^#\/parameters\/([^/]+)$/.exec(textAt(it, '$ref')) ?? []
  const found = isMap(root) && name ? root.getIn(['parameters', name]) : undefined
  return isNode(found) ? found : it
}

function below({ node }: Pick<Source, 'node'>, key: string): Place | undefined {
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

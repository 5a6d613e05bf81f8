// Leaves the operations with a construct that the engine does not support out of a contract, each one whole.
import type { Document, PathItem } from '../document.ts'
import { type EngineFinding, engineFindings, engineOmissions, inLines } from '../lint/rules.ts'

export interface Supported {
  /** The document without what is refused. */
  readonly document: Document
  readonly findings: readonly EngineFinding[]
  /** What is refused, and what the engine leaves out without refusing it: place, message and rule. */
  readonly refused: readonly string[]
  readonly warnings: readonly string[]
  /** The operations of the document before, and those that are left out, as `GET /pets`. */
  readonly all: readonly string[]
  readonly leftOut: readonly string[]
}

/** Returns the part of a contract that the engine supports, and what it does not support of a file. */
export function supportedPart(source: Document, file?: string): Supported {
  const findings: EngineFinding[] = []
  let document = source
  for (let found = engineFindings(document); found.length > 0; found = engineFindings(document)) {
    findings.push(...found)
    const rest = without(document, found)
    // What is refused stands beside all operations.
    const isSame = JSON.stringify(rest) === JSON.stringify(document)
    document = isSame ? { ...document, paths: {} } : rest
    if (isSame) break
  }
  const all = operationsIn(source).map(({ name }) => name)
  const kept = new Set(operationsIn(document).map(({ name }) => name))
  const refused = [...new Set(inLines(findings, file))]
  const warnings = inLines(engineOmissions(source), file)
  return { document, findings, refused, warnings, all, leftOut: all.filter((it) => !kept.has(it)) }
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

interface Found {
  /** As `GET /pets`. */
  readonly name: string
  readonly path: string
  readonly method: string
  /** All that the operation says, with what its path says for it. */
  readonly node: unknown
}

/** Returns the operations of a document, also those of methods that the engine does not know. */
function operationsIn({ paths }: Document): Found[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => {
        const name = `${method.toUpperCase()} ${path}`
        return { name, path, method, node: [item.parameters, operation] }
      }),
  )
}

/** Returns a document without the operations of these names. */
export function withoutOperations(document: Document, names: ReadonlySet<string>): Document {
  const kept = operationsIn(document).filter(({ name }) => !names.has(name))
  const paths = Object.entries(document.paths).flatMap(([path, item]): [string, PathItem][] => {
    const own = kept.filter((it) => it.path === path).map((it) => it.method)
    const members = Object.entries(item).filter(
      ([key]) => own.includes(key) || !methods.includes(key),
    )
    return own.length === 0 ? [] : [[path, Object.fromEntries(members)]]
  })
  const reached = componentsOf(document)
  const used = new Set(
    [...kept.map(({ node }) => node), document.webhooks ?? {}].flatMap((node) => [
      ...reached(node),
    ]),
  )
  const components = Object.entries(document.components).map(([kind, group]) => [
    kind,
    Object.fromEntries(Object.entries(group).filter(([name]) => used.has(`${kind}/${name}`))),
  ])
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: Object.fromEntries(components) as Document['components'],
  }
}

function without(document: Document, findings: readonly EngineFinding[]): Document {
  const reached = componentsOf(document)
  const isRefused = (node: unknown, isAt: (at: EngineFinding['at']) => boolean) => {
    const components = reached(node)
    return findings.some(({ at }) => {
      return isAt(at) || (at[0] === 'components' && components.has(`${at[1]}/${at[2]}`))
    })
  }
  const refused = operationsIn(document).filter(({ path, method, node }) =>
    isRefused(node, ([top, first, second]) => {
      const isOwn = second === method || !methods.includes(String(second))
      return top === 'paths' && first === path && isOwn
    }),
  )
  const hooks = Object.entries(document.webhooks ?? {}).filter(
    ([name, node]) => !isRefused(node, ([top, first]) => top === 'webhooks' && first === name),
  )
  const rest = { ...document, webhooks: Object.fromEntries(hooks) }
  return withoutOperations(rest, new Set(refused.map(({ name }) => name)))
}

/** Returns a function that finds the components which a part of a document needs, as `<kind>/<name>`. */
function componentsOf(document: Document) {
  const known = new Map<string, readonly string[]>()
  const direct = (component: string) => {
    const own = known.get(component)
    if (own !== undefined) return own
    const [kind = '', name = ''] = component.split('/')
    const found = [...new Set(namesIn(document.components[kind]?.[name]))]
    known.set(component, found)
    return found
  }
  return (node: unknown) => {
    const reached = new Set<string>()
    const open = namesIn(node)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(...direct(next))
    }
    return reached
  }
}

const reference = /^#\/components\/(\w+)\/([^/]+)/

/** Returns the components that a part of a document names. */
function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === '$ref' && typeof value === 'string') return named(value)
    if (key === 'mapping') return Object.values(value ?? {}).flatMap(named)
    if (key === 'security' && Array.isArray(value)) {
      return value.flatMap((it) => Object.keys(it ?? {})).map((it) => `securitySchemes/${it}`)
    }
    return namesIn(value)
  })
}

/** A mapping of a discriminator may have the bare name of a schema. */
function named(value: unknown): string[] {
  const text = String(value)
  const [, kind, name] = reference.exec(text) ?? []
  if (kind === undefined || name === undefined) return [`schemas/${text}`]
  return [`${kind}/${decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')}`]
}

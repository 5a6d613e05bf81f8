// Takes operations out of the contract in `openapi/`, with everything that only they needed.
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'
import { withoutParts } from './yaml.ts'

export interface ContractChange {
  /** The new texts of files below `openapi/`, by path relative to the root; undefined for a file that goes. */
  readonly texts: ReadonlyMap<string, string | undefined>
  readonly operations: ReadonlySet<string>
  readonly components: ReadonlySet<string>
  readonly urls: ReadonlySet<string>
}

const index = 'openapi/openapi.yaml'
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Reads the files of a contract by path. */
export async function readContractFiles(
  root: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  const paths = files.filter((it) => /^openapi\/.*\.yaml$/.test(it))
  const read = async (path: string) => [path, await readFile(join(root, path), 'utf8')] as const
  return new Map(await Promise.all(paths.map(read)))
}

/** Returns the operationIds of a contract. */
export function operationIds(contract: ReadonlyMap<string, string>): Set<string> {
  const ids = [...contract].filter(([path]) => path.startsWith('openapi/paths/'))
  return new Set(ids.flatMap(([, text]) => operationsIn(text).map((it) => it.id)))
}

interface Operation {
  readonly method: string
  readonly id: string
  readonly tags: readonly string[]
}

function operationsIn(text: string): Operation[] {
  const item = parseDocument(text).toJS() as Record<
    string,
    { operationId?: string; tags?: string[] }
  >
  return Object.entries(item ?? {})
    .filter(([method]) => methods.includes(method))
    .map(([method, { operationId = '', tags = [] }]) => ({ method, id: operationId, tags }))
}

/** Takes operations out of a contract. */
export function removeOperations(
  contract: ReadonlyMap<string, string>,
  operations: ReadonlySet<string>,
): ContractChange {
  const rest = new Map(contract)
  const deleted = new Set<string>()
  const tagsBefore = new Set<string>()
  for (const [path, text] of contract) {
    if (!path.startsWith('openapi/paths/')) continue
    const all = operationsIn(text)
    const own = all.filter((it) => operations.has(it.id))
    for (const { tags } of own) for (const tag of tags) tagsBefore.add(tag)
    if (own.length > 0 && own.length === all.length) {
      deleted.add(path)
      rest.delete(path)
      continue
    }
    const goes = new Set(own.map((it) => it.method))
    rest.set(path, withoutNames(withoutMethods(text, goes), operations))
  }
  const urls = new Set<string>()
  const inIndex = withoutParts(rest.get(index) ?? '', (part, path) => {
    if (path.length !== 2 || path[0] !== 'paths' || !isPair(part)) return false
    const isGone = referencesIn(index, String(part)).some((it) => deleted.has(it))
    if (isGone) urls.add(String(part.key))
    return isGone
  })
  rest.set(index, withoutTags(inIndex, unused(tagsBefore, rest)))
  const components = removeUnusedComponents(contract, rest)
  const texts = new Map<string, string | undefined>()
  for (const [path, text] of contract) {
    if (rest.get(path) !== text) texts.set(path, rest.get(path))
  }
  return { texts, operations, components, urls }
}

function withoutMethods(text: string, goes: ReadonlySet<string>): string {
  return withoutParts(
    text,
    (part, path) => path.length === 1 && isPair(part) && goes.has(String(part.key)),
  )
}

/** Takes names of removed operations out of lists such as `x-invalidates`. */
function withoutNames(text: string, operations: ReadonlySet<string>): string {
  return withoutParts(
    text,
    (part, path) =>
      isScalar(part) && path.at(-2) === 'x-invalidates' && operations.has(String(part.value)),
  )
}

function unused(tags: ReadonlySet<string>, contract: ReadonlyMap<string, string>): Set<string> {
  const used = new Set<string>()
  for (const [path, text] of contract) {
    if (!path.startsWith('openapi/paths/')) continue
    for (const tag of operationsIn(text).flatMap((it) => it.tags)) used.add(tag)
  }
  return new Set([...tags].filter((it) => !used.has(it)))
}

function withoutTags(text: string, tags: ReadonlySet<string>): string {
  return withoutParts(
    text,
    (part, path) =>
      path.length === 2 && path[0] === 'tags' && isMap(part) && tags.has(String(part.get('name'))),
  )
}

/** Removes the files of components that only removed parts have referred to. Returns their names. */
function removeUnusedComponents(
  before: ReadonlyMap<string, string>,
  rest: Map<string, string>,
): Set<string> {
  const once = reachable(before)
  const still = reachable(rest)
  for (const path of once) if (!still.has(path)) rest.delete(path)
  const kept = new Set([...rest.keys()].map(nameOf))
  return new Set(
    [...once]
      .filter((it) => !still.has(it) && isComponent(it))
      .map(nameOf)
      .filter((it) => !kept.has(it)),
  )
}

const isComponent = (path: string) => path.startsWith('openapi/components/')
const nameOf = (path: string) => path.replace(/^.*\/|\.yaml$/g, '')

function reachable(contract: ReadonlyMap<string, string>): Set<string> {
  const found = new Set<string>([index])
  for (const path of found) {
    for (const next of referencesIn(path, contract.get(path) ?? '')) {
      if (contract.has(next)) found.add(next)
    }
  }
  return found
}

/** Returns the files that strings of a file name: by `$ref`, or by the mapping of a discriminator. */
function referencesIn(path: string, text: string): string[] {
  const found: string[] = []
  visit(parseDocument(text), {
    Scalar(key, { value }) {
      if (key === 'key' || typeof value !== 'string' || !/\.yaml(#.*)?$/.test(value)) return
      found.push(normalize(join(dirname(path), value.replace(/#.*$/, ''))))
    },
  })
  return found
}

/** Takes codes out of `ProblemCode.yaml`. */
export function withoutCodes(text: string, codes: ReadonlySet<string>): string {
  return withoutParts(
    text,
    (part, path) => path[0] === 'enum' && isScalar(part) && codes.has(String(part.value)),
  )
}

/** Returns the values of an enum. */
export function enumOf(text: string): string[] {
  const values: unknown = parseDocument(text).get('enum')
  return isSeq(values) ? values.items.map((it) => String(isScalar(it) ? it.value : it)) : []
}

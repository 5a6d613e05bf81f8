// Puts the files of a contract together inside of Redocly, as its `bundle` does, and remembers where
// each part stands: rules see the bundled document, and their findings get places in the sources.
import { basename, extname } from 'node:path'
import type { Document } from '../document.ts'
import { namedSchemas, nestedSchemas } from '../subschemas.ts'
import type { Pointer } from './rule.ts'

/** A place in a source file, as Redocly has it. */
interface Location {
  readonly source: { readonly absoluteRef: string }
  readonly pointer: string
  readonly absolutePointer: string
  child(keys: Pointer): Location
  key(): object
}

/** What Redocly gives to the visitor of a rule. */
export interface RuleContext {
  readonly location: Location
  report(problem: { message: string; location: object }): void
  resolve(
    reference: object,
    from: string,
  ): { readonly node?: unknown; readonly location?: Location | undefined }
}

export interface Assembled {
  readonly document: Document
  /** Whether all references lead somewhere. Redocly reports those that do not. */
  readonly isWhole: boolean
  /** Returns where a place of the document stands in its file, or the nearest place around it. */
  readonly locate: (at: Pointer) => object
}

/** The keywords that hold a list of schemas. */
const listed = ['allOf', 'anyOf', 'oneOf', 'prefixItems']

/**
 * Where references stand: the kind of object behind each key, by the kind of object around it. A
 * star before a kind stands for a map or a list of such objects, and as a key for any key. All else is a value, in which nothing refers.
 */
const grammar: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: { paths: '*pathItems', webhooks: '*pathItems', components: 'components' },
  components: {
    schemas: '*schemas',
    parameters: '*parameters',
    headers: '*headers',
    responses: '*responses',
    requestBodies: '*requestBodies',
    examples: '*examples',
    securitySchemes: '*securitySchemes',
    links: '*links',
    callbacks: '*callbacks',
    pathItems: '*pathItems',
  },
  pathItems: {
    parameters: '*parameters',
    get: 'operations',
    put: 'operations',
    post: 'operations',
    patch: 'operations',
    delete: 'operations',
    head: 'operations',
    options: 'operations',
  },
  operations: {
    parameters: '*parameters',
    requestBody: 'requestBodies',
    responses: '*responses',
    callbacks: '*callbacks',
  },
  callbacks: { '*': 'pathItems' },
  parameters: { schema: 'schemas', content: '*mediaTypes', examples: '*examples' },
  headers: { schema: 'schemas', content: '*mediaTypes', examples: '*examples' },
  requestBodies: { content: '*mediaTypes' },
  responses: { headers: '*headers', content: '*mediaTypes', links: '*links' },
  mediaTypes: {
    schema: 'schemas',
    itemSchema: 'schemas',
    'x-itemSchema': 'schemas',
    encoding: '*encodings',
    examples: '*examples',
  },
  encodings: { headers: '*headers' },
  schemas: {
    ...Object.fromEntries([...nestedSchemas].map((it) => [it, 'schemas'])),
    ...Object.fromEntries([...namedSchemas, ...listed].map((it) => [it, '*schemas'])),
    discriminator: 'discriminators',
  },
  discriminators: { mapping: '*mappings' },
}

function kindBelow(kind: string, key: string | number): string {
  if (kind.startsWith('*')) return kind.slice(1)
  return grammar[kind]?.[key] ?? grammar[kind]?.['*'] ?? 'value'
}

/** Assembles the contract whose root Redocly visits. */
export function assemble(root: object, { location: start, resolve }: RuleContext): Assembled {
  const places = new Map<unknown, Location>()
  const components: Record<string, Record<string, unknown>> = { schemas: {}, securitySchemes: {} }
  const pointers = new Map<string, string>()
  let isWhole = true

  const copy = (node: unknown, location: Location, kind: string): unknown => {
    if (kind === 'mappings') return pointerTo({ $ref: node }, location, 'schemas')
    if (kind === 'value' || typeof node !== 'object' || node === null) return node
    const isReference = '$ref' in node && typeof node.$ref === 'string'
    if (isReference && kind === 'pathItems') {
      const target = resolve(node, location.source.absoluteRef)
      if (target.location && target.node !== undefined) {
        return copy(target.node, target.location, kind)
      }
      isWhole = false
      return node
    }
    const copyBelow = (value: unknown, key: string | number) =>
      copy(value, location.child([key]), kindBelow(kind, key))
    const result = isReference
      ? { ...node, $ref: pointerTo(node, location, kind) }
      : Array.isArray(node)
        ? node.map(copyBelow)
        : Object.fromEntries(Object.entries(node).map(([key, it]) => [key, copyBelow(it, key)]))
    places.set(result, location)
    return result
  }

  /** Returns the pointer of the component that a reference leads to, and adds what is not there yet. */
  const pointerTo = (reference: { $ref?: unknown }, { source }: Location, kind: string) => {
    const { node, location } = resolve(reference, source.absoluteRef)
    if (location === undefined || node === undefined) {
      isWhole = false
      return reference.$ref
    }
    const { pointer } = location
    if (location.source === start.source && pointer.startsWith('#/components/')) return pointer
    const known = pointers.get(location.absolutePointer)
    if (known !== undefined) return known
    const name = nameOf(location)
    const added = `#/components/${kind}/${name}`
    pointers.set(location.absolutePointer, added)
    const component = copy(node, location, kind)
    components[kind] = { ...components[kind], [name]: component }
    return added
  }

  const document = copy(root, start, 'document') as Document
  for (const [kind, group] of Object.entries(document.components ?? {})) {
    components[kind] = { ...group, ...components[kind] }
  }
  return {
    isWhole,
    document: { ...document, components: components as Document['components'] },
    locate: (at) => locate({ ...document, components }, at, start, places),
  }
}

/** Returns the name that Redocly's bundle gives to a component: its key, or its file's name. */
function nameOf({ source, pointer }: Location): string {
  const last = pointer.slice(pointer.lastIndexOf('/') + 1)
  return last || basename(source.absoluteRef, extname(source.absoluteRef))
}

function locate(document: object, at: Pointer, start: Location, places: Map<unknown, Location>) {
  let node: unknown = document
  let location = start
  for (const key of at) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) break
    node = (node as Record<string | number, unknown>)[key]
    location = places.get(node) ?? location.child([key])
  }
  return typeof node === 'object' ? location.key() : location
}

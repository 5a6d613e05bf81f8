// Gives components names that OpenAPI allows. Tools write others, such as `Page«Pet»`, into documents of 2.0.
import { componentName, type Document } from './document.ts'
import { childrenOf } from './inheritance.ts'
import { eachSchema } from './subschemas.ts'

/** The new names by kind and old name. */
type Renamed = ReadonlyMap<string, ReadonlyMap<string, string>>

/** A name that every object has, such as `constructor`, cannot be told from a component. */
const isName = (name: string) => /^[\w.-]+$/.test(name) && !(name in {})

/** Returns the document with other names for components where theirs cannot be used. */
export function nameComponents(document: Document): Document {
  const renamed = new Map(
    Object.entries(document.components).map(([kind, parts]) => [kind, namesOf(parts)]),
  )
  if ([...renamed.values()].every((it) => it.size === 0)) return document
  const { components, ...rest } = rewritten(document, renamed) as Document
  const entries = Object.entries(components).map(([kind, parts]) => [
    kind,
    withNames(parts, renamed.get(kind)),
  ])
  const named = { ...rest, components: Object.fromEntries(entries) }
  keepValues(named, renamed.get('schemas') ?? new Map())
  return named
}

/** Keeps the old name of a schema as the value of a discriminator that leads to it. */
function keepValues(document: Document, renamed: ReadonlyMap<string, string>): void {
  const parents = new Map(
    Object.entries(document.components.schemas).map(([name, it]) => [it, name] as const),
  )
  for (const { schema } of renamed.size === 0 ? [] : eachSchema(document)) {
    const { discriminator, oneOf, anyOf } = schema
    if (discriminator === undefined) continue
    const parent = parents.get(schema)
    const children = parent ? childrenOf(document.components.schemas, parent) : []
    const branches = (oneOf ?? anyOf)?.map(componentName) ?? [...children, parent]
    const mapping = { ...discriminator.mapping }
    for (const [value, name] of renamed) {
      const target = `#/components/schemas/${name}`
      const isMapped = Object.values(mapping).some((it) => it === target || it === name)
      if (branches.includes(name) && !isMapped) mapping[value] = target
    }
    if (Object.keys(mapping).length > 0) discriminator.mapping = mapping
  }
}

function namesOf(parts: object): Map<string, string> {
  const names = Object.keys(parts ?? {})
  const taken = new Set(names.filter(isName))
  const renamed = new Map<string, string>()
  for (const name of names.filter((it) => !isName(it))) {
    const wanted = `${name.replace(/[^\w.-]+/g, '_').slice(0, 100) || '_'}${name in {} ? '_' : ''}`
    let free = wanted
    for (let count = 2; taken.has(free); count++) free = `${wanted}${count}`
    taken.add(free)
    renamed.set(name, free)
  }
  return renamed
}

function withNames(parts: object, renamed: ReadonlyMap<string, string> | undefined): object {
  const entries = Object.entries(parts).map(([name, it]) => [renamed?.get(name) ?? name, it])
  return Object.fromEntries(entries)
}

/** The fields that hold data, in which nothing refers. */
const dataFields = new Set(['example', 'examples', 'default', 'const', 'enum'])
/** The fields whose members have names, such as the response `default`. */
const maps = new Set(['properties', 'responses', 'schemas', 'headers', '$defs'])

function rewritten(node: unknown, renamed: Renamed, isMap = false): unknown {
  if (Array.isArray(node)) return node.map((it) => rewritten(it, renamed))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]) => {
    if (isMap) return [key, rewritten(value, renamed)]
    if (dataFields.has(key)) return [key, value]
    if (key === '$ref' && typeof value === 'string') return [key, referenceTo(value, renamed)]
    if (key === 'mapping') return [key, mappingOf(value, renamed)]
    if (key === 'security' && Array.isArray(value)) {
      return [key, value.map((it) => withNames(it, renamed.get('securitySchemes')))]
    }
    return [key, rewritten(value, renamed, maps.has(key))]
  })
  return Object.fromEntries(entries)
}

function referenceTo(reference: string, renamed: Renamed): string {
  const [root, components, kind = '', name = '', ...rest] = reference.split('/')
  if (root !== '#' || components !== 'components') return reference
  const free = renamed.get(kind)?.get(plain(name))
  return free === undefined ? reference : [root, components, kind, free, ...rest].join('/')
}

/** Returns the key that a step of a pointer stands for. */
function plain(step: string): string {
  const decoded = step.includes('%') ? decodeURIComponent(step) : step
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~')
}

function mappingOf(mapping: unknown, renamed: Renamed): unknown {
  if (typeof mapping !== 'object' || mapping === null) return mapping
  const entries = Object.entries(mapping).map(([value, target]) => [
    value,
    renamed.get('schemas')?.get(String(target)) ?? referenceTo(String(target), renamed),
  ])
  return Object.fromEntries(entries)
}

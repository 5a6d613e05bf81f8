// Inheritance, as documents of OpenAPI 3.0 have it: a schema with a discriminator and without branches
// stands for those that have it in `allOf`. Spelled out as a union, it is read like any other.
import { componentName, type Document, type Schema } from './document.ts'

/** Makes each parent a union of its children, and of what it says itself: `PetBase` for `Pet`. */
export function spellOutInheritance(document: Document): void {
  const { schemas } = document.components
  const parents = Object.entries(schemas).flatMap(([name, schema]) => {
    const { discriminator, oneOf, anyOf } = schema
    const children = childrenOf(schemas, name)
    if (discriminator === undefined || oneOf || anyOf || children.length === 0) return []
    return [{ name, schema, discriminator, children }]
  })
  const baseOf = new Map(parents.map(({ name }) => [name, freeName(schemas, `${name}Base`)]))
  for (const { name, schema, discriminator, children } of parents) {
    const { discriminator: _, ...own } = schema
    const tag = discriminator.propertyName
    const mapping = Object.entries(discriminator.mapping ?? {}).map(([value, target]) => {
      return [value, componentName({ $ref: target }) ?? target] as const
    })
    const isMapped = (it: string) => mapping.some(([, target]) => target === it)
    const values = own.properties?.[tag]?.enum
    const isAbstract = values !== undefined && !values.includes(name) && !isMapped(name)
    const branches = isAbstract ? children : [...children, name]
    const named = branches.filter((it) => !isMapped(it)).map((it) => [it, it] as const)
    const known = [...mapping, ...named].filter(([, target]) => branches.includes(target))
    const referenceTo = (it: string) => `#/components/schemas/${baseOf.get(it) ?? it}`
    schemas[baseOf.get(name) ?? name] = own
    schemas[name] = {
      oneOf: branches.map((it) => ({ $ref: referenceTo(it) })),
      discriminator: {
        propertyName: tag,
        mapping: Object.fromEntries(known.map(([value, it]) => [value, referenceTo(it)])),
      },
    }
    for (const child of children) {
      for (const it of [schemas[child], schemas[baseOf.get(child) ?? '']]) {
        it?.allOf?.forEach((part, index, all) => {
          if (componentName(part) === name) all[index] = { ...part, $ref: referenceTo(name) }
        })
      }
    }
  }
}

/** Returns the names of the components that have another in `allOf`, directly or through one of them. */
export function childrenOf(schemas: Readonly<Record<string, Schema>>, parent: string): string[] {
  const seen = new Set([parent])
  for (const above of seen) {
    for (const [name, { allOf = [] }] of Object.entries(schemas)) {
      if (allOf.some((it) => componentName(it) === above)) seen.add(name)
    }
  }
  return [...seen].slice(1)
}

/** Returns a name that no component has. */
export function freeName(schemas: object, name: string): string {
  return Object.hasOwn(schemas, name) ? freeName(schemas, `${name}_`) : name
}

// Values as the code of tests and seeds writes them.
import type { Field } from './fields.ts'
import { type Resource, refFields, uniqueFields } from './resource.ts'
import { sampleOf } from './samples.ts'

/** Returns a value as a literal of TypeScript. */
export function literal(value: unknown): string {
  if (typeof value === 'string' && /^x{20,}$/.test(value)) return `'x'.repeat(${value.length})`
  return JSON.stringify(value).replaceAll("'", "\\'").replaceAll('"', "'")
}

/** Returns an expression for a value that is new each time where it has to be. @param user that of a ref */
export function valueFor(field: Field, user: string): string {
  const { type, isUnique, min = 0, max = 2_147_483_647 } = field
  if (type === 'ref') return `${user}.id`
  if (!isUnique) return literal(sampleOf(field))
  if (type === 'integer') return `randomInt(${min}, ${max})`
  if (max < 36) return `randomUUID().slice(-${max})`
  return min > 36 ? `randomUUID().padEnd(${min}, '.')` : 'randomUUID()'
}

/** Returns the properties that a person sends to create one. */
export const propertiesOf = ({ fields }: Resource, user: string) =>
  fields.map((it) => `${it.name.camel}: ${valueFor(it, user)},`)

/** Returns what these expressions need of `node:crypto`. */
export const randomFunctions = (resource: Resource) => [
  ...(uniqueFields(resource).some((it) => it.type === 'integer') ? ['randomInt'] : []),
  ...(uniqueFields(resource).some((it) => it.type === 'string') ? ['randomUUID'] : []),
]

/** Tells whether new ones differ, so that a constant cannot describe them. */
export const areDifferent = (resource: Resource) =>
  uniqueFields(resource).length + refFields(resource).length > 0

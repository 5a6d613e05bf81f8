// Pieces of the TypeScript in `generated/types.d.ts`.
import { componentName, type Schema } from './document.ts'

export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1)
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
const literal = (value: unknown) =>
  typeof value === 'string' ? quoted(value) : JSON.stringify(value)
export const property = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

export const isScalar = ({ type }: Schema) =>
  typeof type === 'string' && ['string', 'integer', 'number', 'boolean'].includes(type)

/** Returns the type of a scalar. */
export function scalarType({ type, enum: values, const: only }: Schema): string {
  if (only !== undefined) return literal(only)
  if (values !== undefined) return values.map(literal).join(' | ')
  return type === 'integer' ? 'number' : String(type)
}

/** Returns the component that a schema refers to, or else its place among the types of the document. */
export function schemaType(schema: Schema, place: string): string {
  const name = componentName(schema)
  return name === undefined ? place : `Schemas['${name}']`
}

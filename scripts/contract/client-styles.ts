// What the typed client is told of the styles of parameters.
import type {
  Operation,
  ParameterOutline,
  ParameterTable,
  Shape,
} from '../../src/engine/operation.ts'
import type { Styles } from '../../src/engine/steps/styles.ts'

/**
 * Returns the styles of parameters by method and path, for each operation with one that openapi-fetch
 * does not write by itself.
 */
export function clientStyles(operations: Record<string, Operation>): Record<string, Styles> {
  const others = Object.values(operations).filter(({ parameters: { path, query } }) => {
    return Object.values(path).some(isOtherPath) || Object.values(query).some(isOtherQuery)
  })
  return Object.fromEntries(
    others.map(({ method, path, parameters }) => [
      `${method.toUpperCase()} ${path}`,
      { path: stylesIn(parameters.path), query: stylesIn(parameters.query) },
    ]),
  )
}

/** In a path, openapi-fetch has the style `simple`, and explodes no object. */
const isOtherPath = ({ shape, style, explode }: ParameterOutline) =>
  shape !== undefined && (style !== 'simple' || (shape.members !== undefined && explode === true))

/** openapi-fetch explodes lists, writes objects of scalars as `deepObject`, and leaves out what is null. */
function isOtherQuery({ shape, style, explode }: ParameterOutline): boolean {
  if (shape?.types.includes('null')) return true
  if (style === 'deepObject') return shape?.items !== undefined || hasNested(shape)
  if (shape?.members) return true
  return shape?.items !== undefined && !explode
}

const hasNested = ({ members = {}, others }: Partial<Shape> = {}) =>
  [...Object.values(members), others].some((it) => it?.items || it?.members || it?.others)

function stylesIn(table: ParameterTable) {
  const styled = Object.entries(table).filter(([, { shape }]) => shape)
  return Object.fromEntries(
    styled.map(([name, { style, explode }]) => [
      name,
      { ...(style && { style }), ...(explode !== undefined && { explode }) },
    ]),
  )
}

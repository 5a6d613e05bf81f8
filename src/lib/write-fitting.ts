// Writes a value by several schemas at once: by those alternatives of a schema that it fits, or by the
// patterns that the name of a member fits.
import { no } from './write-json.ts'

type Writer = (value: unknown) => string
interface Validator {
  (value: unknown): boolean
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null
}

/** Writes a value by each alternative that it fits, after it has been validated as a whole. */
export function fitting(
  value: unknown,
  isValid: Validator,
  alternatives: readonly (readonly [Validator, Writer])[],
): string {
  if (!isValid(value)) {
    const [error] = isValid.errors ?? []
    return no(`a value that fits its schema (${error?.instancePath} ${error?.message})`, value)
  }
  const written = alternatives.filter(([fits]) => fits(value)).map(([, write]) => write(value))
  return written.length > 0 ? joined(written) : no('one of the alternatives', value)
}

/** Writes a member by the patterns that its name fits, or else by `rest`, or not at all. */
export function byName(
  value: unknown,
  name: string,
  patterns: readonly (readonly [RegExp, Writer])[],
  rest?: Writer,
): string | undefined {
  const written = patterns.filter(([it]) => it.test(name)).map(([, write]) => write(value))
  return written.length > 0 ? joined(written) : rest?.(value)
}

/** Returns the JSON of what any of these has. All are written of one value. */
function joined(written: readonly string[]): string {
  const [first = '', ...others] = new Set(written)
  if (others.length === 0) return first
  const values: unknown[] = [first, ...others].map((it) => JSON.parse(it))
  return JSON.stringify(values.reduce(union))
}

function union(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.map((item, index) => union(item, other[index]))
  }
  if (!isObject(one) || !isObject(other)) return one
  const added = Object.entries(other).map(([name, value]) => {
    return [name, Object.hasOwn(one, name) ? union(one[name], value) : value] as const
  })
  return Object.fromEntries([...Object.entries(one), ...added])
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

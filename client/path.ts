// Writes path parameters into a path, so that a value never leaves its own segment.
import { type ParameterStyle, writeSegment } from '../src/engine/steps/styles.ts'

/**
 * Returns a template such as `/users/{username}` with its parameters in place, percent-encoded.
 * @param styles those of parameters that are lists or objects; by default their parts are between commas.
 * @throws TypeError that names a parameter whose value cannot be part of a path.
 */
export function serializePath(
  template: string,
  parameters: Record<string, unknown>,
  styles: Readonly<Record<string, ParameterStyle>> = {},
): string {
  const segments = template.split('/').map((segment) => {
    const names = [...segment.matchAll(parameter)].map(([, name = '']) => name)
    if (names.length === 0) return segment
    const invalid = (name: string, why: string) =>
      new TypeError(`${template}: the path parameter ${name} ${why}`)
    const written = segment.replace(parameter, (_, name: string) => {
      const value = parameters?.[name]
      if (value === undefined || value === null) throw invalid(name, 'is missing')
      const text = encode(name, value, styles[name])
      if (text === undefined) throw invalid(name, 'is not well-formed Unicode')
      if (text === '') throw invalid(name, 'must not be ""')
      return text
    })
    // URL parsers resolve dots, encoded ones too: the request would reach another path.
    if (['.', '..'].includes(written)) throw invalid(names.join(), `must not be "${written}"`)
    return written
  })
  return segments.join('/')
}

const parameter = /\{([^{}]+)\}/g

/** Returns undefined for text that has no encoding: a lone surrogate. */
function encode(
  name: string,
  value: unknown,
  style: ParameterStyle | undefined,
): string | undefined {
  try {
    return writeSegment(name, value, style)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

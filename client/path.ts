// Writes path parameters into a path, so that a value never leaves its own segment.
import { defaultPathSerializer } from 'openapi-fetch'

/**
 * Returns a template such as `/users/{username}` with its parameters in place, percent-encoded.
 * @throws TypeError that names a parameter whose value cannot be part of a path.
 */
export function serializePath(template: string, parameters: Record<string, unknown>): string {
  const segments = template.split('/').map((segment) => {
    const [, name] = /\{(\w+)\}/.exec(segment) ?? []
    if (name === undefined) return segment
    const invalid = (why: string) => new TypeError(`${template}: the path parameter ${name} ${why}`)
    if (parameters?.[name] === undefined || parameters[name] === null) throw invalid('is missing')
    const written = encode(segment, parameters)
    if (written === undefined) throw invalid('is not well-formed Unicode')
    // URL parsers resolve dots, encoded ones too: the request would reach another path.
    if (['', '.', '..'].includes(written)) throw invalid(`must not be "${written}"`)
    return written
  })
  return segments.join('/')
}

/** Returns undefined for text that has no encoding: a lone surrogate. */
function encode(segment: string, parameters: Record<string, unknown>): string | undefined {
  try {
    return defaultPathSerializer(segment, parameters)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

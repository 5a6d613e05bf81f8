// The contract for the docs page. Swagger UI fills in the example of each parameter before a reader has
// typed anything, and sends it: an entity tag that fits no resource, a cursor that fits no list.

type Fields = Readonly<Record<string, unknown>>

/**
 * Returns the served document with the examples of optional parameters in their descriptions, so that
 * Swagger UI shows them and leaves the fields empty. The given document stays as it is.
 */
export function pageDocument(document: object, basePath: string): object {
  const { servers, ...rest } = withoutPrefills(document) as { servers?: { url: string }[] }
  const isElsewhere = !servers?.[0]?.url.startsWith('/')
  // The page may ask its own host alone, which is where its readers want to try things out.
  return { ...rest, servers: isElsewhere ? [{ url: basePath || '/' }] : servers }
}

function withoutPrefills(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrefills)
  if (typeof value !== 'object' || value === null) return value
  const fields = value as Fields
  if (isOptionalParameter(fields)) return withExampleInWords(fields)
  return Object.fromEntries(
    Object.entries(fields).map(([key, it]) => [key, skipped.has(key) ? it : withoutPrefills(it)]),
  )
}

/** Schemas and examples may hold anything, and no parameters. */
const skipped = new Set(['schemas', 'schema', 'example', 'examples'])

function isOptionalParameter({ name, in: place, required, schema }: Fields): boolean {
  return typeof name === 'string' && typeof place === 'string' && !required && schema !== undefined
}

function withExampleInWords(parameter: Fields): Fields {
  const { example, examples = {}, ...rest } = parameter
  const named = Object.values(examples as Record<string, { value?: unknown }>)
  const [shown] = [example, ...named.map((it) => it.value)].filter((it) => it !== undefined)
  const { default: fallback } = rest.schema as Fields
  if (shown === undefined || fallback !== undefined) return rest
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown)
  const words = [rest.description, `Example: \`${text}\``]
  return { ...rest, description: words.filter(Boolean).join('\n\n') }
}

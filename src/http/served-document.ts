// The contract as the service serves it: with the `info` of the environment, the prefix of a proxy, and
// each operation's policies and problem codes in its description, which the docs page would hide.
import type { CachePolicy, Operation } from '../engine/operation.ts'
import { secondsAtClient } from '../engine/steps/conditional.ts'

interface Document {
  readonly info: object
  readonly paths: Readonly<Record<string, object>>
  readonly components: object
}

interface Options {
  /** Replaces members of the contract's `info`, unless undefined. */
  readonly info: Readonly<Record<string, unknown>>
  /** How many seconds clients may keep responses of operations with `maxAge: default`. */
  readonly maxAge: number
}

/** Returns the document to serve; the given one stays unchanged. */
export function servedDocument(
  document: Document,
  operations: Readonly<Record<string, Operation>>,
  { info, maxAge }: Options,
): object {
  const overlay = Object.entries(info).filter(([, value]) => value !== undefined)
  const paths: Record<string, object> = { ...document.paths }
  for (const operation of Object.values(operations)) {
    const { path, method } = operation
    const item = (paths[path] ?? {}) as Readonly<Record<string, Documented | undefined>>
    const documented = item[method]
    if (documented === undefined) continue
    const notes = [...policies(operation, maxAge), ...problems(document, documented)]
    const description = [documented.description, list(notes)].filter(Boolean).join('\n\n')
    paths[path] = { ...item, [method]: { ...documented, description } }
  }
  return { ...document, info: { ...document.info, ...Object.fromEntries(overlay) }, paths }
}

/** The parts of an operation that this module reads. */
interface Documented {
  readonly description?: string
  readonly responses?: Readonly<Record<string, Response>>
}
interface Response {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly examples?: Record<string, Example> }>>
}
interface Example {
  readonly value?: { readonly code?: unknown }
}

const list = (items: readonly string[]) => items.map((it) => `- ${it}`).join('\n')
const code = (text: string) => `\`${text}\``
const seconds = (count: number) => (count === 1 ? '1 second' : `${count} seconds`)

function policies(operation: Operation, maxAge: number): string[] {
  const { cache, invalidates, rateLimit, idempotent } = operation
  const notes = [`**Access:** ${access(operation)}`]
  if (cache) notes.push(`**Cache:** ${caching(cache, maxAge)}`)
  const dropped = Object.entries(invalidates ?? {})
  if (dropped.length > 0) {
    const reads = dropped.map(([read, names]) => code(read) + sameParameters(names))
    notes.push(`**Invalidates:** cached responses of ${reads.join(', ')}.`)
  }
  if (rateLimit) {
    const { limit, window, by } = rateLimit
    const subject = by === 'ip' ? 'address' : 'caller'
    const requests = limit === 1 ? '1 request' : `${limit} requests`
    notes.push(`**Rate:** ${requests} in ${seconds(window)} per ${subject}; 429 beyond that.`)
  }
  if (idempotent)
    notes.push('**Retries:** requests with the same `Idempotency-Key` take effect once.')
  return notes
}

function access({ security, owner }: Operation): string {
  if (security.length === 0) return 'anyone.'
  const alternatives = security.map((requirement) => {
    const schemes = Object.entries(requirement).map(([scheme, scopes]) =>
      [code(scheme), ...(scopes.length ? ['with scope', scopes.map(code).join(', ')] : [])].join(
        ' ',
      ),
    )
    return schemes.join(' and ') || 'no credentials'
  })
  const who = alternatives.join(', or ')
  return owner === undefined
    ? `${who}.`
    : `${who}; the user that ${code(owner)} names, or a superuser.`
}

function caching(cache: CachePolicy, maxAge: number): string {
  const { ttl, scope } = cache
  const entries = scope === 'public' ? 'one response for all callers' : 'a response per caller'
  const age = secondsAtClient(cache, maxAge)
  const client = age === 0 ? 'clients revalidate each time' : `clients keep it for ${seconds(age)}`
  return `the server keeps ${entries} for ${seconds(ttl)}; ${client}.`
}

function sameParameters(names: readonly string[]): string {
  return names.length === 0 ? '' : ` of the same ${names.map(code).join(', ')}`
}

/** Returns the problem codes by status, from the examples. Leaves out those of every request. */
function problems(document: Document, { responses = {} }: Documented): string[] {
  const found = Object.entries(responses).flatMap(([status, response]) => {
    if (status === 'default') return []
    const media = follow(document, response)?.content?.['application/problem+json']
    const examples = Object.values(media?.examples ?? {})
    const codes = new Set(examples.map((it) => it.value?.code).filter((it) => it !== undefined))
    return codes.size === 0
      ? []
      : [`${status} ${[...codes].map((it) => code(String(it))).join(', ')}`]
  })
  return found.length === 0 ? [] : [`**Problems:** ${found.join('; ')}.`]
}

/** Returns a response, or the component that it refers to. */
function follow({ components }: Document, response: Response): Response | undefined {
  const name = response.$ref?.match(/^#\/components\/responses\/(\w+)$/)?.[1]
  if (name === undefined) return response
  const { responses } = components as { responses?: Readonly<Record<string, Response>> }
  return responses?.[name]
}

/** The members of a contract that are URLs of the service. */
const urls = new Set(['url', 'tokenUrl', 'refreshUrl', 'authorizationUrl'])

/**
 * Returns the contract with a prefix before the paths of its servers and OAuth 2 flows: the path under
 * which a proxy publishes the service and which it strips before it forwards.
 */
export function documentUnder(document: object, prefix: string): object {
  if (prefix === '') return document
  const { servers, paths, components } = document as WithUrls
  const { securitySchemes } = components
  return {
    ...document,
    servers: prefixed(servers, prefix),
    paths: withServers(paths, (it) => prefixed(it, prefix)),
    components: { ...components, securitySchemes: prefixed(securitySchemes, prefix) },
  }
}

/** Replaces the servers of paths and operations, which stand for those of the document. */
function withServers(paths: Fields, replace: (servers: unknown) => unknown, depth = 2): Fields {
  const entries = Object.entries(paths).map(([name, it]) => {
    if (name === 'servers') return [name, replace(it)]
    const isBelow = depth > 0 && typeof it === 'object' && it !== null && !Array.isArray(it)
    return [name, isBelow ? withServers(it as Fields, replace, depth - 1) : it]
  })
  return Object.fromEntries(entries)
}

interface WithUrls {
  readonly servers?: readonly { readonly url: string }[]
  readonly paths: Fields
  readonly components: { readonly securitySchemes?: unknown }
}

function prefixed(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((it) => prefixed(it, prefix))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, it]) => [
    name,
    urls.has(name) && typeof it === 'string' && it.startsWith('/')
      ? prefix + it
      : prefixed(it, prefix),
  ])
  return Object.fromEntries(entries)
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Returns the served document with the examples of optional parameters in their descriptions, because
 * Swagger UI would fill them in and send them: an entity tag that matches nothing, an invalid cursor.
 */
export function pageDocument(document: object, basePath: string): object {
  const { servers, paths = {}, ...rest } = withoutPrefills(document) as Partial<WithUrls>
  const isElsewhere = !servers?.[0]?.url.startsWith('/')
  // The page may only send requests to its own host.
  return {
    ...rest,
    servers: isElsewhere ? [{ url: basePath || '/' }] : servers,
    paths: withServers(paths, () => undefined),
  }
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

/** Members that contain no parameters. */
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

// The rules for who may call an operation and for its policies: taking away what a caller could do is
// breaking, any other change is not.
import { type Endpoint, pathParameters } from './endpoint.ts'
import { child, type Fields, type Node, pointer, resolve, same } from './node.ts'
import { changed, type Found, place, type Rule, show } from './rule.ts'

export const accessRules: readonly Rule<Endpoint>[] = [
  {
    name: 'security tightened',
    request: 'breaking',
    find: (old, now) => callers(old, now, old, now, 'is not enough any more'),
  },
  {
    name: 'security loosened',
    request: 'compatible',
    find: (old, now) => callers(old, now, now, old, 'is enough'),
  },
  {
    name: 'security scheme changed',
    request: 'breaking',
    find: schemesThat(sendAnotherCredential),
  },
  { name: 'token URL changed', request: 'breaking', find: schemesThat(lack(tokenUrls)) },
  {
    name: 'token URL added',
    request: 'compatible',
    find: schemesThat((old, now) => lack(tokenUrls)(now, old)),
  },
  { name: 'owner added', operation: 'breaking', find: owner((old) => old === undefined) },
  { name: 'owner removed', operation: 'compatible', find: owner((_, now) => now === undefined) },
  {
    name: 'owner changed',
    operation: 'breaking',
    find: owner((old, now) => old !== undefined && now !== undefined),
  },
  { name: 'rate limit tightened', operation: 'breaking', find: changed('x-rate-limit', tightens) },
  {
    name: 'rate limit loosened',
    operation: 'compatible',
    find: changed('x-rate-limit', (old, now) => !tightens(old, now)),
  },
  {
    name: 'idempotency added',
    operation: 'compatible',
    find: changed('x-idempotent', (it) => !it),
  },
  {
    name: 'idempotency removed',
    operation: 'breaking',
    find: changed('x-idempotent', (it) => !!it),
  },
  // The lifetime of a cached response does not change what it contains.
  {
    name: 'cache changed',
    operation: 'compatible',
    find: changed('x-cache', (old, now) => !same(acted(old), acted(now))),
  },
  {
    name: 'cache reason changed',
    operation: 'documentation',
    find: changed('x-cache', (old, now) => same(acted(old), acted(now))),
  },
  {
    name: 'invalidation removed',
    operation: 'breaking',
    find: (old, now) =>
      dropped(old, now)
        .filter(({ id }) => isCached(now, id))
        .map(toFound),
  },
  {
    name: 'invalidation not needed any more',
    operation: 'compatible',
    find: (old, now) =>
      dropped(old, now)
        .filter(({ id }) => !isCached(now, id))
        .map(toFound),
  },
  {
    name: 'invalidation added',
    operation: 'compatible',
    find: (old, now) =>
      targets(now)
        .filter((it) => !targets(old).includes(it))
        .map((it) => ({ at: place(old, now, 'x-invalidates'), what: `${it} is added` })),
  },
]

type Requirement = Readonly<Record<string, readonly string[]>>

/** Returns the security requirements, of which one is enough; an open operation requires nothing. */
function waysIn({ value }: Node): readonly Requirement[] {
  const ways = (value.security ?? []) as Requirement[]
  return ways.length > 0 ? ways : [{}]
}

/** Tells whether the credentials for one requirement satisfy the other as well. */
function satisfies(brought: Requirement, demanded: Requirement): boolean {
  return Object.entries(demanded).every(
    ([scheme, scopes]) => scheme in brought && scopes.every((it) => brought[scheme]?.includes(it)),
  )
}

/** Returns the requirements of one operation whose credentials do not satisfy the other. */
function callers(old: Endpoint, now: Endpoint, those: Node, these: Node, word: string): Found[] {
  return waysIn(those)
    .filter((brought) => !waysIn(these).some((it) => satisfies(brought, it)))
    .map((it) => ({ at: place(old, now, 'security'), what: `${named(it)} ${word}` }))
}

function named(way: Requirement): string {
  const parts = Object.entries(way).map(([scheme, scopes]) => [scheme, ...scopes].join(' '))
  return parts.join(' with ') || 'no credential'
}

/** Finds schemes of the same name that differ in what a client does with them. */
function schemesThat(differ: (old: Fields, now: Fields) => boolean) {
  return (old: Endpoint, now: Endpoint): Found[] => {
    const used = (it: Endpoint) => new Set(waysIn(it).flatMap((way) => Object.keys(way)))
    return [...used(old)]
      .filter((it) => used(now).has(it))
      .filter((it) => differ(scheme(old, it), scheme(now, it)))
      .map((it) => ({
        at: pointer('#', 'components', 'securitySchemes', it),
        what: `the scheme ${it} is another one`,
      }))
  }
}

function scheme({ document }: Endpoint, name: string): Fields {
  const node = child({ value: document.components.securitySchemes ?? {}, at: '' }, name)
  return node ? resolve(document, node).value : {}
}

/** Returns how a credential is sent: a token is sent the same way, however it is issued. */
function credential({ description, bearerFormat, flows, openIdConnectUrl, ...rest }: Fields) {
  const isToken =
    rest.type === 'oauth2' ||
    rest.type === 'openIdConnect' ||
    (rest.type === 'http' && String(rest.scheme).toLowerCase() === 'bearer')
  return isToken ? 'a bearer token' : rest
}

function sendAnotherCredential(old: Fields, now: Fields): boolean {
  return !same(credential(old), credential(now))
}

/** Returns the URLs that issue tokens, by flow; none for a scheme without flows. */
function tokenUrls({ flows, openIdConnectUrl }: Fields): Fields {
  const entries = Object.entries((flows ?? {}) as Readonly<Record<string, Fields>>)
  const urls = Object.fromEntries(entries.map(([flow, { scopes, ...rest }]) => [flow, rest]))
  return openIdConnectUrl === undefined ? urls : { ...urls, openIdConnectUrl }
}

/** Tells whether the new scheme lacks something of the old one or has another value for it. */
function lack(parts: (scheme: Fields) => Fields) {
  return (old: Fields, now: Fields) =>
    Object.entries(parts(old)).some(([name, value]) => !same(value, parts(now)[name]))
}

/** Finds a changed owner; an owner whose path parameter was renamed is the same. */
function owner(isThat: (old: unknown, now: unknown) => boolean) {
  return (old: Endpoint, now: Endpoint): Found[] => {
    const place = ({ path, value }: Endpoint) => pathParameters(path).indexOf(`${value['x-owner']}`)
    const isRenamed = place(old) >= 0 && place(old) === place(now)
    return isRenamed ? [] : changed('x-owner', isThat)(old, now)
  }
}

interface RateLimit {
  readonly limit: number
  readonly window: number
  readonly by: string
}

/** Returns whether a limit allows fewer requests at once or over time, or counts others together. */
function tightens(before: unknown, after: unknown): boolean {
  const [old, now] = [before, after] as [RateLimit | undefined, RateLimit | undefined]
  if (now === undefined) return false
  if (old === undefined || old.by !== now.by) return true
  return now.limit < old.limit || now.limit / now.window < old.limit / old.window
}

/** Returns what the engine reads of a cache policy: all but the reason for it. */
function acted(policy: unknown): Fields | undefined {
  if (policy === undefined) return undefined
  const { unchanging, ...rest } = policy as Fields
  return rest
}

const targets = ({ value }: Node) => (value['x-invalidates'] ?? []) as readonly string[]

interface Dropped {
  readonly id: string
  readonly at: string
}

function dropped(old: Endpoint, now: Endpoint): Dropped[] {
  const at = place(old, now, 'x-invalidates')
  return targets(old)
    .filter((it) => !targets(now).includes(it))
    .map((id) => ({ id, at }))
}

const toFound = ({ id, at }: Dropped): Found => ({ at, what: `${show(id)} is removed` })

/** Tells whether responses of this operation are cached and can therefore be out of date. */
function isCached({ document }: Endpoint, id: string): boolean {
  const items = Object.values(document.paths)
  return items.some((it) => it.get?.operationId === id && it.get['x-cache'] !== undefined)
}

// Which pages of other origins may read responses and send cookies: those of the allow-list (the CORS
// protocol of the Fetch standard).
import cors from '@koa/cors'
import type { Context as KoaContext, Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import type { Logger } from '../lib/log.ts'

/**
 * Origins such as `https://app.example.com`, or `https://*.example.com` for every subdomain; `loopback`
 * for this machine on any port; `*` for all others, without cookies.
 */
export type Origins = readonly string[]

/** The response headers that a page may read. */
const exposedHeaders = [
  ...['ETag', 'Cache-Status', 'Link', 'Location', 'X-Request-Id'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'Allow'],
]
/** How long a browser keeps the result of a preflight, in seconds. */
const maxAge = 600

/** Admits pages of these origins, and logs each rejected origin once. */
export function crossOrigin(origins: Origins, log: Logger): Middleware<State> {
  const isListed = listedOrigins(origins)
  const isOpen = origins.includes('*')
  const logRejected = rejectedOrigins(log)
  // Without allowed origins no response varies by origin.
  if (origins.length === 0) {
    return (ctx, next) => {
      if (ctx.req.headers.origin !== undefined) logRejected(ctx)
      return next()
    }
  }
  return cors({
    origin: (ctx) => {
      const origin = ctx.get('Origin')
      if (isListed(origin)) return origin
      if (isOpen) return '*'
      if (origin !== '') logRejected(ctx)
      return ''
    },
    credentials: (ctx) => isListed(ctx.get('Origin')),
    exposeHeaders: exposedHeaders,
    maxAge,
    // The same response sends the problem, with the headers that are already set.
    keepHeadersOnError: false,
  })
}

/** Returns a function that tells whether the list has an origin, or a pattern for it. */
function listedOrigins(origins: Origins): (origin: string) => boolean {
  const exact = new Set(origins.filter((it) => it.includes('://') && !it.includes('*')))
  const hasLoopback = origins.includes('loopback')
  const patterns = origins
    .filter((it) => it.includes('://*.'))
    .map((it) => {
      const [scheme = '', host = ''] = it.split('*')
      return { scheme, host }
    })
  return (origin) =>
    exact.has(origin) ||
    (hasLoopback && loopback.test(origin)) ||
    patterns.some(
      ({ scheme, host }) =>
        origin.startsWith(scheme) &&
        origin.endsWith(host) &&
        subdomain.test(origin.slice(scheme.length, -host.length)),
    )
}

/** What a `*` matches: one label or several. */
const subdomain = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/
/** Browsers resolve names below `localhost` to this machine (RFC 6761, section 6.3). */
const loopback = /^https?:\/\/(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Clients can send any origin, so the number and length of logged ones are bounded. */
const mostLogged = 100
const longest = 300

/** Returns a function that logs a rejected origin once, because browsers hide the reason from pages. */
function rejectedOrigins(log: Logger): (ctx: KoaContext) => void {
  const logged = new Set<string>()
  return (ctx) => {
    const origin = ctx.get('Origin')
    if (logged.has(origin) || logged.size >= mostLogged || origin.length > longest) return
    if (isSameOrigin(ctx, origin)) return
    logged.add(origin)
    log.warn({ origin }, origin === 'null' ? withoutOrigin : notListed)
  }
}

const notListed =
  'rejected a page of this origin: if it is your frontend, add the origin to CORS_ORIGINS'
const withoutOrigin =
  'rejected a page without an origin, such as a file or a sandboxed frame: ' +
  'serve it over http and add its origin to CORS_ORIGINS'

/** The docs page sends its origin with writes. A proxy may have changed the host. */
function isSameOrigin(ctx: KoaContext, origin: string): boolean {
  return ctx.get('Sec-Fetch-Site') === 'same-origin' || origin.endsWith(`://${ctx.get('Host')}`)
}

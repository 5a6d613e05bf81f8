// Which pages of other origins may read an answer: those of the allow-list, and they alone may send
// cookies along (the CORS protocol of the Fetch standard).
import cors from '@koa/cors'
import type { Context as KoaContext, Middleware } from 'koa'
import type { State } from '../engine/context.ts'
import type { Logger } from '../lib/log.ts'

/**
 * Origins such as `https://app.example.com`, or `https://*.example.com` for those of every subdomain;
 * `loopback` for those of this machine on any port; `*` lets the pages of all others in without cookies.
 */
export type Origins = readonly string[]

/** What a page may read of an answer beside its body. */
const readable = [
  ...['ETag', 'Cache-Status', 'Link', 'Location', 'X-Request-Id'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'Allow'],
]
/** For how long a browser remembers that it may, in seconds. */
const maxAge = 600

/** Lets pages in, and logs each origin that it refuses once. */
export function crossOrigin(origins: Origins, log: Logger): Middleware<State> {
  const isListed = listedOrigins(origins)
  const isOpen = origins.includes('*')
  const refuse = refusedOrigins(log)
  // No answer varies by an origin where none is allowed.
  if (origins.length === 0) {
    return (ctx, next) => {
      if (ctx.req.headers.origin !== undefined) refuse(ctx)
      return next()
    }
  }
  return cors({
    origin: (ctx) => {
      const origin = ctx.get('Origin')
      if (isListed(origin)) return origin
      if (isOpen) return '*'
      if (origin !== '') refuse(ctx)
      return ''
    },
    credentials: (ctx) => isListed(ctx.get('Origin')),
    exposeHeaders: readable,
    maxAge,
    // What it has set stays on a refusal: the problem is sent by the same response.
    keepHeadersOnError: false,
  })
}

/** Tells whether an origin is in the list, by itself or as a subdomain of a pattern. */
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

/** What stands for the `*`: one label or several. */
const subdomain = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/
/** Browsers never ask a name server about names under `localhost` (RFC 6761, section 6.3). */
const loopback = /^https?:\/\/(([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Anyone can send any origin: so many are logged, and longer ones than a host name makes are not. */
const mostLogged = 100
const longest = 300

/** Logs an origin the first time that it is refused, because the browser does not tell its page why. */
function refusedOrigins(log: Logger): (ctx: KoaContext) => void {
  const logged = new Set<string>()
  return (ctx) => {
    const origin = ctx.get('Origin')
    if (logged.has(origin) || logged.size >= mostLogged || origin.length > longest) return
    if (isSameOrigin(ctx, origin)) return
    logged.add(origin)
    const why = origin === 'null' ? withoutOrigin : notListed
    log.warn({ origin }, why)
  }
}

const notListed =
  'a page of this origin may not read answers: if it is your frontend, add the origin to CORS_ORIGINS'
const withoutOrigin =
  'a page without an origin, such as a file or a sandboxed frame, may not read answers: ' +
  'serve it over http and add its origin to CORS_ORIGINS'

/** The service's own pages send their origin with writes. A proxy may have changed the host. */
function isSameOrigin(ctx: KoaContext, origin: string): boolean {
  return ctx.get('Sec-Fetch-Site') === 'same-origin' || origin.endsWith(`://${ctx.get('Host')}`)
}

// Which pages of other origins may read an answer: those of the allow-list, and they alone may send
// cookies along (the CORS protocol of the Fetch standard).
import cors from '@koa/cors'
import type { Middleware } from 'koa'
import type { State } from './state.ts'

/**
 * Origins such as `https://app.example.com`, or `https://*.example.com` for those of every subdomain;
 * `*` lets the pages of all others in without cookies.
 */
export type Origins = readonly string[]

/** What a page may read of an answer beside its body. */
const readable = [
  ...['ETag', 'Cache-Status', 'Link', 'Location', 'X-Request-Id'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After'],
]
/** For how long a browser remembers that it may, in seconds. */
const maxAge = 600

export function crossOrigin(origins: Origins): Middleware<State> {
  const isListed = listedOrigins(origins)
  const isOpen = origins.includes('*')
  return cors({
    origin: (ctx) => {
      const origin = ctx.get('Origin')
      if (isListed(origin)) return origin
      return isOpen ? '*' : ''
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
  const exact = new Set(origins.filter((it) => !it.includes('*')))
  const patterns = origins
    .filter((it) => it.includes('://*.'))
    .map((it) => {
      const [scheme = '', host = ''] = it.split('*')
      return { scheme, host }
    })
  return (origin) =>
    exact.has(origin) ||
    patterns.some(
      ({ scheme, host }) =>
        origin.startsWith(scheme) &&
        origin.endsWith(host) &&
        subdomain.test(origin.slice(scheme.length, -host.length)),
    )
}

/** What stands for the `*`: one label or several. */
const subdomain = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/

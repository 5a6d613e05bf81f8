// Which pages of other origins may read an answer: those of the allow-list, and they alone may send
// cookies along (the CORS protocol of the Fetch standard).
import cors from '@koa/cors'
import type { Middleware } from 'koa'
import type { State } from './state.ts'

/** Origins such as `https://app.example.com`; `*` lets the pages of all others in without cookies. */
export type Origins = readonly string[]

/** What a page may read of an answer beside its body. */
const readable = [
  ...['ETag', 'Cache-Status', 'Link', 'Location', 'X-Request-Id'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After'],
]
/** For how long a browser remembers that it may, in seconds. */
const maxAge = 600

export function crossOrigin(origins: Origins): Middleware<State> {
  const listed = new Set(origins)
  return cors({
    origin: (ctx) => {
      const origin = ctx.get('Origin')
      if (listed.has(origin)) return origin
      return listed.has('*') ? '*' : ''
    },
    credentials: (ctx) => listed.has(ctx.get('Origin')),
    exposeHeaders: readable,
    maxAge,
    // What it has set stays on a refusal: the problem is sent by the same response.
    keepHeadersOnError: false,
  })
}

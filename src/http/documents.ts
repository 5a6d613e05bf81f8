// Documents that stay as they are while the process runs: made when the first caller asks, kept with
// their entity tag, and not sent to whoever has them already. What they say is not known here.
import type { Middleware } from 'koa'
import { etagOf, matches } from '../contract/entity-tags.ts'
import type { State } from './state.ts'

interface ServedDocument {
  readonly type: string
  readonly cacheControl: string
  readonly headers?: Readonly<Record<string, string>>
  /** Called once; again only where it has failed. */
  readonly make: () => string | Buffer | Promise<string | Buffer>
}

/** Answers the document, or 304 where `If-None-Match` names it; throws what `make` throws. */
export function serveDocument({
  type,
  cacheControl,
  headers = {},
  make,
}: ServedDocument): Middleware<State> {
  let made: { readonly body: string | Buffer; readonly etag: string } | undefined
  return async (ctx) => {
    if (made === undefined) {
      const body = await make()
      made = { body, etag: etagOf(body) }
    }
    // A browser takes over the headers of a 304: those that restrict the page must be on it too.
    ctx.set({ ...headers, ETag: made.etag, 'Cache-Control': cacheControl })
    if (matches(ctx.get('If-None-Match'), made.etag)) {
      ctx.status = 304
      return
    }
    ctx.set('Content-Type', type)
    ctx.body = made.body
  }
}

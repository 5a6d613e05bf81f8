// Documents that stay the same while the process runs. Each is made when the first client asks, and
// kept with its compressed forms and their entity tags.
import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Middleware } from 'koa'
import Negotiator from 'negotiator'
import type { State } from '../engine/context.ts'
import { etagOf, matches } from '../engine/steps/conditional.ts'

interface ServedDocument {
  readonly type: string
  readonly cacheControl: string
  readonly headers?: Readonly<Record<string, string>>
  /** Called once; again only where it has failed. */
  readonly make: () => string | Buffer | Promise<string | Buffer>
}

const compress = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
}
type Encoding = keyof typeof compress
/** By preference. */
const encodings: readonly Encoding[] = ['br', 'gzip']
/** The highest quality of brotli takes twenty times as long, for a tenth of the bytes. */
const options = { br: { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }, gzip: { level: 9 } }

/**
 * Answers the document in an encoding that the client accepts, or 304 where `If-None-Match` names it.
 * It is compressed once, off the event loop; each encoding has an entity tag of its own.
 * @throws what `make` throws.
 */
export function serveDocument({
  type,
  cacheControl,
  headers = {},
  make,
}: ServedDocument): Middleware<State> {
  const isCompressible = !type.startsWith('image/')
  const identity = once(async () => tagged(Buffer.from(await make())))
  const compressed = Object.fromEntries(
    encodings.map((it) => [
      it,
      once(async () => tagged(await compress[it]((await identity()).body, options[it]))),
    ]),
  ) as Record<Encoding, () => Promise<Tagged>>

  return async (ctx) => {
    const encoding = isCompressible ? encodingFor(ctx.req.headers) : undefined
    const { body, etag } = await (encoding ? compressed[encoding]() : identity())
    if (isCompressible) ctx.vary('Accept-Encoding')
    // A browser takes over the headers of a 304: those that restrict the page must be on it too.
    ctx.set({ ...headers, ETag: etag, 'Cache-Control': cacheControl })
    if (matches(ctx.get('If-None-Match'), etag)) {
      ctx.status = 304
      return
    }
    if (encoding) ctx.set('Content-Encoding', encoding)
    ctx.set('Content-Type', type)
    ctx.body = body
  }
}

interface Tagged {
  readonly body: Buffer
  readonly etag: string
}

const tagged = (body: Buffer): Tagged => ({ body, etag: etagOf(body) })

/** Returns the best encoding that a client accepts, undefined where it wants the bytes as they are. */
function encodingFor(headers: IncomingHttpHeaders): Encoding | undefined {
  const accepted = new Negotiator({ headers }).encodings([...encodings])
  return encodings.find((it) => accepted.includes(it))
}

/** Calls `make` once for all callers, and again only where it has failed. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}

// Documents that stay the same while the process runs. Each is created for its first request and kept
// with its compressed forms and their entity tags.
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
  /** Creates the document; called again only if it failed. */
  readonly create: () => string | Buffer | Promise<string | Buffer>
}

const compress = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
}
type Encoding = keyof typeof compress
/** In order of preference. */
const encodings: readonly Encoding[] = ['br', 'gzip']
/** Higher qualities of brotli take far longer for few bytes. */
const options = { br: { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }, gzip: { level: 9 } }

/**
 * Serves a document in an encoding that the client accepts, or 304 if `If-None-Match` matches. The
 * document is compressed once, off the event loop; each encoding has an entity tag of its own.
 * @throws what `create` throws.
 */
export function serveDocument({
  type,
  cacheControl,
  headers = {},
  create,
}: ServedDocument): Middleware<State> {
  const isCompressible = !type.startsWith('image/')
  const identity = once(async () => tagged(Buffer.from(await create())))
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
    // Browsers update a stored page with the headers of a 304, so its policy must be there too.
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

/** Returns the best encoding that a client accepts; undefined for the plain document. */
function encodingFor(headers: IncomingHttpHeaders): Encoding | undefined {
  const accepted = new Negotiator({ headers }).encodings([...encodings])
  return encodings.find((it) => accepted.includes(it))
}

/** Returns a function that calls `create` once for all callers, and again only after a failure. */
function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined
  return () => {
    created ??= create().catch((error) => {
      created = undefined
      throw error
    })
    return created
  }
}

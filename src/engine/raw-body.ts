// Bodies that a handler gives as text, bytes or a stream of them: files, images, exports. They leave as
// they are; a stream is read only as fast as its client takes it, and it is closed when the client leaves.
import { finished, Readable } from 'node:stream'
import type { EngineKoaContext } from './context.ts'
import { ContractViolation, unavailable } from './errors.ts'
import { eventStreamType } from './event-stream.ts'
import type { ResponseHeaders } from './response.ts'
import { etagOf } from './steps/conditional.ts'

/** What a handler returns as the body of a media type that is neither JSON nor an event stream. */
export type RawBody = string | Uint8Array | AsyncIterable<string | Uint8Array>

/**
 * Headers of such a body that a handler may give without their being documented. It is a type because
 * an interface does not pass for a record of headers.
 */
export type RawHeaders = {
  /** The number of bytes, where a stream knows it. */
  readonly 'Content-Length'?: string
  readonly 'Content-Disposition'?: string
  readonly 'Last-Modified'?: string
  readonly ETag?: string
}

interface RawResponse {
  readonly status: number
  readonly headers: Readonly<ResponseHeaders>
  readonly body: Buffer | string | null
  readonly stream?: Readable
}

/**
 * Returns the response with a raw body. Text and bytes of a read get an entity tag, a stream does not.
 * @throws ContractViolation for a body of another type.
 */
export function rawResponse(
  { status, headers: own, body }: { status: number; headers: ResponseHeaders; body: unknown },
  type: string,
  isRead: boolean,
): RawResponse {
  const isText = type.startsWith('text/') && !type.includes(';')
  const headers = { ...own, 'Content-Type': isText ? `${type}; charset=utf-8` : type }
  const ranges = { 'Accept-Ranges': 'none' }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes =
      typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length)
    const tag = isRead && status === 200 && { ETag: etagOf(bytes) }
    return { status, headers: { ...ranges, ...tag, ...headers }, body: bytes }
  }
  return { status, headers: { ...ranges, ...headers }, body: null, stream: streamOf(body) }
}

/** Streams of objects are read as iterables, which checks each chunk: `pipe` would throw into the process. */
function streamOf(body: unknown): Readable {
  const isIterable = typeof body === 'object' && body !== null && Symbol.asyncIterator in body
  if (!isIterable) throw new ContractViolation('a body must be text, bytes or a stream of them')
  const iterable = body as AsyncIterable<unknown>
  const isBytes = body instanceof Readable && !body.readableObjectMode
  const stream = isBytes ? body : Readable.from(iterable, { objectMode: false })
  if (body instanceof Readable && body !== stream) {
    body.on('error', (error) => stream.destroy(error))
    stream.once('close', () => body.destroy())
  }
  // An error before anything reads the stream must not end the process.
  stream.on('error', () => {})
  return stream
}

/**
 * Waits for the first chunk, so that a stream that cannot be opened is an internal error and no broken
 * response.
 * @throws the error of the stream, and ApiError unavailable where the client leaves meanwhile.
 */
export async function opened(stream: Readable, { res }: EngineKoaContext): Promise<void> {
  const close = () => stream.destroy()
  if (res.destroyed) close()
  res.once('close', close)
  try {
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve())
      const stopWatching = finished(stream, { writable: false }, done)
      stream.once('readable', () => {
        stopWatching()
        resolve()
      })
    })
  } catch (error) {
    throw res.destroyed ? unavailable('The client has gone.') : error
  } finally {
    res.off('close', close)
  }
}

/**
 * Sends a stream after the head of its response. An error in the middle is reported, and it closes the
 * connection, so that the client does not take the part for the whole.
 */
export function sendStream(ctx: EngineKoaContext, stream: Readable) {
  const { app, req, res } = ctx
  if (req.method === 'HEAD' || res.destroyed) {
    stream.destroy()
    res.end()
    return
  }
  let hasClientLeft = false
  res.once('close', () => {
    hasClientLeft = !stream.destroyed
    stream.destroy()
  })
  finished(stream, { writable: false }, (error) => {
    if (!error || hasClientLeft) return
    app.emit('error', error, ctx)
    res.destroy()
  })
  stream.pipe(res)
}

const jsonType = /^(application|text)\/([^;]+\+)?json\s*(;|$)/i

/** Tells whether handlers give the body of a media type as it leaves, instead of a value. */
export function isRawType(type: string): boolean {
  return !jsonType.test(type) && type !== eventStreamType
}

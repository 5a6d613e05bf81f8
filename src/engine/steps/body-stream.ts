// A body that its handler reads as it arrives.
import type { IncomingMessage } from 'node:http'
import { type Readable, Transform } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { RequestContext } from '../context.ts'
import { apiError } from '../errors.ts'

/**
 * Opens the body as a stream of decompressed bytes. It fails with an ApiError once there are more than
 * `limit`, where they cannot be decompressed, and where the client goes away. What the handler leaves
 * is dropped when the request has been answered.
 */
export function bodyStream({ ctx: { req, res } }: RequestContext, limit: number): Readable {
  let size = 0
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length
      if (size > limit) done(tooLarge(limit))
      else done(null, chunk)
    },
  })
  // A handler that reads the stream is told of the error; in one that does not, nothing depends on it.
  stream.on('error', () => {})
  const decoder = decoderOf(req)
  decoder?.on('error', () => stream.destroy(unparsable()))
  const source = decoder === undefined ? req : req.pipe(decoder)
  source.pipe(stream)
  res.once('close', () => {
    drain(req)
    decoder?.destroy()
    stream.destroy(req.complete ? undefined : unparsable())
  })
  return stream
}

function decoderOf({ headers: { 'content-encoding': encoding } }: IncomingMessage) {
  if (encoding === 'gzip') return createGunzip()
  return encoding === 'deflate' ? createInflate() : undefined
}

/** Lets the rest of the body pass, or the next request on the connection would never come. */
export function drain(req: IncomingMessage) {
  req.unpipe()
  req.resume()
}

export const unparsable = () => apiError('malformed_request', 'The body cannot be parsed.')
export const tooLarge = (limit: number) =>
  apiError('payload_too_large', `A body may have ${limit} bytes.`)

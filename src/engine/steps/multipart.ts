// A multipart body: its fields become values by schema and encoding, as those of a form, and its files go
// to the storage while they arrive.

import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import type { RequestContext } from '../context.ts'
import { apiError, pointer } from '../errors.ts'
import { type FileStorage, RequestFiles } from '../files.ts'
import { utf8 } from '../json.ts'
import type { BodyOutline, FileOutline } from '../operation.ts'
import { isStorable, storageErrorsOf } from '../storable.ts'
import { bodyStream, drain, unparsable } from './body-stream.ts'
import { fieldCollector } from './form.ts'
import { covers } from './media-types.ts'
import type { Values } from './parameters.ts'

/** A part of a multipart body, as its headers describe it. */
interface Part {
  readonly name: string
  readonly filename: string | undefined
  readonly mediaType: string
  readonly encoding: string
  readonly bytes: BusboyFileStream
}

interface Options {
  /** The largest body in bytes. */
  readonly limit: number
  /** The largest sum of its fields in bytes, which are held in memory. */
  readonly fieldLimit: number
  readonly maxDepth: number
  readonly storage: FileStorage | undefined
}

const maxParts = 1000

/** Creates the function that reads a multipart body into the context. */
export function multipartReader(outline: BodyOutline, options: Options) {
  const { files: declared = {}, json = [] } = outline
  const { limit, fieldLimit, maxDepth, storage } = options
  const collector = fieldCollector(outline, maxDepth)

  /** Reads one part. A part that is wrong is read to its end, so that the others are read as well. */
  async function readPart(part: Part, context: RequestContext, values: Values, size: Size) {
    const { name, filename, bytes } = part
    const file = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (file !== undefined) {
      await readFile(part, file, context, values, storage)
      return
    }
    const at = pointer('/body', name)
    if (filename !== undefined && !json.includes(name)) {
      context.addFieldErrors([{ pointer: at, detail: 'must not be a file' }])
      await discard(bytes)
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of bytes) {
      size.ofFields += chunk.length
      if (size.ofFields > fieldLimit) throw fieldsTooLarge(fieldLimit)
      chunks.push(chunk)
    }
    const text = textOf(Buffer.concat(chunks))
    if (text === undefined) {
      context.addFieldErrors([{ pointer: at, detail: 'must be text in UTF-8' }])
      return
    }
    context.addFieldErrors(storageErrorsOf({ [name]: text }, '/body'))
    if (!collector.add(values, name, text)) {
      context.addFieldErrors([{ pointer: at, detail: 'is given more than once' }])
    }
  }

  return async (context: RequestContext): Promise<void> => {
    const values: Values = Object.create(null)
    const size: Size = { ofFields: 0 }
    context.files = new RequestFiles(context.ctx.res)
    await readParts(context, limit, (part) => readPart(part, context, values, size))
    for (const name in declared) {
      const list = (values[name] as unknown[] | undefined)?.filter((it) => it !== undefined) ?? []
      if (list.length === 0) delete values[name]
      else values[name] = declared[name]?.isList ? list : list[0]
    }
    collector.finish(values, context)
    context.requestBody = values
  }
}

interface Size {
  ofFields: number
}

/**
 * Reads all parts of a body.
 * @throws ApiError malformed_request or payload_too_large, and what reading a part throws.
 */
async function readParts(
  context: RequestContext,
  limit: number,
  read: (part: Part) => Promise<void>,
) {
  const parser = parserOf(context)
  const source = bodyStream(context, limit)
  const open = new Set<Readable>()
  const reading: Promise<void>[] = []
  let failure: unknown
  await new Promise<void>((resolve) => {
    const fail = (error: unknown) => {
      failure ??= error
      source.destroy()
      for (const it of open) it.destroy()
      resolve()
    }
    source.once('error', fail)
    parser.on('error', () => fail(unparsable()))
    parser.once('partsLimit', () => fail(tooManyParts()))
    parser.once('finish', resolve)
    parser.on('file', (name: string | undefined, bytes, filename, encoding, mediaType) => {
      // Reading it reports the error.
      bytes.on('error', () => {})
      if (failure !== undefined || name === undefined) {
        bytes.resume()
        if (name === undefined) fail(unparsable())
        return
      }
      open.add(bytes)
      const done = read({ name, filename, mediaType, encoding, bytes }).catch(fail)
      reading.push(done.finally(() => open.delete(bytes)))
    })
    source.pipe(parser)
  })
  await Promise.all(reading)
  if (failure === undefined) return
  drain(context.ctx.req)
  throw failure
}

/** @throws ApiError malformed_request where the media type has no boundary. */
function parserOf({ ctx: { req } }: RequestContext) {
  try {
    return new Busboy({
      headers: { 'content-type': req.headers['content-type'] ?? '' },
      // All parts are streams: their schema says which of them are files.
      isPartAFile: () => true,
      limits: { parts: maxParts },
    })
  } catch {
    drain(req)
    throw unparsable()
  }
}

/** Writes one file to the storage, and leaves what the handler gets of it in its place. */
async function readFile(
  part: Part,
  outline: FileOutline,
  context: RequestContext,
  values: Values,
  storage: FileStorage | undefined,
) {
  const { name, filename, mediaType, bytes } = part
  const { isList, maxSize = Number.POSITIVE_INFINITY } = outline
  const { files } = context
  if (!files || !storage) throw new Error('nothing stores the files of the body')
  const list = listOf(values, name)
  const at = isList ? pointer(pointer('/body', name), `${list.length}`) : pointer('/body', name)
  const report = (detail: string) => context.addFieldErrors([{ pointer: at, detail }])
  // A form in a browser sends an input without a file as an empty one without a name.
  if (filename === '' && !(await discard(bytes))) return
  const problem = problemOf(part, outline, list)
  if (problem !== undefined) {
    report(problem)
    await discard(bytes)
    return
  }
  // The files of a list keep their order, whichever is complete first.
  const index = list.push(undefined) - 1
  const file = storage.create()
  files.add(file)
  let size = 0
  await pipeline(
    bytes,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        size += chunk.length
        if (size <= maxSize) yield chunk
      }
    },
    file.writable,
  )
  if (size > maxSize) {
    report(`must have at most ${maxSize} bytes`)
    await files.remove(file)
  } else list[index] = files.uploaded(file, { filename, mediaType, size })
}

/** Returns the files that have come under a name. */
function listOf(values: Values, name: string): unknown[] {
  const list = (values[name] ?? []) as unknown[]
  values[name] = list
  return list
}

const encodings = ['7bit', '8bit', 'binary']

/** Returns why a file is not taken; undefined where it is. */
function problemOf(
  { encoding, mediaType, filename }: Part,
  { isList, maxCount, types }: FileOutline,
  list: readonly unknown[],
): string | undefined {
  if (filename === '') return 'must have a name'
  if (!isList && list.length > 0) return 'is given more than once'
  if (maxCount !== undefined && list.length >= maxCount)
    return `is more than the ${maxCount} files allowed`
  if (!encodings.includes(encoding)) return 'must be sent without a Content-Transfer-Encoding'
  if (filename !== undefined && !isStorable(filename)) return 'must have a name that is text'
  if (types === undefined || types.some((it) => covers(it, mediaType))) return undefined
  return `must be of the media type ${types.join(' or ')}`
}

/** Reads what is left of a part. Returns whether there was anything. */
async function discard(bytes: AsyncIterable<Buffer>): Promise<boolean> {
  let hasBytes = false
  for await (const chunk of bytes) hasBytes ||= chunk.length > 0
  return hasBytes
}

/** Returns the text of bytes; undefined where they are no UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const tooManyParts = () => apiError('payload_too_large', `A body may have ${maxParts} parts.`)
const fieldsTooLarge = (limit: number) =>
  apiError('payload_too_large', `The fields of a body may have ${limit} bytes together.`)

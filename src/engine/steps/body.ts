// The body: read by koa-body with a limit, as bytes, and only for operations that declare one. What
// the bytes say is parsed here, strictly: text that is not UTF-8, and names that come twice in a form,
// would otherwise be changed or lost on the way. Errors never repeat what was sent.
import type { Context as KoaContext } from 'koa'
import { HttpMethodEnum, koaBody } from 'koa-body'
import type { RequestContext } from '../context.ts'
import { defaultDepth, parseJson, utf8 } from '../json.ts'
import type { BodyOutline, ValidatorTable } from '../operation.ts'
import { storageErrorsOf } from '../storable.ts'
import type { Engine } from '../types.ts'
import { bodyStream, drain, tooLarge, unparsable } from './body-stream.ts'
import { formReader } from './form.ts'
import { valuesOf } from './lines.ts'
import { takesZeroBytes } from './media-types.ts'
import { multipartReader } from './multipart.ts'

/** Reads the body into the context; returns undefined where there is none to read. */
export type ReadBody = (context: RequestContext) => Promise<void> | undefined

type Read = (context: RequestContext) => Promise<void>

type Options = Pick<Engine, 'bodyLimit' | 'bodyDepth' | 'files' | 'validators'>

/**
 * Creates the step for bodies of up to `bodyLimit` bytes, counted after decompression, where an operation
 * has no limit of its own.
 */
export function bodyReader({
  bodyLimit: limit,
  bodyDepth: maxDepth = defaultDepth,
  files: storage,
  validators,
}: Options): ReadBody {
  const readers = new Map<BodyOutline, Read>()
  const readerOf = (outline: BodyOutline, own: number): Read => {
    const { kind } = outline
    if (kind === 'binary') return streamReader(own)
    if (kind === 'lines') return lineReader(own, { lineLimit: limit, maxDepth, validators })
    if (kind !== 'multipart') {
      return textReader(own, parserOf(outline, kind, maxDepth), takesZeroBytes(outline))
    }
    const read = multipartReader(outline, { limit: own, fieldLimit: limit, maxDepth, storage })
    return async (context) => {
      checkLength(context, own)
      await read(context)
    }
  }
  const add = (outline: BodyOutline) => {
    const own = outline.limit ?? limit
    const read = readerOf(outline, own)
    readers.set(outline, read)
    return read
  }
  return (context) => {
    if (context.bodyType === undefined) return undefined
    const outline = outlineOf(context)
    const read = readers.get(outline) ?? add(outline)
    return read(context)
  }
}

type Parse = (text: string, context: RequestContext) => unknown

/** Returns what the text of a body means. */
function parserOf(outline: BodyOutline, kind: 'json' | 'form' | 'text', maxDepth: number): Parse {
  switch (kind) {
    case 'form':
      return formReader(outline, maxDepth)
    case 'json':
      return (text, context) => {
        const { value, errors } = parseJson(text, maxDepth)
        context.addFieldErrors(errors)
        return value
      }
    case 'text':
      return (text, context) => {
        context.addFieldErrors(storageErrorsOf(text, '/body'))
        return text
      }
  }
}

/** Creates the function that leaves a body to its handler as a stream. */
function streamReader(limit: number): Read {
  return async (context) => {
    checkLength(context, limit)
    context.requestBody = bodyStream(context, limit)
  }
}

/** Creates the function that leaves a body to its handler line by line. */
function lineReader(
  limit: number,
  { validators, ...options }: { lineLimit: number; maxDepth: number; validators: ValidatorTable },
): Read {
  return async (context) => {
    checkLength(context, limit)
    const validate = validators[context.operation?.operationId ?? '']?.items?.[context.declaredType]
    if (validate === undefined)
      throw new Error(`${context.declaredType} has no validator of its lines`)
    context.requestBody = valuesOf(bodyStream(context, limit), { ...options, validate })
  }
}

/** @throws ApiError payload_too_large where the declared length of a body is over a limit. */
function checkLength({ headers, ctx }: RequestContext, limit: number) {
  if (Number(headers['content-length']) <= limit || headers['content-length'] === undefined) return
  drain(ctx.req)
  throw tooLarge(limit)
}

/** Creates the function that reads bodies of up to `limit` bytes as text. */
function textReader(limit: number, parse: Parse, takesZero: boolean): Read {
  const read = koaBody({
    json: false,
    urlencoded: false,
    multipart: false,
    text: true,
    textTypes: ['*/*'],
    textLimit: limit,
    encoding: 'binary',
    parsedMethods: [
      HttpMethodEnum.POST,
      HttpMethodEnum.PUT,
      HttpMethodEnum.PATCH,
      HttpMethodEnum.DELETE,
    ],
    onError: (error) => {
      throw translated(error, limit)
    },
  })
  return async (context) => {
    // koa-body takes only 31 bits of a declared length.
    checkLength(context, limit)
    try {
      await read(context.ctx, async () => {})
    } catch (error) {
      drain(context.ctx.req)
      throw error
    }
    const { body } = (context.ctx as KoaContext & { request: { body?: unknown } }).request
    const bytes = Buffer.from(String(body), 'latin1')
    if (bytes.length > 0 || takesZero) context.requestBody = parsed(bytes, context, parse)
    else context.bodyType = undefined
  }
}

function outlineOf({ operation, declaredType }: RequestContext): BodyOutline {
  const outline = operation?.body?.types[declaredType]
  if (outline === undefined) throw new Error(`nothing says how ${declaredType} is read`)
  return outline
}

function parsed(bytes: Buffer, context: RequestContext, parse: Parse): unknown {
  try {
    return parse(utf8.decode(bytes), context)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw unparsable()
    throw error
  }
}

type ReadError = Error & { status?: number; type?: string; code?: string }

/** Returns the ApiError that an error of koa-body means, and an unexpected error as it is. */
function translated(error: ReadError, limit: number) {
  if (error.status === 413) return tooLarge(limit)
  // A client that goes away in the middle of its request gets no response and causes no internal error.
  const broken =
    error.status === 400 ||
    error.type === 'stream.not.readable' ||
    /^(Z_|ECONNRESET|ECONNABORTED)/.test(error.code ?? '')
  return broken ? unparsable() : error
}

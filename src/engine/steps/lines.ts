// A body of JSON lines: its handler gets one value after the other, each of which fits the schema.
import type { Readable } from 'node:stream'
import { ApiError, apiError, fieldErrorsOf } from '../errors.ts'
import { parseJson, utf8 } from '../json.ts'
import type { Validator } from '../operation.ts'

interface Options {
  /** The largest line in bytes. */
  readonly lineLimit: number
  readonly maxDepth: number
  readonly validate: Validator
}

const newline = 0x0a

/**
 * Yields the values of a body with one in each line. Empty lines are skipped.
 * @throws ApiError malformed_request, payload_too_large or validation_failed, whose pointers begin with the
 * number of the line, counted from 1, and what the stream fails with.
 */
export async function* valuesOf(bytes: Readable, options: Options): AsyncGenerator<unknown> {
  let rest: Buffer[] = []
  let size = 0
  let line = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    let from = 0
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      rest.push(chunk.subarray(from, to))
      line++
      from = to + 1
      yield* lineValue(Buffer.concat(rest), line, options)
      rest = []
      size = 0
    }
    rest.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > options.lineLimit) throw tooLong(options.lineLimit)
  }
  yield* lineValue(Buffer.concat(rest), line + 1, options)
}

/** Yields the value of a line, unless it is empty. */
function* lineValue(bytes: Buffer, line: number, { lineLimit, maxDepth, validate }: Options) {
  if (bytes.length > lineLimit) throw tooLong(lineLimit)
  const at = `/body/${line}`
  const parsed = parse(bytes, line, maxDepth, at)
  if (parsed === undefined) return
  const { value, errors } = parsed
  const found = validate(value) ? errors : [...errors, ...fieldErrorsOf(validate, at)]
  if (found.length > 0) {
    const detail = `Line ${line} of the body does not fit the contract; errors says where.`
    throw apiError('validation_failed', detail, { errors: found })
  }
  yield value
}

function parse(bytes: Buffer, line: number, maxDepth: number, at: string) {
  try {
    const text = utf8.decode(bytes).trim()
    return text === '' ? undefined : parseJson(text, maxDepth, at)
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw apiError('malformed_request', `Line ${line} of the body is not valid JSON.`)
  }
}

const tooLong = (limit: number) =>
  apiError('payload_too_large', `A line of the body may have ${limit} bytes.`)

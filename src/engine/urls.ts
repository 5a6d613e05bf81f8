// URLs that the service tells clients: paths of operations, for `Location`, and pages of a list.
//
// A handler says in `nextCursor` where its page ends; from that the engine makes the cursor that the
// client gets, and the `Link` header (RFC 8288). A cursor carries a MAC under the service's key, and is
// good for the list that issued it and no other, so an invented one is rejected before any look-up. It
// also carries the `limit` that it was issued with: a client may continue with another one, but that page
// is not cached, so clients cannot multiply what is.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { questionOf } from './cache-keys.ts'
import { apiError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Values } from './steps/parameters.ts'
import { writeQuery, writeSegment } from './steps/styles.ts'
import type { HandlerResult, ParamsOf } from './types.ts'

interface Paths {
  readonly operations: Readonly<Record<string, Operation>>
  readonly basePath: string
}

/**
 * Creates the function that returns the path of an operation with its parameters filled in.
 * @template Operations what codegen writes of the contract, so that ids and parameters are checked.
 */
export function createUrlFor<Operations>({ operations, basePath }: Paths) {
  /** Each path in pieces: text, the name of a parameter, text, and so on. */
  const pieces = new Map(
    Object.values(operations).map(({ operationId, path }) => [operationId, path.split(/[{}]/)]),
  )
  const segment = (id: string, name: string, value: unknown) => {
    const outline = operations[id]?.parameters.path[name]
    return typeof value === 'string' && outline?.shape === undefined && !outline?.isJson
      ? encodeURIComponent(value)
      : writeSegment(name, value, outline)
  }
  return <Id extends keyof Operations & string>(
    id: Id,
    params: ParamsOf<Operations, Id> & object,
  ): string => {
    const values = params as Values
    let url = basePath
    pieces.get(id)?.forEach((piece, index) => {
      url += index % 2 ? segment(id, piece, values[piece]) : piece
    })
    return url
  }
}

/** What of a request says which list is meant, and which page of it. */
interface PageRequest {
  readonly pathValues: Readonly<Values>
  readonly queryValues: Readonly<Values>
}

interface Opened {
  readonly queryValues: Readonly<Values>
  readonly isAsIssued: boolean
}

export interface Pages {
  /**
   * Returns the query with the position that its cursor names, as a handler gave it, and whether the
   * page has the `limit` that the cursor was issued with.
   * @throws ApiError validation_failed for a cursor that this list has not issued.
   */
  open(operation: Operation, request: PageRequest): Opened
  /** Returns a page with its cursor and its link; on the last page as it is. */
  close(operation: Operation, request: PageRequest, result: HandlerResult): HandlerResult
}

const macLength = 12

/**
 * Creates what makes and checks cursors.
 * @param keys the first makes them, the others are accepted as well.
 */
export function createPages(keys: readonly Buffer[], paths: Paths): Pages {
  const urlFor = createUrlFor<Record<string, { params: object }>>(paths)
  const [current] = keys
  if (current === undefined) throw new Error('cursors need a key')
  const mac = (key: Buffer, list: string, content: string) =>
    createHmac('sha256', key).update(`${list}\n${content}`).digest().subarray(0, macLength)

  return {
    open(operation, request) {
      const { queryValues } = request
      const { cursor } = queryValues
      if (typeof cursor !== 'string') return { queryValues, isAsIssued: true }
      const bytes = Buffer.from(cursor, 'base64url')
      const content = bytes.toString('utf8', macLength)
      const list = listOf(operation, request)
      const sent = bytes.subarray(0, macLength)
      const isIssued =
        sent.length === macLength &&
        // Base64 has several spellings for the same bytes; only one of them was issued.
        bytes.toString('base64url') === cursor &&
        keys.some((key) => timingSafeEqual(sent, mac(key, list, content)))
      if (!isIssued) throw unknownCursor()
      const end = content.indexOf('.')
      return {
        queryValues: { ...queryValues, cursor: content.slice(end + 1) },
        isAsIssued: content.slice(0, end) === String(queryValues.limit),
      }
    },

    close(operation, request, result) {
      const body = result.body as Readonly<Record<string, unknown>> | undefined
      const position = body?.nextCursor
      if (typeof position !== 'string') return result
      const content = `${request.queryValues.limit}.${position}`
      const sealed = mac(current, listOf(operation, request), content)
      const bytes = Buffer.concat([sealed, Buffer.from(content)])
      const nextCursor = bytes.toString('base64url')
      const search = searchOf(operation, request.queryValues, nextCursor)
      const url = urlFor(operation.operationId, request.pathValues)
      const Link = `<${url}?${search}>; rel="next"`
      return {
        status: result.status,
        headers: copyWith(result.headers, 'Link', Link),
        body: copyWith(body, 'nextCursor', nextCursor),
      }
    },
  }
}

/**
 * Copies members one by one, and sets one of them: to spread an object and then add to it takes far
 * longer.
 */
function copyWith<T>(
  from: Readonly<Record<string, T>> | undefined,
  name: string,
  value: T,
): Record<string, T> {
  const copy: Record<string, T> = {}
  for (const key in from) copy[key] = from[key] as T
  copy[name] = value
  return copy
}

/** Returns the name of a list: everything that says what is in it, and not where a page begins or ends. */
const listOf = (operation: Operation, request: PageRequest) =>
  `${operation.operationId}?${questionOf(operation, request, ['cursor', 'limit'])}`

/** Returns the query of this page, with the next cursor in it. */
function searchOf(
  { parameters }: Operation,
  queryValues: Readonly<Values>,
  nextCursor: string,
): string {
  let search = ''
  for (const name in queryValues) {
    if (name !== 'cursor') search += writeQuery(name, queryValues[name], parameters.query[name])
  }
  return `${search}cursor=${nextCursor}`
}

function unknownCursor() {
  const detail = 'must be the nextCursor of the same list with the same filters'
  const errors = [{ pointer: '/query/cursor', detail }]
  return apiError('validation_failed', 'The cursor is not one of this list.', { errors })
}

// The responses of an operation as the engine knows them: by status, by range such as `4XX`, and `default`.
import type { ResponseOutline } from '../../src/engine/operation.ts'
import { isRawType } from '../../src/engine/raw-body.ts'
import {
  type Document,
  follow,
  headersOf,
  type OperationObject,
  type ResponseObject,
} from './document.ts'
import { isShort } from './expand.ts'
import { parameterTable } from './parameters.ts'

/** Matches the key of a response that the engine answers. */
export const responseKey = /^([2345](\d\d|XX)|default)$/

/**
 * Returns the responses of an operation by key. Where the `default` is added by rule it is left out: it
 * documents what any request may get, and the operation lists its own errors.
 */
export function responsesOf(
  document: Document,
  { responses }: OperationObject,
): [string, ResponseObject][] {
  const isByRule = isShort(document)
  return Object.entries(responses)
    .filter(([key]) => responseKey.test(key) && !(isByRule && key === 'default'))
    .map(([key, it]) => [key, follow(document, it)])
}

/** Returns the outlines of the responses of an operation by key. */
export function responseTable(document: Document, operation: OperationObject) {
  const entries = responsesOf(document, operation).map(
    ([key, response]): [string, ResponseOutline] => {
      const type = Object.keys(response.content ?? {})[0] ?? null
      const raw = type !== null && isRawType(type) && { isRaw: true as const }
      const headers = parameterTable(document, headersOf(document, response))
      return [key, { type, ...raw, headers }]
    },
  )
  return Object.fromEntries(entries)
}

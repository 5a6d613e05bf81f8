// URLs of operations, from the contract's own paths, so that none is spelled out in code.
import { contract, operations } from '../../generated/operations.ts'
import type { OperationId, Request } from './types.ts'

/** Each path in pieces: text, the name of a parameter, text, and so on. */
const pieces = new Map(
  Object.values(operations).map(({ operationId, path }) => [operationId, path.split(/[{}]/)]),
)

/** The path of an operation with its parameters filled in: for `Location`. */
export function urlFor<Id extends OperationId>(id: Id, params: Request<Id>['params']): string {
  const values: Record<string, unknown> = params
  let url: string = contract.basePath
  pieces.get(id)?.forEach((piece, index) => {
    url += index % 2 ? encodeURIComponent(String(values[piece])) : piece
  })
  return url
}

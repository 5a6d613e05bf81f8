// URLs of operations, from the contract's own paths, so that none is spelled out in code.
import { contract, operations } from '../../generated/operations.ts'
import type { OperationId, Request } from './handler.ts'

/** The path of an operation with its parameters filled in: for `Location`. */
export function urlOf<Id extends OperationId>(id: Id, params: Request<Id>['params']): string {
  const values: Record<string, unknown> = params
  return (
    contract.basePath +
    operations[id].path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(values[name])),
    )
  )
}

/**
 * The `Link` header to the page that follows (RFC 8288), none on the last page. The query is the one
 * of this page, with the next cursor in it.
 */
export function nextLink<Id extends OperationId>(
  id: Id,
  params: Request<Id>['params'],
  query: Request<Id>['query'],
  nextCursor: string | null,
): { Link?: string } {
  if (nextCursor === null) return {}
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, cursor: nextCursor })) {
    search.set(name, String(value))
  }
  return { Link: `<${urlOf(id, params)}?${search}>; rel="next"` }
}

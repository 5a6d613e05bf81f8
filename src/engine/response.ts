// A handler's answer becomes a finished response: written by the serializer that was compiled from
// its schema, so that nothing the contract does not declare leaves the process.

import { etagOf } from './entity-tags.ts'
import type { Operation } from './operation.ts'
import type { SerializedResponse } from './serialized-response.ts'
import { parseHeaders } from './steps/parameters.ts'
import type { OperationValidators, Serializer } from './tables.ts'

/** What handlers return, as the engine sees it. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** The service is about to answer what its contract does not say: a fault, never the caller's. */
export class ContractViolation extends Error {
  override name = 'ContractViolation'
}

/**
 * Finishes an answer. A read is given its entity tag; what clients may do with it is added later. A
 * write whose 200 declares one is given that of a GET of the same URL.
 * @param shown the serializer of that GET.
 * @throws ContractViolation for a status that the operation does not document, TypeError for a body
 *   that its schema does not fit.
 */
export function finish(
  operation: Operation,
  serializers: Readonly<Record<string, Serializer>>,
  answer: Answer,
  shown?: Serializer,
): SerializedResponse {
  const { status } = answer
  const outline = operation.responses[status]
  if (outline === undefined)
    throw new ContractViolation(`${operation.operationId} answers ${status}`)
  const headers: Record<string, string> = {}
  for (const name in answer.headers) {
    const value = answer.headers[name]
    if (value !== undefined) headers[name] = value
  }
  const isRead = operation.method === 'get'
  if (!isRead) headers['Cache-Control'] = 'no-store'
  const serialize = serializers[status]
  if (serialize === undefined || outline.type === null) return { status, headers, body: null }
  headers['Content-Type'] = outline.type
  const body = serialize(answer.body)
  if (status === 200) {
    if (isRead) headers.ETag = etagOf(body)
    else if (shown !== undefined && 'ETag' in outline.headers) {
      headers.ETag = etagOf(shown === serialize ? body : shown(answer.body))
    }
  }
  return { status, headers, body }
}

/**
 * In development and tests: the whole response against the contract, headers included, among them
 * the request's id, which is written when the response is sent.
 * @throws ContractViolation that says in what they differ.
 */
export function checkResponse(
  operation: Operation,
  validators: OperationValidators,
  { status, headers, body }: SerializedResponse,
  requestId: string,
) {
  const validate = validators.responses[status]
  const name = `${operation.operationId} ${status}`
  if (validate && body !== null && !validate(JSON.parse(body.toString()))) {
    const faults = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
    throw new ContractViolation(`${name}: the body breaks the contract: ${faults}`)
  }
  const all = Object.entries({ ...headers, 'X-Request-Id': requestId })
  const sent = Object.fromEntries(all.map(([header, value]) => [header.toLowerCase(), value]))
  const faults = headerErrorsOf(operation, validators, status, sent)
  if (faults.length > 0) throw new ContractViolation(`${name}: ${faults.join('; ')}`)
}

/**
 * In what the headers of a response, by their names in lower case, break the contract; nothing where
 * they keep it.
 */
export function headerErrorsOf(
  operation: Operation,
  validators: OperationValidators,
  status: number,
  sent: Readonly<Record<string, string>>,
): string[] {
  const table = operation.responses[status]?.headers ?? {}
  const validate = validators.headers[status]
  if (validate === undefined || validate(parseHeaders(sent, table))) return []
  const names = Object.keys(table)
  return (validate.errors ?? []).map(({ keyword, params, instancePath, message }) => {
    const at = keyword === 'required' ? params.missingProperty : instancePath.slice(1)
    const name = names.find((it) => it.toLowerCase() === at)
    return keyword === 'required' ? `lacks ${name}` : `the header ${name} ${message}`
  })
}

// A handler's answer becomes the response: written by the serializer that was compiled from its
// schema, so that nothing the contract does not declare leaves the process.
import type { Operation } from '../contract/operation.ts'
import type { OperationValidators, Serializer } from '../contract/tables.ts'
import type { Exchange } from './exchange.ts'

/** What handlers return, as the engine sees it. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** The service is about to answer what its contract does not say: a fault, never the caller's. */
export class ContractBreach extends Error {
  override name = 'ContractBreach'
}

/**
 * Writes the answer into the response.
 * @throws ContractBreach for a status that the operation does not document, TypeError for a body
 *   that its schema does not fit; before anything is sent in both cases.
 */
export function respond(
  exchange: Exchange,
  operation: Operation,
  serializers: Readonly<Record<string, Serializer>>,
  answer: Answer,
) {
  const { ctx } = exchange
  const { res } = ctx
  const outline = operation.responses[answer.status]
  if (outline === undefined) {
    throw new ContractBreach(`${operation.operationId} answers ${answer.status}`)
  }
  for (const name in answer.headers) {
    const value = answer.headers[name]
    if (value !== undefined) res.setHeader(name, value)
  }
  res.setHeader('Cache-Control', 'no-store')
  ctx.status = answer.status
  const serialize = serializers[answer.status]
  if (serialize === undefined || outline.type === null) {
    ctx.body = null
    return
  }
  // Before the body: otherwise Koa guesses a type from the body first.
  res.setHeader('Content-Type', outline.type)
  ctx.body = serialize(answer.body)
}

/** In development and tests: the whole response against the contract, headers included. */
export function checkResponse(
  { ctx }: Exchange,
  operation: Operation,
  validators: OperationValidators,
) {
  const validate = validators.responses[ctx.status]
  const name = `${operation.operationId} ${ctx.status}`
  if (validate && typeof ctx.body === 'string' && !validate(JSON.parse(ctx.body))) {
    const faults = validate.errors?.map((it) => `${it.instancePath} ${it.message}`).join('; ')
    throw new ContractBreach(`${name}: the body breaks the contract: ${faults}`)
  }
  const required = operation.responses[ctx.status]?.requiredHeaders ?? []
  const missing = required.filter((header) => !ctx.res.hasHeader(header))
  if (missing.length > 0) throw new ContractBreach(`${name}: lacks ${missing.join(', ')}`)
}
